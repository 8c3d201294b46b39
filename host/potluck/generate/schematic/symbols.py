# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Library symbols: a part's own, a box for what has none, and the supplies."""

from __future__ import annotations

import math
from collections.abc import Sequence

from potluck.generate.schematic.drawing import Drawn, Pin
from potluck.generate.schematic.text import width
from potluck.model import Part
from potluck.model.bus import BUSES
from potluck.model.part import RAILS, Terminal
from potluck.model.symbol import Shape

Named = tuple[str, str, str]        # a box's pin: number, name, type
TOP_GAP, GND_GAP = 5, 2             # between pins at the top, and at the bottom


def number_of(part: Part, terminal: str) -> str:
    """The number of a terminal's pin in the drawings: its own when it is one, else its place in part.toml."""
    return terminal if terminal.isdecimal() else str(list(part.terminals).index(terminal) + 1)


def terminal_of(part: Part, number: str) -> str:
    """The terminal with that number (see number_of)."""
    return next(name for name in part.terminals if number_of(part, name) == number)


def drawn_part(part: Part) -> Drawn:
    """The part's symbol, or a box with its terminals' labels."""
    if part.symbol is None or part.symbol.sides:
        return _box_of(part)
    pins = tuple(Pin(number_of(part, name), _short(terminal.label), _type(part, terminal),
                     pin.x, pin.y, pin.way, pin.length)
                 for name, terminal in part.terminals.items() for pin in (part.symbol.pins[name],))
    return Drawn(part.kind, part.ref, part.value, pins, part.symbol.shapes, about=part.title)


def drawn_supply(rail: str) -> Drawn:
    """A rail's sign: a bar above, or the earth's three below."""
    if rail == "GND":
        shapes = ("0 0 0 1", "-1 1 1 1", "-0.6 1.5 0.6 1.5", "-0.2 2 0.2 2")
    else:
        shapes = ("0 0 0 -1.4", "-1 -1.4 1 -1.4")
    lines = tuple(Shape("line", tuple(map(float, line.split()))) for line in shapes)
    way = "up" if rail == "GND" else "down"
    return Drawn(rail, "#PWR", rail, (Pin("1", rail, "power_in", 0, 0, way, 0),), lines, power=True,
                 about=f"{rail} supply")


def box(name: str, ref: str, value: str, *, left: Sequence[Named | None], right: Sequence[Named | None],
        top: Sequence[Named] = (), bottom: Sequence[Named] = (), about: str = "", numbers: bool = False) -> Drawn:
    """A box; None leaves a row free. Its top edge is at y = 0, its middle at x = 0."""
    sides = [pin for pin in (*left, *right) if pin]
    longest = max((width(number, 0.8) for number, _, _ in (*sides, *top, *bottom)), default=0) if numbers else 0
    length = max(2, math.ceil(longest + 1))
    names = [max((width(pin[1]) for pin in side if pin), default=0) for side in (left, right)]
    high = [max((width(name) for _, name, _ in side), default=0) for side in (top, bottom)]
    rows = max(len(left), len(right), 1)
    compact = len(top) <= 1 and len(bottom) <= 1
    if compact:             # the names of rows pass beside the one name at the top and the bottom
        half = max(4, math.ceil(max(names) + 1.8))
        tall = max(2 * rows + 2, math.ceil(sum(high) + 2))
        tall += tall % 2
        first = (tall - 2 * (rows - 1)) // 2
    else:
        wide = max(sum(names) + 3, TOP_GAP * len(top), GND_GAP * len(bottom) + 2)
        half = math.ceil(wide / 2)
        first = math.ceil(high[0] + 1.5)
        tall = first + 2 * (rows - 1) + math.ceil(high[1] + 1.5)
    pins = [Pin(*pin, -half - length, first + 2 * row, "left", length) for row, pin in enumerate(left) if pin]
    pins += [Pin(*pin, half + length, first + 2 * row, "right", length) for row, pin in enumerate(right) if pin]
    pins += [Pin(*pin, x, -length, "up", length) for pin, x in zip(top, _spread(len(top), TOP_GAP), strict=True)]
    pins += [Pin(*pin, x, tall + length, "down", length)
             for pin, x in zip(bottom, _spread(len(bottom), GND_GAP), strict=True)]
    return Drawn(name, ref, value, tuple(pins), (Shape("rect", (-half, 0, half, tall)),), box=True,
                 numbers=numbers, about=about)


def _spread(count: int, gap: int) -> list[int]:
    """Places about the middle, whole steps."""
    first = -(gap * (count - 1)) // 2
    return [first + gap * place for place in range(count)]


def _box_of(part: Part) -> Drawn:
    sides: dict[str, list[Named | None]] = {"left": [], "right": [], "top": [], "bottom": []}
    pins = {name: (number_of(part, name), _short(terminal.label), _type(part, terminal))
            for name, terminal in part.terminals.items()}
    if part.symbol:                 # the maker's numbers are known there
        sides = {side: [pins.get(name) for name in names] for side, names in part.symbol.sides.items()}
    else:
        for name, terminal in part.terminals.items():
            sides[_side(part, terminal)].append(pins[name])
    return box(part.kind, part.ref, part.value, about=part.title, numbers=part.symbol is not None, **sides)


def _side(part: Part, terminal: Terminal) -> str:
    """Supplies above, GND below; what a part gives on its right, what it takes on its left."""
    if terminal.to == "GND" or terminal.type == "power_in" and terminal.name in ("gnd", "vss", "ground"):
        return "bottom"
    if terminal.to in RAILS or terminal.type in ("power_in", "power_out"):
        return "top"
    if terminal.type in ("input", "output") and terminal.to not in BUSES:
        return "left" if terminal.type == "input" else "right"
    return "right" if part.group == "sensor" else "left"


def _type(part: Part, terminal: Terminal) -> str:
    """KiCad's type. One pin of the board alone feeds GND there, so that nothing feeds it twice."""
    if terminal.to == "GND" and terminal.type == "power_out":
        return "passive"
    return terminal.type


def _short(label: str) -> str:
    """``+ (red)`` -> ``+``."""
    return label.partition(" (")[0]
