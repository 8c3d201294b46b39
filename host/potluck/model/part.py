# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Parts as data: what you buy, its terminals, its driver, its options (hardware/parts/KIND)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from potluck.errors import UnknownPart
from potluck.model import hardware, units
from potluck.model.bus import BUSES
from potluck.model.identity import Identity, read_identity
from potluck.model.picture import Drawing, read_drawing
from potluck.model.purchase import Purchase, read_purchase
from potluck.model.reader import Table, is_name, suggest
from potluck.model.spice import Spice, read_spice
from potluck.model.symbol import Symbol, read_symbol

GROUPS = ("sensor", "actuator", "display", "supply", "discrete")
TYPES = ("passive", "input", "output", "bidirectional", "power_in", "power_out")
# How a driver gets a pin (see generate/device.py); "in_up"/"in_down" switch a pull on.
HOWS = ("adc", "pin", "in_up", "in_down", "out", "pwm", "int")
RAILS = ("3V3", "5V", "GND")

_CLASS = re.compile(r"[A-Z][A-Za-z0-9]{0,31}")
_FACTS = ("draws_ma", "peak_ma", "max_ma", "max_v", "forward_v", "gate_threshold_v", "pull_up_ohms",
          "max_khz", "baud", "pwm_hz",
          "inductance_mh", "max_mw")
_TRAITS = ("inductive", "needs_resistor", "is_diode", "is_switch", "pwm_varies",
           "rests_open", "polarised")


@dataclass(frozen=True)
class Terminal:
    """A place on the part where a wire goes.

    to           "3V3", "5V", "GND" (a rail), "pin" (a board's pin, perhaps through a circuit), a kind
                 of bus ("i2c" …; the terminal's name is then the line), "circuit" (inside circuits
                 or in [wires]) or "open" (nothing, unless [wires] says so)
    volts        what it stands (power_in, passive) or gives (output, power_out), or None
    high_v       what it takes at least for a high level; 0: anything a 3.3 V pin gives
    ma, peak_ma  what it draws; provides_ma: what it gives
    ma_from      the option that says what it draws, or ""
    joins, when  the rail that it is joined to when an option has a value: "3V3", ("address", 0x77)
    pulls        the pin it goes to must have pull resistors
    safe         level of the pin at which nothing happens (actuators), or None
    through      the circuit it usually goes through, or ""
    """

    name: str
    label: str
    type: str
    to: str
    volts: tuple[float, float] | None
    high_v: float
    ma: float
    peak_ma: float
    provides_ma: float
    pulls: bool
    safe: int | None
    through: str
    ma_from: str
    joins: str = ""
    when: tuple[str, float] = ("", 0)


@dataclass(frozen=True)
class Option:
    """What may be said about a part in a recipe: a number in a range, or one of some words.

    driver  the driver gets it as a keyword
    above   name of another option that this one must exceed whatever both are set to, or ""
    """

    name: str
    default: int | float | str
    range: tuple[float, float] | None
    choices: tuple[str, ...]
    unit: str
    help: str
    driver: bool
    above: str

    def read(self, table: Table) -> int | float | str:
        """The option's value in a recipe's or circuit's table, or its default."""
        if not table.has(self.name):
            return self.default
        if self.choices:
            return table.choice(self.name, self.choices)
        low, high = self.range
        value = table.number(self.name)
        if not low <= value <= high:
            raise table.wrong(self.name, f"{value:g} is outside {low:g} to {high:g} {self.unit}",
                              "the part allows no more than that")
        return float(value) if isinstance(self.default, float) else value


@dataclass(frozen=True)
class Argument:
    """One object a driver receives: keyword, how (HOWS, or a kind of bus), which terminal ("": a bus)."""

    name: str
    how: str
    terminal: str


@dataclass(frozen=True)
class Driver:
    """driver.py beside part.toml: the class in it and the objects it receives."""

    class_name: str
    args: tuple[Argument, ...]


@dataclass(frozen=True)
class Part:
    """Something you buy. ``kind`` is its folder's name.

    through     circuit that it brings to the bus it sits on, or "" (other circuits: its terminals')
    electrical: facts by name, numbers in the unit the name ends with, traits as True.
    symbol, spice: how it looks in a schematic and behaves in a circuit simulator, or None.
    identity: the register by which its chip says what it is, or None.
    """

    kind: str
    title: str
    summary: str
    group: str
    ref: str
    value: str
    through: str
    terminals: Mapping[str, Terminal]
    electrical: Mapping[str, float | bool]
    driver: Driver | None
    options: Mapping[str, Option]
    folder: Path
    symbol: Symbol | None
    spice: Spice | None
    identity: Identity | None
    picture: Drawing | None = None
    purchase: Purchase | None = None

    @property
    def signals(self) -> tuple[Terminal, ...]:
        """Terminals that go to a pin of their own on the board, in the file's order."""
        return tuple(terminal for terminal in self.terminals.values() if terminal.to == "pin")

    @property
    def bus(self) -> str:
        """The kind of bus it sits on ("i2c"), or ""."""
        return next((terminal.to for terminal in self.terminals.values() if terminal.to in BUSES), "")

    @property
    def lines(self) -> tuple[Terminal, ...]:
        """Terminals that go to a line of its bus."""
        return tuple(terminal for terminal in self.terminals.values() if terminal.to in BUSES)

    @property
    def driver_path(self) -> Path:
        """driver.py (there when ``driver`` is not None)."""
        return self.folder / "driver.py"

    @property
    def world_path(self) -> Path:
        """world.py, which may not exist."""
        return self.folder / "world.py"


def part_kinds() -> list[str]:
    """Names of all parts potluck knows."""
    return hardware.known("parts", "part.toml")


def load_part(kind: str, *, where: str = "") -> Part:
    """The part of that kind. Raises UnknownPart, HardwareInvalid."""
    table, path = hardware.open_named("parts", kind, "part.toml", UnknownPart, "part", where)
    sources = hardware.Sources(table)
    about = table.table("part")
    terminals = {name: _terminal(name, sub) for name, sub in table.table("terminals").entries(
        lambda name: is_name(name) or name.isdecimal(), what="terminal")}
    if len({terminal.to for terminal in terminals.values()} & set(BUSES)) > 1:
        raise table.wrong("terminals", "go to two kinds of bus", "a part sits on one")
    through = _through(about, terminals)
    if about.peek("group") != "discrete":
        for terminal in terminals.values():
            if terminal.to == "circuit":
                raise about.wrong("group", f'terminal "{terminal.name}" goes to a circuit',
                                  'only a "discrete" part may do that')
    options = _options(table.table("options", {}))
    for terminal in terminals.values():
        if terminal.ma_from and terminal.ma_from not in options:
            raise table.wrong("terminals", f'ma_from = "{terminal.ma_from}" is no option',
                              suggest(terminal.ma_from, options))
        if terminal.joins and terminal.when[0] not in options:
            raise table.wrong("terminals", f'when "{terminal.when[0]}" is no option', suggest(terminal.when[0], options))
    part = Part(
        kind=kind, title=about.text("title"), summary=about.text("summary"),
        group=about.choice("group", GROUPS), ref=about.text("ref", most=4),
        value=about.text("value"), through=through,
        terminals=MappingProxyType(terminals),
        electrical=MappingProxyType(_electrical(table.table("electrical", {}))),
        driver=_driver(table.table("driver"), terminals) if table.has("driver") else None,
        options=MappingProxyType(options),
        folder=path.parent, **_drawn(table, terminals, sources),
    )
    sources.of(about)
    about.done()
    table.done()
    sources.done()
    return part


def _drawn(table: Table, terminals: dict[str, Terminal], sources: hardware.Sources) -> dict:
    """Optional tables that one generator each needs: field of Part -> what its own module reads."""
    return {
        "symbol": read_symbol(table.table("symbol"), terminals) if table.has("symbol") else None,
        "spice": read_spice(table.table("spice"), terminals) if table.has("spice") else None,
        "identity": read_identity(table.table("identity")) if table.has("identity") else None,
        "purchase": read_purchase(table.table("buy"), sources) if table.has("buy") else None,
        "picture": read_drawing(table.table("picture"), terminals) if table.has("picture") else None,
    }


def _through(about: Table, terminals: dict[str, Terminal]) -> str:
    """[part] through: the bus's circuit, or, for a part with one signal, that terminal's."""
    through = about.name("through", "")
    signals = [name for name, terminal in terminals.items() if terminal.to == "pin"]
    if not through or any(terminal.to in BUSES for terminal in terminals.values()):
        return through
    if len(signals) != 1:
        raise about.wrong("through", "fits a part with one signal", "say it at the terminal instead")
    terminals[signals[0]] = replace(terminals[signals[0]], through=through)
    return ""


def _terminal(name: str, table: Table) -> Terminal:
    to = table.choice("to", (*RAILS, *BUSES, "pin", "circuit", "open"))
    if to in BUSES and name not in BUSES[to]:
        raise table.wrong("to", f'"{name}" is no line of {to}', f"name it {' or '.join(BUSES[to])}")
    terminal = Terminal(
        name=name, label=table.text("label"), type=table.choice("type", TYPES), to=to,
        volts=table.pair("volts", None), high_v=table.number("high_v", 0, low=0, high=60),
        ma=table.number("ma", 0, low=0, high=20_000),
        peak_ma=table.number("peak_ma", 0, low=0, high=20_000),
        provides_ma=table.number("provides_ma", 0, low=0, high=20_000),
        pulls=table.flag("pulls", False), safe=table.integer("safe", None, low=0, high=1),
        through=table.name("through", "") if to == "pin" else "",
        ma_from=table.name("ma_from", ""), joins=table.choice("joins", RAILS, ""),
        when=_when(table.table("when")) if table.has("when") else ("", 0),
    )
    if bool(terminal.joins) != bool(terminal.when[0]) or (terminal.joins and to != "open"):
        raise table.wrong("joins", "goes with when, at a terminal that is else open")
    table.done()
    return terminal


def _when(table: Table) -> tuple[str, float]:
    """``{ address = 0x77 }``"""
    names = table.keys()
    if len(names) != 1:
        raise table.wrong("", "names one option and its value", "write { address = 0x77 }")
    return names[0], table.number(names[0], low=-1_000_000, high=1_000_000)


def _electrical(table: Table) -> dict[str, float | bool]:
    facts: dict[str, float | bool] = {}
    for key in _FACTS:
        if table.has(key):
            facts[key] = table.number(key, low=0, high=100_000)
    for key in _TRAITS:
        if table.has(key):
            facts[key] = table.flag(key)
    table.done()
    return facts


def _driver(table: Table, terminals: dict[str, Terminal]) -> Driver:
    class_name = table.text("class")
    if not _CLASS.fullmatch(class_name):
        raise table.wrong("class", "is not a class's name")
    listed, args = table.table("args"), []
    for name in listed.keys():
        how, _, terminal = listed.text(name).partition(":")
        if how in BUSES:
            if terminal or not any(one.to == how for one in terminals.values()):
                raise listed.wrong(name, f"gets {how} and no terminal goes there", f'write "{how}"')
            args.append(Argument(name, how, ""))
            continue
        if not is_name(name) or how not in HOWS or terminal not in terminals:
            raise listed.wrong(name, 'must be "how:terminal"', f"how is one of {', '.join(HOWS)}")
        if terminals[terminal].to != "pin":
            raise listed.wrong(name, f'terminal "{terminal}" goes to no pin')
        if how in ("out", "pwm") and terminals[terminal].safe is None:
            raise listed.wrong(name, f'terminal "{terminal}" is driven and needs safe = 0 or 1')
        args.append(Argument(name, how, terminal))
    table.done()
    return Driver(class_name, tuple(args))


def _options(table: Table) -> dict[str, Option]:
    options = {name: _option(name, sub) for name, sub in table.entries()}
    for option in options.values():
        if option.above and option.above not in options:
            raise table.wrong(option.name, f'above "{option.above}", which is no option',
                              suggest(option.above, options))
    return options


def _option(name: str, table: Table) -> Option:
    choices = table.texts("choices", ())
    if choices:
        default, limits, unit = table.choice("default", choices), None, "1"
    else:
        limits = table.pair("range")
        default = table.number("default", low=limits[0], high=limits[1])
        unit = table.text("unit")
        if not units.is_unit(unit):
            raise table.wrong("unit", "is not a UCUM code", suggest(unit, units.UNITS))
    option = Option(name, default, limits, choices, unit, table.text("help"),
                    table.flag("driver", True), table.name("above", ""))
    table.done()
    return option
