# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How a part looks in a schematic: the [symbol] table of a part.toml.

Everything is said in steps of 1.27 mm, x to the right and y down. A part without the table is drawn
as a box with its terminals' labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from potluck.model.reader import Table, suggest

# A way is where the wire goes from a pin, or what lies beside a point.
WAYS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
# shape -> how many numbers it takes: (least, most, a multiple of)
_SHAPES = {"line": (4, 40, 2), "rect": (4, 4, 4), "circle": (3, 3, 3), "arc": (6, 6, 6), "text": (2, 2, 2)}


@dataclass(frozen=True)
class SymbolPin:
    """Where the wire joins (whole steps), which way it goes on, and how long the pin's own line is."""

    x: int
    y: int
    way: str
    length: float


@dataclass(frozen=True)
class Shape:
    """A stroke of the symbol.

    kind     "line" (x y pairs), "rect" (two corners), "circle" (centre, radius), "arc" (start, middle,
             end), "text" (its centre)
    filled   with the colour of the strokes
    """

    kind: str
    numbers: tuple[float, ...]
    filled: bool = False
    text: str = ""


@dataclass(frozen=True)
class Symbol:
    """Either pins (terminal -> its pin) and shapes, or a box.

    sides  of the box: "left", "right", "top", "bottom" -> terminals in order, "" leaves a place free
    """

    pins: Mapping[str, SymbolPin]
    shapes: tuple[Shape, ...]
    sides: Mapping[str, tuple[str, ...]]


def read_symbol(table: Table, terminals: Mapping[str, object]) -> Symbol:
    """The [symbol] table of a part with these terminals, each of which must have a pin."""
    if table.has("sides"):
        sides = _sides(table.table("sides"), terminals)
        table.done()
        return Symbol(MappingProxyType({}), (), MappingProxyType(sides))
    listed, pins = table.table("pins"), {}
    for name in listed.keys():
        if name not in terminals:
            raise listed.wrong(name, "is no terminal", suggest(name, terminals))
        words = listed.text(name).split()
        numbers = _numbers([*words[:2], *words[3:]])
        if len(words) not in (3, 4) or numbers is None or words[2] not in WAYS \
                or any(number != int(number) for number in numbers[:2]):
            raise listed.wrong(name, 'must be "x y way" or "x y way length"', "x and y are whole; way is left, "
                               "right, up or down")
        pins[name] = SymbolPin(int(numbers[0]), int(numbers[1]), words[2], numbers[2] if len(words) == 4 else 1.0)
    for name in terminals:
        if name not in pins:
            raise listed.wrong(name, "has no pin", 'add it: "x y way"')
    shapes = tuple(_shape(text, table) for text in table.texts("shapes", least=1))
    table.done()
    return Symbol(MappingProxyType(pins), shapes, MappingProxyType({}))


def _sides(table: Table, terminals: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    todo, found = dict.fromkeys(terminals), {}
    for side in ("left", "right", "top", "bottom"):
        listed = table.texts(side, ())
        for name in listed:
            if name != "-" and todo.pop(name, 0) == 0:
                raise table.wrong(side, f'"{name[:40]}" is no terminal, or is there twice', suggest(name[:40], todo))
        found[side] = tuple("" if name == "-" else name for name in listed)
    for name in todo:
        raise table.wrong(name, "is on no side of the box", "add it to one")
    table.done()
    return found


def _shape(said: str, table: Table) -> Shape:
    words = said.split()
    filled = words[0] == "filled"
    kind, *rest = words[1:] if filled and len(words) > 1 else words
    text = rest.pop(0) if kind == "text" and rest else ""
    numbers = _numbers(rest)
    least, most, times = _SHAPES.get(kind, (1, 0, 1))
    if numbers is None or not least <= len(numbers) <= most or len(numbers) % times:
        raise table.wrong("shapes", f'"{said[:40]}" is no shape',
                          'write "line x y x y", "rect x y x y", "circle x y radius", "arc x y x y x y" or '
                          '"text WORD x y", perhaps with "filled" before it')
    return Shape(kind, numbers, filled, text)


def _numbers(words: list[str]) -> tuple[float, ...] | None:
    """The words as numbers within a sheet's size, or None."""
    try:
        numbers = tuple(float(word) for word in words)
    except ValueError:
        return None
    return numbers if all(-100 <= number <= 100 for number in numbers) else None
