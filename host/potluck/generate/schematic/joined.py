# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a drawing joins: wires cut where they meet, dots, and the nets that they make."""

from __future__ import annotations

from collections import Counter

from potluck.errors import HardwareInvalid
from potluck.generate.schematic.drawing import Block, Point
from potluck.generate.schematic.symbols import terminal_of
from potluck.model import End, Wiring
from potluck.model.wiring import BOARD

Wire = tuple[Point, Point]


def cut(block: Block) -> tuple[list[Wire], list[Point]]:
    """The block's wires, cut wherever something joins them, and the points that get a dot."""
    pins = _pins(block)
    joints = {point for wire in block.wires for point in wire} | set(pins)
    joints |= {(label.x, label.y) for label in block.labels}
    wires: dict[Wire, None] = {}
    for start, end in block.wires:
        (x0, y0), (x1, y1) = start, end
        if x0 != x1 and y0 != y1:
            raise HardwareInvalid(f"a wire from {start} to {end} is neither level nor upright",
                                  where=f"schematic: {block.title}", do="give it a corner")
        on = sorted((point for point in joints if _on(point, start, end)), key=lambda p: abs(p[0] - x0) + abs(p[1] - y0))
        wires.update(dict.fromkeys((min(pair), max(pair)) for pair in zip(on, on[1:], strict=False)))
    ends = Counter(point for wire in wires for point in wire)
    ends.update(pins)
    touched = {point for wire in wires for point in wire}
    return list(wires), sorted(point for point, count in ends.items() if count > 2 and point in touched)


def check(block: Block, wiring: Wiring) -> None:
    """Raises HardwareInvalid when the drawing joins anything else than the wiring does."""
    above: dict = {}

    def top(node):
        while above.setdefault(node, node) != node:
            node = above[node]
        return node

    for start, end in cut(block)[0]:
        above[top(start)] = top(end)
    for label in block.labels:
        above[top((label.x, label.y))] = top(("net", label.net))
    groups: dict = {}
    for symbol in block.symbols:
        for pin in symbol.drawn.pins:
            point, _ = symbol.at(pin.number)
            if symbol.drawn.power:
                above[top(point)] = top(("net", symbol.drawn.value))
    for symbol in block.symbols:
        if not symbol.drawn.power:
            for pin in symbol.drawn.pins:
                end = End(symbol.key, pin.number if symbol.key == BOARD else terminal_of(
                    wiring.component(symbol.key).part, pin.number))
                groups.setdefault(top(symbol.at(pin.number)[0]), set()).add(end)
    drawn = {frozenset(ends) for ends in groups.values() if len(ends) > 1}
    wanted = {frozenset(net.ends) for net in wiring.nets if len(net.ends) > 1}
    for wrong in sorted(drawn ^ wanted, key=lambda ends: sorted(map(str, ends))):
        how = "joins" if wrong in drawn else "does not join"
        raise HardwareInvalid(f"the drawing {how} {', '.join(sorted(map(str, wrong)))}",
                              where=f"{wiring.recipe.name} on {wiring.board.name}",
                              do="mend the [layout] of the circuit it belongs to")


def _pins(block: Block) -> Counter:
    return Counter(symbol.at(pin.number)[0] for symbol in block.symbols for pin in symbol.drawn.pins)


def _on(point: Point, start: Point, end: Point) -> bool:
    return all(min(a, b) <= p <= max(a, b) for p, a, b in zip(point, start, end, strict=True))
