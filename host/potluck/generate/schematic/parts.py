# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A block per part of the recipe and per circuit on a bus: symbols, wires, and what leaves by a label."""

from __future__ import annotations

from potluck.generate.schematic import symbols
from potluck.generate.schematic.drawing import (
    Block, Drawn, Label, Placed, Point, Text, body, opposite, turned, turned_way,
)
from potluck.generate.schematic.text import width
from potluck.model import Component, End, Net, Wiring
from potluck.model.declared import Placed as Circuit
from potluck.model.declared import supply_terminal
from potluck.model.layout import Layout, Mark
from potluck.model.symbol import WAYS

STUB = 2            # steps of wire between a pin and its label


def part_block(wiring: Wiring, name: str) -> Block:
    """The part with the circuits at its terminals."""
    component = wiring.component(name)
    around = [placed for placed in wiring.circuits if placed.of == name]
    if len(around) == 1 and _fits(wiring, around[0], component):
        block = circuit_block(wiring, around[0], component)
    else:
        block = Block()
        symbol = place(component, 0, 0)
        block.symbols.append(symbol)
        stubs(wiring, block, symbol, component)
        for placed in around:
            _beside(block, circuit_block(wiring, placed))
    block.title = f"{name} · {component.part.title}"
    block.notes = tuple(dict.fromkeys(f"{placed.circuit.title}. {placed.circuit.summary}" for placed in around))
    return block


def circuit_block(wiring: Wiring, placed: Circuit, load: Component | None = None) -> Block:
    """A circuit as its [layout] says, with the load at its mark; or, where that is no use, its parts in a row."""
    layout, block = _layout(wiring, placed), Block()
    inner = {name: wiring.component(f"{placed.prefix}.{name}") for name in placed.circuit.parts}
    block.title, block.notes = f"{placed.of} · {placed.circuit.title}", (placed.circuit.summary,)
    if layout is None or load is None and any("load.supply" in wire for wire in layout.wires):
        for component in inner.values():
            piece = Block()
            piece.symbols.append(place(component, 0, 0))
            stubs(wiring, piece, piece.symbols[0], component)
            _beside(block, piece)
        return block
    spots = layout.parts
    stood = {name: place(component, spots[name].x, spots[name].y, spots[name].angle, spots[name].side)
             for name, component in inner.items()}
    points: dict[str, Point] = {name: (marks[0].x, marks[0].y) for name, marks in layout.ports.items()}
    for name, symbol in stood.items():
        for terminal in inner[name].part.terminals:
            points[f"{name}.{terminal}"] = symbol.at(symbols.number_of(inner[name].part, terminal))[0]
    everything = [(symbol, inner[name]) for name, symbol in stood.items()]
    if load is not None:
        hung = _hang(load, placed.terminal, next(iter(layout.ports[placed.circuit.port("signal").name])))
        everything.append((hung, load))
        if supply := supply_terminal(load.part):
            points["load.supply"] = hung.at(symbols.number_of(load.part, supply))[0]
    block.symbols = [symbol for symbol, _ in everything]
    for wire in layout.wires:
        block.wire(*(points[point] if isinstance(point, str) else point for point in wire))
    for name, marks in layout.ports.items():
        if placed.circuit.ports[name].joins != "signal" or load is None:
            net = wiring.circuit_net(placed, next(net for net, ends in placed.circuit.nets.items() if name in ends))
            for mark in marks:
                end_with(wiring, block, net, (mark.x, mark.y), mark.way, straight=True)
    for symbol, component in everything:
        stubs(wiring, block, symbol, component)
    return block


def _layout(wiring: Wiring, placed: Circuit) -> Layout | None:
    """The circuit's layout; None too when [wires] join something to it that the layout has no place for."""
    own = {f"{placed.prefix}.{name}" for name in placed.circuit.parts} | {placed.of}
    for name, ends in placed.circuit.nets.items():
        flagged = [placed.circuit.ports[end].joins for end in ends if end in placed.circuit.ports]
        net = wiring.circuit_net(placed, name)
        if flagged in ([], ["signal"]) and (net.rail or any(end.owner not in own for end in net.ends)):
            return None
    return placed.circuit.layout


def _fits(wiring: Wiring, placed: Circuit, load: Component) -> bool:
    """Whether the load's symbol can hang at the circuit's mark, and its supply is in line with the circuit's."""
    layout = _layout(wiring, placed)
    if layout is None or placed.circuit.port("signal") is None or _angle(
            load, placed.terminal, layout.ports[placed.circuit.port("signal").name][0]) is None:
        return False
    return all(x0 == x1 or y0 == y1 for (x0, y0), (x1, y1) in circuit_block(wiring, placed, load).wires)


def _angle(load: Component, terminal: str, mark: Mark) -> int | None:
    """How to turn the load so that its terminal meets the mark; a box is not turned. None: it cannot."""
    drawn = symbols.drawn_part(load.part)
    way = drawn.pin(symbols.number_of(load.part, terminal)).way
    for angle in (0,) if drawn.box else (0, 180, 90, 270):
        if turned_way(way, angle) == opposite(mark.way):
            return angle
    return None


def _hang(load: Component, terminal: str, mark: Mark) -> Placed:
    angle = _angle(load, terminal, mark)
    pin = symbols.drawn_part(load.part).pin(symbols.number_of(load.part, terminal))
    dx, dy = turned((pin.x, pin.y), angle)
    return place(load, mark.x - dx, mark.y - dy, angle)


def place(component: Component, x: int, y: int, angle: int = 0, side: str = "") -> Placed:
    """The component's symbol there, its texts where no pin is."""
    return placed_symbol(symbols.drawn_part(component.part), component.owner, component.ref, component.value,
                         (x, y), angle, side)


def placed_symbol(drawn: Drawn, key: str, ref: str, value: str, at: Point, angle: int = 0, side: str = "") -> Placed:
    """A symbol with its reference and value beside it (side), or where no pin leaves."""
    x, y = at
    corners = [turned(point, angle) for point in (body(drawn)[:2], body(drawn)[2:])]
    (left, right), (top, bottom) = (sorted(values) for values in zip(*corners, strict=True))
    ways = {turned_way(pin.way, angle) for pin in drawn.pins}
    if drawn.box:
        after = [max((pin.x for pin in drawn.pins if pin.way == way), default=left - 2) for way in ("up", "down")]
        texts = (x + after[0] + 2.4, y + top - 1.2, "left"), (x + after[1] + 2.4, y + bottom + 1.2, "left")
    elif not side and {"left", "right"} <= ways:
        # Below there is room for a short value only: wires go on at both sides, and may hang.
        low = y + bottom + 1.3 if width(value) <= right - left + 3 else y + top - 1.3
        texts = (x, y + top - (1.3 if low > y else 3.2), "centre"), (x, low, "centre")
    else:
        side = side or ("left" if "right" in ways else "right")
        beside = x + right + 1 if side == "right" else x + left - 1
        middle = y + (top + bottom) / 2
        texts = [(beside, middle + dy, "left" if side == "right" else "right") for dy in (-1, 1)]
    return Placed(drawn, key, x, y, angle, Text(ref, *texts[0]), Text(value, *texts[1]))


def stubs(wiring: Wiring, block: Block, symbol: Placed, component: Component) -> None:
    """Ends every pin that no wire of the block has reached yet: a supply's sign, a label, or a cross."""
    reached = {point for wire in block.wires for point in wire} | {(label.x, label.y) for label in block.labels}
    reached |= {(one.x, one.y) for one in block.symbols if one.drawn.power}
    for terminal in component.part.terminals:
        point, way = symbol.at(symbols.number_of(component.part, terminal))
        if point in reached:
            continue
        if End(component.owner, terminal) in wiring.open:
            block.crosses.append(point)
        else:
            end_with(wiring, block, wiring.net_of(component.owner, terminal), point, way)


def end_with(wiring: Wiring, block: Block, net: Net, point: Point, way: str, *, straight: bool = False) -> None:
    """Ends a wire at the point: GND hangs, other supplies stand, a signal goes on the way to its label.

    straight: the point is the wire's end already, so that nothing is added before the sign.
    """
    dx, dy = WAYS[way]
    x, y = point
    if not net.rail:
        end = point if straight else (x + STUB * dx, y + STUB * dy)
        block.wire(point, end)
        block.labels.append(Label(net.name, *end, way, label_shape(wiring, net)))
        return
    down = 1 if net.rail == "GND" else -1
    if not straight and dy == 0:                        # to the side, then up or down
        block.wire(point, (x + STUB * dx, y), (x + STUB * dx, y + STUB * down))
        point = (x + STUB * dx, y + STUB * down)
    elif not straight and dy == down:
        block.wire(point, (x, y + down))
        point = (x, y + down)
    elif not straight:                                  # the wrong way up: round the corner
        block.wire(point, (x, y - down), (x + STUB, y - down), (x + STUB, y))
        point = (x + STUB, y)
    block.symbols.append(supply_sign(net.rail, point))


def supply_sign(rail: str, at: Point) -> Placed:
    """A rail's sign at a wire's end; its name over it, or under it for GND."""
    x, y = at
    drawn = symbols.drawn_supply(rail)
    value = Text(rail, x, y + (3.1 if rail == "GND" else -2.5), "centre")
    return Placed(drawn, rail, x, y, 0, Text("#PWR", x, y), value, hidden_ref=True)


def label_shape(wiring: Wiring, net: Net) -> str:
    """How a flag points, seen from the parts: "output" goes to the board, "input" comes from it."""
    for use in wiring.uses:
        if any(end.owner == "board" and end.terminal == wiring.board.header_pins(use.pin.name)[0].number
               for end in net.ends):
            if use.part in wiring.buses:
                return "bidirectional"
            gives = wiring.recipe.parts[use.part].part.group == "sensor" and use.terminal.type != "input"
            return "output" if gives else "input"
    return "passive"


def _beside(block: Block, other: Block) -> None:
    """Puts the other block's things to the right, tops level."""
    if block.symbols:
        left, top, _, _ = other.bounds
        _, own_top, own_right, _ = block.bounds
        other = other.moved(round(own_right - left + 3), round(own_top - top))
    block.add(other)
