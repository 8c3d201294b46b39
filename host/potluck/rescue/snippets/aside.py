# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# Runs on the board, in the raw REPL. Every answer is one Python literal.
import os
import sys


def hold():
    # RP2040 datasheet 4.7.6, RP2350 datasheet 12.9.7: bit 30 of WATCHDOG CTRL, cleared through its alias 0x3000
    # above. An ESP32's cannot be stopped, and whether it runs cannot be asked without starting it.
    if sys.platform == "rp2":
        import machine

        base = 0x400D8000 if "RP2350" in os.uname().machine else 0x40058000
        try:
            machine.mem32[base + 0x3000] = 1 << 30
        except AttributeError:
            pass


def programs():
    found = {}
    for path in ("/boot.py", "/main.py"):
        try:
            with open(path) as f:
                found[path] = "launcher" if "potluck launcher" in f.readline() else "own"
        except OSError:
            pass
        except UnicodeError:
            found[path] = "own"
    print(repr(found))


def aside(path):
    n = 1
    while True:
        to = path[:-3] + (".quarantine%s.py" % ("" if n == 1 else n))
        try:
            os.stat(to)
            n += 1
        except OSError:
            break
    os.rename(path, to)
    print(repr(to))
