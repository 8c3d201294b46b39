# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How a part looks in the wiring picture: the [picture] table of its part.toml, as data.

All measures are in steps of the picture's grid (12 px). The drawing is made as it stands at the
right of the board, upright, so that wires to the board leave at its left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from potluck.model.reader import Table, show, suggest

SIDES = ("left", "right", "top", "bottom")
# What is drawn, and how many numbers say where: an exact count, or a least even one (polygons).
KINDS = {"rect": 4, "circle": 3, "line": -4, "polygon": -6, "bands": 4, "text": 2}
PAINTS = ("black", "white", "grey", "silver", "gold", "copper", "red", "orange", "yellow", "green", "blue",
          "violet", "brown", "beige", "cream", "teal", "navy", "ink", "none")
MAX_STEPS = 40

_OPTION = re.compile(r"\{[a-z][a-z0-9_]*\}")


@dataclass(frozen=True)
class Shape:
    """One stroke of a drawing.

    kind     "rect" x y w h, "circle" x y r, "line" and "polygon" x y x y …, "bands" x y w h (a resistor's
             colour bands for the option ``ohms``), "text" x y of its middle
    paint    one of PAINTS, or "{option}": the colour that this option names
    rounded  radius of a rect's corners; width: of a line, in px; size: of a text, in px
    """

    kind: str
    at: tuple[float, ...]
    paint: str
    rounded: float = 0
    width: float = 2
    text: str = ""
    size: float = 11


@dataclass(frozen=True)
class Drawing:
    """A part as it looks.

    size    width and height in steps
    pins    terminal -> (x, y) on the edge, where its wire begins
    left    what becomes of it at the left of the board: "mirror" (as true seen from behind) or "rotate"
            by half a turn (a row of pins keeps its order)
    labels  whether the terminals' names are written beside the pins
    note    a sentence on polarity; {terminal} stands for where that terminal goes
    """

    size: tuple[int, int]
    pins: Mapping[str, tuple[int, int]]
    shapes: tuple[Shape, ...]
    left: str = "rotate"
    labels: bool = True
    note: str = ""

    def side(self, pin: str) -> str:
        """The edge at which a pin's wire leaves."""
        x, y = self.pins[pin]
        return "left" if x == 0 else "right" if x == self.size[0] else "top" if y == 0 else "bottom"


@dataclass(frozen=True)
class BoardLooks:
    """A board between its rows of pins. paint: of its resin; shapes: from the middle of its upper edge."""

    paint: str = "teal"
    shapes: tuple[Shape, ...] = ()


def read_board_looks(table: Table) -> BoardLooks:
    """The [picture] table of a board's file."""
    looks = BoardLooks(table.choice("paint", PAINTS), tuple(_shape(sub) for sub in table.tables("draw", [])))
    table.done()
    return looks


def read_drawing(table: Table, terminals: Iterable[str]) -> Drawing:
    """The [picture] table; every terminal has its pin on the edge, no two closer than a wire needs."""
    width, height = (table.as_number("size", value, 1, MAX_STEPS) for value in _numbers(table, "size", 2))
    listed, terminals = table.table("pins"), tuple(terminals)
    pins: dict[str, tuple[int, int]] = {}
    for name in listed.keys():
        if name not in terminals:
            raise listed.wrong(name, "is no terminal of this part", suggest(name[:40], terminals))
        x, y = _numbers(listed, name, 2)
        if int(x) != x or int(y) != y or (x in (0, width)) == (y in (0, height)):
            raise listed.wrong(name, "must be whole steps on the edge of size, and not in a corner")
        if not (0 <= x <= width and 0 <= y <= height):
            raise listed.wrong(name, "lies outside of size")
        if any(abs(x - a) + abs(y - b) < 2 for a, b in pins.values()):
            raise listed.wrong(name, "is closer than two steps to another pin")
        pins[name] = (int(x), int(y))
    if missing := [name for name in terminals if name not in pins]:
        raise listed.wrong(missing[0], "has no place", "say where its wire begins")
    shapes = tuple(_shape(sub) for sub in table.tables("draw"))
    drawing = Drawing(
        (int(width), int(height)), MappingProxyType(pins), shapes,
        left=table.choice("left", ("mirror", "rotate"), "rotate"), labels=table.flag("labels", True),
        note=table.text("note", "", most=80),
    )  # fmt: skip
    table.done()
    return drawing


def _shape(table: Table) -> Shape:
    kind = next((name for name in KINDS if name != "text" and table.has(name)), "text")
    text = table.text("text", most=24) if kind == "text" else ""
    at = _numbers(table, "at" if kind == "text" else kind, KINDS[kind])
    paint = table.text("paint", "none" if kind == "bands" else "ink" if kind == "text" else "black")
    if paint not in PAINTS and not _OPTION.fullmatch(paint):
        raise table.wrong("paint", f"{show(paint)} is no colour here", suggest(paint[:40], PAINTS))
    shape = Shape(
        kind, at, paint,
        rounded=table.number("rounded", 0, low=0, high=MAX_STEPS), width=table.number("width", 2, low=0.5, high=30),
        text=text, size=table.number("size", 11, low=6, high=20),
    )  # fmt: skip
    table.done()
    return shape


def _numbers(table: Table, key: str, count: int) -> tuple[float, ...]:
    """A list of ``count`` numbers; a negative count: an even number of them, that many at least."""
    value = table.take(key)
    right = isinstance(value, list) and (len(value) == count or (count < 0 and len(value) >= -count and not len(value) % 2))
    if not right:
        raise table.wrong(key, f"must be a list of {abs(count)} numbers" + (" or more, in pairs" if count < 0 else ""))
    return tuple(table.as_number(key, item, -MAX_STEPS, MAX_STEPS) for item in value)
