# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# Runs on the board, in the raw REPL: what a deploy needs to know and to do there. Sent as it is,
# without these comments. Every answer is one Python literal. Names vanish at the next soft reset.
import os
import sys
from binascii import a2b_base64, hexlify
from hashlib import sha256


def about():
    import machine

    if "RP2040" in os.uname().machine:
        # A watchdog that the stopped program armed would reset the board half-way through.
        # RP2040 datasheet 2.1.2 and 4.7.6: WATCHDOG CTRL at 0x40058000, its clear alias 0x3000
        # above, bit 30 is ENABLE. Chips that cannot stop theirs are helped by the launcher.
        try:
            machine.mem32[0x4005B000] = 1 << 30
        except AttributeError:
            pass  # a build without mem32
    v = os.statvfs("/")
    i = sys.implementation
    print(
        repr(
            {
                "name": i.name,
                "version": tuple(i.version[:3]),
                "mpy": getattr(i, "_mpy", 0) & 0xFF,
                "platform": sys.platform,
                "machine": os.uname().machine,
                "id": hexlify(machine.unique_id()).decode(),
                "block": v[0],
                "free": v[3],
            }
        )
    )


def text(path):
    try:
        with open(path) as f:
            print(repr(f.read(200)))
    except OSError:
        print("''")


def digest(path):
    h = sha256()
    with open(path, "rb") as f:
        while True:
            b = f.read(512)
            if not b:
                return hexlify(h.digest()).decode()
            h.update(b)


def one(path):
    try:
        print(repr(digest(path)))
    except OSError:
        print("''")


def walk(folder):
    try:
        inside = list(os.ilistdir(folder))
    except OSError:
        return
    for entry in inside:
        path = folder + "/" + entry[0]
        if entry[1] & 0x4000:
            yield from walk(path)
            yield path + "/"
        else:
            yield path


def tree(folder):
    # printed entry by entry: the whole would need one long piece of heap
    print("{", end="")
    for path in walk(folder):
        print(repr(path), ":", repr("" if path[-1] == "/" else digest(path)), end=",")
    print("}")


def drop(*paths):
    for path in paths:
        if path[-1] == "/":
            try:
                os.rmdir(path[:-1])
            except OSError:
                pass  # not empty: something in it stays
        else:
            os.remove(path)


def begin(path):
    global f
    at = path.find("/", 1)
    while at > 0:
        try:
            os.mkdir(path[:at])
        except OSError:
            pass  # is there; if it is not, open says so
        at = path.find("/", at + 1)
    f = open(path, "wb")


def w(b):
    f.write(a2b_base64(b))


def end():
    f.close()


def swap(path):
    # One rename: the old file or the new one, at any instant.
    os.rename(path + ".new", path)


def keep(path, mark):
    # The maker's own program is copied aside before ours takes its name: no instant without it.
    try:
        with open(path) as f:
            first = f.readline()
    except OSError:
        first = mark
    if mark in first or not os.stat(path)[6]:
        print("''")
        return
    n = 1
    while True:
        own = path[:-3] + ".own%s.py" % (n if n > 1 else "")
        try:
            os.stat(own)
            n += 1
        except OSError:
            break
    with open(path, "rb") as a, open(own + ".new", "wb") as b:
        while True:
            c = a.read(512)
            if not c:
                break
            b.write(c)
    swap(own)
    print(repr(own))
