# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# Runs on the board, in the raw REPL: what is this board, and which recipe is in its active slot?
import os
import sys
from binascii import hexlify

said = {"name": sys.implementation.name, "machine": "", "board": "", "id": ""}
said["version"] = "%d.%d.%d" % tuple(sys.implementation.version[:3])
said["recipe"] = said["recipe_version"] = said["hash"] = ""
try:
    said["machine"] = os.uname().machine
except AttributeError:
    pass  # a build without uname
try:
    import machine

    said["id"] = hexlify(machine.unique_id()).decode()
except (ImportError, AttributeError):
    pass
try:
    with open("/slots/active") as f:
        slot = "/slots/" + f.read(1)
    sys.path.insert(0, slot)
    try:
        import config

        said["recipe"], said["recipe_version"] = config.NAME, config.VERSION
        said["hash"], said["board"] = config.HASH, config.BOARD
    finally:
        sys.path.remove(slot)
except (OSError, ImportError, AttributeError, ValueError):
    pass  # no recipe, or one that another potluck wrote
print(repr(said))
