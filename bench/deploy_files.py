# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The files that bench/deploy.py puts on boards: a weather mast of 9 MicroPython files, 35 KB.

Made, always the same, from the few things that device code does over and over: registers, bytes in and out of
them, means, limits, a display, a log. One deflates to about a third of its size, as such code does, and its .mpy
to about a quarter. The files are a recipe's: main.py, which imports every module, and the modules beside it.
"""

from __future__ import annotations

import random
from pathlib import Path

_SIZES = {
    "anemometer": 9_700, "barometer": 4_800, "rain_gauge": 4_200, "thermometer": 3_800, "sunlight": 3_200,
    "battery": 2_800, "display": 2_400, "logbook": 1_900,
}  # fmt: skip
CHANGED = "anemometer.py"  # the 10 KB file of which one line changes
_LINE = "    patience_ms = %d\n"  # the line

_TOML = """\
[recipe]
name = "weather-mast"
version = "1.0.0"
summary = "Measures the weather."
authors = ["the potluck authors"]
licence = { code = "MIT" }

[parts]

[pins.pico]
[pins.esp32_devkitc]

[settings]
every_s = { default = 1, range = [1, 60], unit = "s", help = "time between two looks" }

[channels]
looks = { unit = "1" }
"""

_MAIN = """\
# A weather mast: looks at every instrument in turn and reports.
from potluck import app

%s

looks = 0


@app.every("every_s")
async def look():
    global looks
    looks += 1
    app.report(looks=looks)


app.run()
"""

_THINGS = (
    "pressure speed gust level angle voltage current charge humidity light shade drop pulse edge depth dew cloud "
    "pole arm vane cup bucket"
).split()
_DOINGS = "read convert settle filter check compare average measure correct scale report store".split()
_WHYS = (
    "The first {a} after the {b} is old: {n} of them are thrown away.",
    "A broken {a} reads as all ones, which is no {b}: seen {m} times.",
    "Datasheet, section {n}: the {a} is ready {m} ms after the {b}.",
    "Floats have 32 bits here: {a} and {b} are kept in whole numbers.",
    "Counted by the {a}, reckoned with the {b}: at {m} Hz no memory is taken.",
    "The lines are long, so the {a} is only believed with a {b} within {m} ms.",
)

_READ = '''
    def {do}_{thing}(self):
        """The {thing} in {unit}; None when the chip does not answer."""
        # {why}
        try:
            self.bus.readfrom_mem_into(self.address, _{REG}, self.box)
        except OSError:
            self.failures += 1
            return None
        raw = self.box[0] << 8 | self.box[1]
        if raw == 0x{n:04X}:
            return None
        return (raw - self.offset) * {m} / {k}
'''
_MEAN = '''
    def {do}_{thing}(self, values):
        """The mean of the {thing} without its least and its greatest value."""
        if len(values) < {few}:
            return None
        total, least, greatest = 0, values[0], values[0]
        for value in values:
            total += value
            least, greatest = min(least, value), max(greatest, value)
        # {why}
        return (total - least - greatest) / (len(values) - 2) + self.{other}
'''
_LIMIT = '''
    def {do}_{thing}(self, value, low={m}, high={n}):
        """Whether the {thing} may be believed: it is between low and high, and did not jump."""
        if not low <= value <= high:
            self.trouble = "{thing} of %d is out of range" % value
            return False
        jump = abs(value - self.{other})
        self.{other} = value
        return jump < {k} or self.failures > {few}
'''
_WAIT = '''
    async def {do}_{thing}(self):
        """Start a measurement of the {thing} and wait until it is there."""
        self.bus.writeto_mem(self.address, _{REG}, bytes((0x{m:02X},)))
        began = time.ticks_ms()
        while time.ticks_diff(time.ticks_ms(), began) < self.patience_ms:
            # {why}
            await asyncio.sleep_ms({few})
            if self.bus.readfrom_mem(self.address, _{REG}, 1)[0] & 0x{k:02X}:
                return self.{other}
        return None
'''
_CURVE = '''
    {THING} = {curve}

    def {do}_{thing}(self, raw):
        """The {thing} in {unit}, from the curve on page {few} of the datasheet."""
        step, rest = divmod(min(max(raw, 0), 0x{n:X}), {m})
        low = self.{THING}[min(step, 10)]
        high = self.{THING}[min(step + 1, 11)]
        return low + (high - low) * rest // {m}
'''
_TEMPLATES = (_READ, _MEAN, _LIMIT, _WAIT, _CURVE)
_UNITS = ("Pa", "m/s", "mm", "lx", "mV", "%", "tenths of a degree")


def files(*, version: int = 1) -> dict[str, bytes]:
    """Name → source of the nine files; each version has one other line in the long one."""
    made = {f"{name}.py": _module(name, size) for name, size in _SIZES.items()}
    made[CHANGED] = made[CHANGED].replace(_LINE % 250, _LINE % (200 + 50 * version), 1)
    made["main.py"] = _MAIN % "\n".join(f"import {name}" for name in sorted(_SIZES))
    return {name: text.encode() for name, text in sorted(made.items())}


def write_recipe(folder: Path, *, modules: bool = True, version: int = 1) -> None:
    """The recipe in an existing folder; modules=False: a small one that needs the same runtime."""
    texts = files(version=version) if modules else {"main.py": f"# {version}\n{_MAIN % ''}".encode()}
    for name, text in texts.items():
        (folder / name).write_bytes(text)
    (folder / "recipe.toml").write_text(_TOML, encoding="utf-8")


def _module(name: str, size: int) -> str:
    """A driver of about so many bytes: registers, then methods until it is long enough."""
    chance = random.Random(name)  # of this name, so always the same
    registers = [f"{thing}_{kind}".upper() for thing in chance.sample(_THINGS, 6) for kind in ("ctrl", "data")]
    parts = [_head(name, registers, chance)]
    taken, length = set(), len(parts[0])
    while length < size:
        do, other = chance.choice(_DOINGS), chance.choice(_THINGS[:8])
        thing = "_".join(chance.sample(_THINGS, 2))
        if (do, thing) in taken:
            continue
        taken.add((do, thing))
        n, m, k = chance.randrange(300, 4000), chance.randrange(2, 250), chance.randrange(2, 128)
        parts.append(
            chance.choice(_TEMPLATES).format(
                do=do, thing=thing, THING=thing.upper(), other=other, curve=tuple(sorted(chance.sample(range(4000), 12))),
                REG=chance.choice(registers), n=n, m=m, k=k,
                few=chance.randrange(3, 20), unit=chance.choice(_UNITS),
                why=chance.choice(_WHYS).format(a=chance.choice(_THINGS), b=chance.choice(_THINGS), n=k / 10, m=m),
            )  # fmt: skip
        )
        length += len(parts[-1])
    return "".join(parts)


def _head(name: str, registers: list[str], chance: random.Random) -> str:
    lines = [f"# The {name.replace('_', ' ')} of a weather mast: a chip on I2C and what is made of its values."]
    lines += ["import asyncio", "import time", "", "from micropython import const", ""]
    lines += [f"_{register} = const(0x{chance.randrange(256):02X})" for register in registers]
    lines += ["", "", f"class {name.title().replace('_', '')}:", _LINE % 250]
    lines += [f"    def __init__(self, bus, address=0x{chance.randrange(8, 120):02X}):"]
    lines += ["        self.bus, self.address = bus, address", "        self.box = bytearray(2)"]
    lines += ["        self.offset = self.failures = 0", '        self.trouble = ""']
    lines += [f"        self.{thing} = 0" for thing in _THINGS[:8]]
    return "\n".join(lines) + "\n"
