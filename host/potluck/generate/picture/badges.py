# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Where each wire's number stands: on the wire, clear of every other wire, part, label and number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from potluck.generate.picture.items import STEP, Box
from potluck.generate.picture.route import Wire

RADIUS = 8.5  # px
_CLEAR = 2.5
_LONG = 34  # steps: a longer wire has its number at both ends

Spot = tuple[float, float]
Line = tuple[float, float, float, float]


def badges(wires: list[tuple[int, Wire]], rails: Iterable[tuple[str, Line]], boxes: Iterable[Box]) -> dict[int, list[Spot]]:
    """wire's number -> places of its badge in px. Short wires choose first: they have fewest places."""
    lines = [(index, wire.net, line) for index, (_, wire) in enumerate(wires) for line in segments(wire)]
    strips = [(-1, net, tuple(value * STEP for value in line)) for net, line in rails]
    shut = [tuple(value * STEP for value in box) for box in boxes]
    taken: list[Spot] = []
    found: dict[int, list[Spot]] = {}
    order = sorted(range(len(wires)), key=lambda index: length(wires[index][1]))
    for index in order:
        name, wire = wires[index]
        others = [_sorted(line) for other, net, line in (*lines, *strips) if other != index]
        spots = [spot for spot in _along(wire) if _clear(spot, others, shut, taken)]
        if not spots:
            spots = [spot for spot in _along(wire) if _clear(spot, others, shut, taken, tight=True)] or [_middle(wire)]
        chosen = spots[:1]
        if length(wire) > _LONG:
            x, y = spots[0]
            chosen += [spot for spot in spots[:0:-1] if abs(spot[0] - x) + abs(spot[1] - y) > _LONG * STEP / 2][:1]
        taken += chosen
        found[name] = chosen
    return found


def length(wire: Wire) -> int:
    """Of the whole wire, in steps."""
    return sum(abs(x1 - x2) + abs(y1 - y2) for (x1, y1), (x2, y2) in zip(wire.points, wire.points[1:], strict=False))


def segments(wire: Wire) -> list[Line]:
    """Its straight pieces in px."""
    return [(x1 * STEP, y1 * STEP, x2 * STEP, y2 * STEP) for (x1, y1), (x2, y2) in zip(wire.points, wire.points[1:], strict=False)]


def _along(wire: Wire) -> Iterator[Spot]:
    """Places on the wire from its part on, half a step apart, not on its ends."""
    for x1, y1, x2, y2 in segments(wire):
        steps = int((abs(x2 - x1) + abs(y2 - y1)) / (STEP / 2))
        for n in range(1, steps):
            yield x1 + (x2 - x1) * n / steps, y1 + (y2 - y1) * n / steps


def _middle(wire: Wire) -> Spot:
    x1, y1, x2, y2 = max(segments(wire), key=lambda line: abs(line[0] - line[2]) + abs(line[1] - line[3]))
    return (x1 + x2) / 2, (y1 + y2) / 2


def _sorted(line: Line) -> Line:
    """The same line from its left and upper end on."""
    x1, y1, x2, y2 = line
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _clear(spot: Spot, others: list[Line], shut: list[Box], taken: list[Spot], *, tight: bool = False) -> bool:
    x, y = spot
    reach = RADIUS + (2 if tight else 2 + _CLEAR)
    for left, top, right, bottom in others:
        if left - reach < x < right + reach and top - reach < y < bottom + reach:
            return False
    reach = RADIUS + (0.5 if tight else 1.5)
    for left, top, wide, high in shut:
        if left - reach < x < left + wide + reach and top - reach < y < top + high + reach:
            return False
    reach = 2 * RADIUS + 2
    return all((x - a) ** 2 + (y - b) ** 2 >= reach**2 for a, b in taken)
