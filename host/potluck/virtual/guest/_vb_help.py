# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# What help("modules") prints (py/builtinhelp.c); loaded for one answer and forgotten.
from _vb_repl import modules, radio

_FROZEN = (
    "asyncio/__init__ asyncio/core asyncio/event asyncio/funcs asyncio/lock asyncio/stream dht ds18x20 neopixel onewire uasyncio"
)
_NETWORKED = " ntptime requests ssl urequests"

_COLUMNS = 4
_WIDTH = 18


def show_modules():
    kind = radio()
    names = sorted(modules() + _FROZEN.split() + (_NETWORKED.split() if kind else []) + ["apa106"] * (kind == "esp32"))
    rows = -(-len(names) // _COLUMNS)
    for row in range(rows):
        line = ""
        for name in names[row::rows]:
            if line:
                line += " " * (1 + (-len(line) - 1) % _WIDTH)
            line += name
        print(line)
    print("Plus any modules on the filesystem")
