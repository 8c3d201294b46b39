# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# Runs on the board, in the raw REPL: which firmware, and how is the file system? Prints one literal.
import os
import sys


def walk(folder):
    for entry in os.ilistdir(folder):
        path = folder.rstrip("/") + "/" + entry[0]
        if entry[1] & 0x4000:
            yield from walk(path)
        else:
            yield path


def readable(path, left):
    with open(path, "rb") as f:
        size = 0
        while size < left:
            n = f.readinto(buffer)
            if not n:
                break
            size += n
    return size


buffer = bytearray(512)
said = {"name": sys.implementation.name, "version": tuple(sys.implementation.version[:3]), "machine": ""}
try:
    said["machine"] = os.uname().machine
except AttributeError:
    pass  # a build without uname
said["unreadable"], said["empty"], said["leftovers"], said["quarantine"] = [], [], [], []
said["block"] = said["blocks"] = said["free"] = None
said["slot"], said["recipe_there"], said["boot_loops"] = "", False, False
said["crash"] = ""
said["files"] = 0
damage = None
try:
    v = os.statvfs("/")
    said["block"], said["blocks"], said["free"] = v[0], v[2], v[3]
except OSError as error:
    damage = error.args[0]  # no file system, or a damaged one: to count its blocks, littlefs goes through every file
left = 600000  # bytes: about a second
if hasattr(os, "ilistdir"):
    try:
        for path in walk("/"):
            name = path.rsplit("/", 1)[1]
            said["files"] += 1
            try:
                size = readable(path, left)
            except OSError as error:
                if len(said["unreadable"]) < 20:
                    said["unreadable"].append((path, error.args[0]))
                continue
            left = max(1, left - size)
            if not size and name.endswith((".py", ".mpy")) and name != "boot.py":
                said["empty"].append(path)
            if name.endswith((".new", ".tmp")):
                said["leftovers"].append(path)
            if ".quarantine" in name:
                said["quarantine"].append(path)
    except OSError as error:
        if said["blocks"]:
            said["unreadable"].append(("/", error.args[0]))
    if damage and said["files"] and not said["unreadable"]:
        said["unreadable"].append(("/", damage))
try:
    with open("/boot.py") as f:
        said["boot_loops"] = any(line.startswith("while True") for line in f)
except (OSError, UnicodeError):
    pass
try:
    with open("/slots/active") as f:
        said["slot"] = "/slots/" + f.read(1)
    os.stat(said["slot"] + "/recipe.mpy")
    said["recipe_there"] = True
except OSError:
    pass
try:
    with open("/state/crash.txt") as f:
        said["crash"] = f.read(1000).strip().rsplit("\n", 1)[-1][:200]
except (OSError, UnicodeError):
    pass
said["safe"] = globals().get("_safe")  # the launcher's own word; None: it has not run since the last reset
print(repr(said))
