# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A microcontroller as data: what each GPIO can do, and why some must be left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from potluck.errors import HardwareInvalid
from potluck.model import hardware
from potluck.model.reader import Table

USES = ("input", "output", "pull", "adc")
_PULLS = ("up", "down")


@dataclass(frozen=True)
class Limit:
    """Why a pin is not like the others.

    severity  "never": what it blocks cannot work; "avoid": it works with care
    blocks    some of input, output, pull, adc
    when      the use it matters to, or "" for any
    """

    name: str
    severity: str
    blocks: tuple[str, ...]
    when: str
    text: str


@dataclass(frozen=True)
class McuPin:
    """A GPIO of the chip. adc: its channel or ""; functions: fixed ones such as "PWM0_A".

    boot   what pulls it while the chip starts and until a program takes it: "up", "down" or "" (nothing)
    strap  the way it must stand when the chip starts, or the program does not: "up", "down" or "" (either)
    """

    gpio: int
    adc: str
    boot: str
    functions: tuple[str, ...]
    limits: tuple[Limit, ...]
    strap: str = ""


@dataclass(frozen=True)
class Peripherals:
    """How many of a kind a chip has, as its MicroPython port numbers them.

    timers        hardware timers with ids 0...; 0: only Timer(-1)
    pwm_channels  outputs at once, pwm_timers  frequencies at once; 0: fixed to pins
    spi, i2c, uart  ids that exist
    adc_full_v    volts that give a full reading, by attenuation 0...3; one value: no attenuation
    """

    timers: int
    pwm_channels: int
    pwm_timers: int
    spi: tuple[int, ...]
    i2c: tuple[int, ...]
    uart: tuple[int, ...]
    adc_full_v: tuple[float, ...]


@dataclass(frozen=True)
class Mcu:
    """The chip. watchdog_max_ms 0: no limit that matters. matrix: functions any output may take."""

    name: str
    title: str
    logic_v: float
    pin_max_v: float
    pin_ma: float
    pins_total_ma: float
    pull_ohms: tuple[float, float]
    matrix: tuple[str, ...]
    adc_bits: int
    adc_max_v: float
    watchdog_max_ms: int
    watchdog_stoppable: bool
    mpy_arch: str
    pins: Mapping[int, McuPin]
    peripherals: Peripherals


def load_mcu(name: str, *, where: str = "") -> Mcu:
    """hardware/mcu/NAME.toml. Raises HardwareInvalid."""
    table, _ = hardware.open_named("mcu", name, "", HardwareInvalid, "chip", where)
    sources = hardware.Sources(table)
    about = table.table("mcu")
    if about.name("name") != name:
        raise about.wrong("name", "differs from the file's name")
    adc, watchdog, python, has = (
        table.table(key) for key in ("adc", "watchdog", "micropython", "peripherals"))
    boot = about.choice("boot", _PULLS, "")
    limits = {key: _limit(key, sub, sources) for key, sub in table.table("limits", {}).entries()}
    mcu = Mcu(
        name=name, title=about.text("title"),
        logic_v=about.number("logic_v", low=1, high=6),
        pin_max_v=about.number("pin_max_v", low=1, high=6),
        pin_ma=about.number("pin_ma", low=1, high=100),
        pins_total_ma=about.number("pins_total_ma", low=1, high=5_000),
        pull_ohms=about.pair("pull_ohms"), matrix=about.texts("matrix"),
        adc_bits=adc.integer("bits", low=8, high=24),
        adc_max_v=adc.number("max_v", low=0.5, high=6),
        watchdog_max_ms=watchdog.integer("max_ms", low=0, high=1 << 31),
        watchdog_stoppable=watchdog.flag("stoppable"),
        mpy_arch=python.name("arch"),
        pins=MappingProxyType(_pins(table.table("pins"), limits, boot, sources)),
        peripherals=Peripherals(
            timers=has.integer("timers", low=0, high=16),
            pwm_channels=has.integer("pwm_channels", low=0, high=64),
            pwm_timers=has.integer("pwm_timers", low=0, high=64),
            spi=_numbers(has, "spi", int), i2c=_numbers(has, "i2c", int),
            uart=_numbers(has, "uart", int), adc_full_v=_numbers(has, "adc_full_v", float),
        ),
    )
    for part in (about, adc, watchdog, python, has):
        sources.of(part)
        part.done()
    table.done()
    sources.done()
    return mcu


def _numbers(table: Table, key: str, kind: type) -> tuple:
    value = table.take(key)
    if not isinstance(value, list) or not value:
        raise table.wrong(key, "must be a list of numbers")
    return tuple(kind(table.as_number(key, one, 0, 16)) for one in value)


def _limit(name: str, table: Table, sources: hardware.Sources) -> Limit:
    blocks = table.texts("blocks")
    for use in blocks:
        if use not in USES:
            raise table.wrong("blocks", f'"{use}" is none of {", ".join(USES)}')
    limit = Limit(name, table.choice("severity", ("never", "avoid")), blocks,
                  table.choice("when", USES, ""), table.text("text"))
    sources.of(table)
    table.done()
    return limit


def _pins(table: Table, limits: dict[str, Limit], boot: str, sources: hardware.Sources) -> dict[int, McuPin]:
    sources.of(table)
    pins = {}
    names = {f"GPIO{gpio}": gpio for gpio in range(200)}
    for name, sub in table.entries(lambda name: name in names, what="pin", rule="write GPIO0 ..."):
        listed = sub.texts("limits", ())
        for key in listed:
            if key not in limits:
                raise sub.wrong("limits", f'"{key}" is not in [limits]')
        pins[names[name]] = McuPin(names[name], sub.text("adc", ""), sub.choice("boot", _PULLS, boot),
                                   sub.texts("functions", ()),
                                   tuple(limits[key] for key in listed), sub.choice("strap", _PULLS, ""))
        sub.done()
    return pins
