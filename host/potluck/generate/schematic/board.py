# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The board: what it reads on the left, what it drives on the right, supplies above, GND below."""

from __future__ import annotations

from potluck.generate.schematic.drawing import Block, Drawn, Label
from potluck.generate.schematic.parts import STUB, label_shape, placed_symbol, supply_sign
from potluck.generate.schematic.symbols import Named, box
from potluck.model import Wiring
from potluck.model.board import HeaderPin
from potluck.model.symbol import WAYS
from potluck.model.wiring import BOARD

REF = "BOARD1"
_TURNED = {"output": "input", "input": "output"}


def board_block(wiring: Wiring) -> Block:
    """The board with every pin: in use, or crossed out."""
    board = wiring.board
    symbol = placed_symbol(drawn_board(wiring), BOARD, REF, board.title, (0, 0))
    block = Block(f"board · {board.title}", [symbol])
    grounds = []
    for place in board.header:
        point, way = symbol.at(place.number)
        net = wiring.net_of(BOARD, place.number)
        dx, dy = WAYS[way]
        end = (point[0] + STUB * dx, point[1] + STUB * dy)
        if net is None:
            block.crosses.append(point)
        elif net.rail == "GND":
            grounds.append(point)
        elif net.rail:
            block.wire(point, end)
            block.symbols.append(supply_sign(net.rail, end))
        else:
            shape = label_shape(wiring, net)
            block.wire(point, end)
            block.labels.append(Label(net.name, *end, way, _TURNED.get(shape, shape)))
    grounds.sort()
    for x, y in grounds:
        block.wire((x, y), (x, y + 1))
    for (x, y), (to_x, _) in zip(grounds, grounds[1:], strict=False):
        block.wire((x, y + 1), (to_x, y + 1))
    if grounds:
        x, y = grounds[len(grounds) // 2]
        block.wire((x, y + 1), (x, y + 2))
        block.symbols.append(supply_sign("GND", (x, y + 2)))
    return block


def drawn_board(wiring: Wiring) -> Drawn:
    """The board's symbol in this wiring. Numbers are those of its header."""
    board = wiring.board
    rails = {label: rail for rail in board.rails.values() for label in rail.pins}
    top, bottom, rest, used = [], [], [], {}
    fed: set[str] = set()
    for place in board.header:
        rail = rails.get(place.label)
        if rail is None:
            (used.setdefault(place.number, place) if wiring.net_of(BOARD, place.number) else rest.append(place))
            continue
        # One pin of a rail feeds it, the others are joined to that one inside the board.
        feeds = wiring.feeds.get(rail.name) == BOARD and rail.name not in fed
        fed.add(rail.name)
        pin = place.number, place.label, "power_out" if feeds else "passive"
        (bottom if rail.name == "GND" else top).append(pin)
    left, right = _sides(wiring, used)
    rows = -(-(len(left) + len(right) + len(rest)) // 2)
    half = max(0, min(len(rest), rows - len(left)))
    gap = [None]
    return box(board.name, "BOARD", board.title, left=[*left, *gap, *(_named(wiring, one) for one in rest[:half])],
               right=[*right, *gap, *(_named(wiring, one) for one in rest[half:])],
               top=top, bottom=bottom, numbers=True, about=board.title)


def _sides(wiring: Wiring, used: dict[str, HeaderPin]) -> tuple[list[Named], list[Named]]:
    """Pins in use, in the order of the recipe: those that the board reads, and the others."""
    left, right = [], []
    order = [wiring.board.header_pins(use.pin.name)[0].number for use in wiring.uses]
    for number in dict.fromkeys([*(number for number in order if number in used), *used]):
        reads = label_shape(wiring, wiring.net_of(BOARD, number)) in ("output", "passive")
        use = next((use for use in wiring.uses if wiring.board.header_pins(use.pin.name)[0].number == number), None)
        if use and use.part in wiring.buses:
            reads = all(wiring.recipe.parts[part].part.group == "sensor" for part in wiring.buses[use.part].parts)
        (left if reads else right).append(_named(wiring, used[number]))
    return left, right


def _named(wiring: Wiring, place: HeaderPin) -> Named:
    pin = wiring.board.pins.get(place.label)
    if pin is None:
        return place.number, place.label, "passive"
    name = pin.name if pin.printed == pin.name else f"{pin.name}/{pin.printed}"
    return place.number, name, "bidirectional"
