# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How a circuit is laid out in a schematic: the [layout] table of a circuit.toml.

Everything is said in steps of 1.27 mm, x to the right and y down. A circuit without the table is
drawn with a label at each terminal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from potluck.model.reader import Table, suggest
from potluck.model.symbol import WAYS

_SIDES = ("left", "right")


@dataclass(frozen=True)
class Spot:
    """Where a part's symbol stands: turned counter-clockwise by angle; side: of its text, or ""."""

    x: int
    y: int
    angle: int
    side: str


@dataclass(frozen=True)
class Mark:
    """A point where a port meets the rest, and which way that lies."""

    x: int
    y: int
    way: str


@dataclass(frozen=True)
class Layout:
    """parts: name -> Spot; ports: name -> its marks; wires: points ((x, y) or a name) in order.

    A name in a wire is a terminal ("switch.gate"), a port (its first mark), "load.supply" (the
    load's own supply terminal, in a circuit with a port for it).
    """

    parts: Mapping[str, Spot]
    ports: Mapping[str, tuple[Mark, ...]]
    wires: tuple[tuple[tuple[int, int] | str, ...], ...]


def read_layout(table: Table, ports: Mapping, parts: Mapping) -> Layout:
    """The [layout] table of a circuit with these ports and parts, each of which must be placed."""
    spots, marks = table.table("parts"), table.table("ports")
    layout = Layout(
        MappingProxyType({name: _spot(name, spots, parts) for name in spots.keys()}),
        MappingProxyType({name: _marks(name, marks, ports) for name in marks.keys()}),
        tuple(_wire(text, table, ports, parts) for text in table.texts("wires", ())),
    )
    for name in parts:
        if name not in layout.parts:
            raise spots.wrong(name, "has no place", 'add it: "x y"')
    for name in ports:
        if name not in layout.ports:
            raise marks.wrong(name, "has no place", 'add it: "x y way"')
    table.done()
    return layout


def _spot(name: str, table: Table, parts: Mapping[str, object]) -> Spot:
    if name not in parts:
        raise table.wrong(name, "is no part", suggest(name, parts))
    words = table.text(name).split()
    side = words.pop() if words[-1] in _SIDES else ""
    numbers = [_whole(word) for word in words]
    if len(numbers) not in (2, 3) or None in numbers or numbers[2:] not in ([], [0], [90], [180], [270]):
        raise table.wrong(name, 'must be "x y" or "x y angle", perhaps with left or right after it',
                          "angle is 0, 90, 180 or 270, counter-clockwise")
    return Spot(numbers[0], numbers[1], numbers[2] if len(numbers) == 3 else 0, side)


def _marks(name: str, table: Table, ports: Mapping[str, object]) -> tuple[Mark, ...]:
    if name not in ports:
        raise table.wrong(name, "is no port", suggest(name, ports))
    said = table.texts(name, least=1) if isinstance(table.peek(name), list) else (table.text(name),)
    found = []
    for one in said:
        words = one.split()
        x, y = (_whole(word) for word in (words + ["", ""])[:2])
        if len(words) != 3 or x is None or y is None or words[2] not in WAYS:
            raise table.wrong(name, 'must be "x y way"', "way is left, right, up or down")
        found.append(Mark(x, y, words[2]))
    return tuple(found)


def _wire(said: str, table: Table, ports: Mapping, parts: Mapping) -> tuple[tuple[int, int] | str, ...]:
    points: list[tuple[int, int] | str] = []
    for word in said.split():
        x, comma, y = word.partition(",")
        if comma and _whole(x) is not None and _whole(y) is not None:
            points.append((_whole(x), _whole(y)))
            continue
        part, dot, terminal = word.partition(".")
        known = word in ports or word == "load.supply" and any(port.joins == "supply" for port in ports.values()) or (
            dot and part in parts and terminal in parts[part].part.terminals)
        if not known:
            raise table.wrong("wires", f'"{word[:40]}" is no point, port or terminal', 'a point is "x,y"')
        points.append(word)
    if len(points) < 2:
        raise table.wrong("wires", f'"{said[:40]}" has one end', "a wire goes from point to point")
    return tuple(points)


def _whole(word: str) -> int | None:
    try:
        number = int(word)
    except ValueError:
        return None
    return number if -200 <= number <= 360 else None
