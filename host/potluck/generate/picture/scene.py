# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The whole table, laid: board, parts, rails, wires; positions in steps, ready to be drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass

from potluck.generate.connections import Connection, connections, header_pins, is_common
from potluck.generate.picture import place, route
from potluck.generate.picture.items import STEP, TITLE_PX, Box, Item, Pin
from potluck.generate.picture.text import width
from potluck.model import End, Wiring
from potluck.model.board import HeaderPin
from potluck.model.wiring import BOARD

BOARD_WIDE = 20  # steps between its two rows of pins
_PITCH = 2
_EDGE = 4  # steps between the parts and the rails
_RAIL_GAP = 3
_MARGIN = 3
RAIL_SHOWN = {"GND": "GND", "5V": "5 V", "3V3": "3.3 V"}


@dataclass
class Rail:
    """A common rail. lines: x1 y1 x2 y2 each, touching at corners; labels: (x, y) of its name's middle."""

    name: str
    lines: list[tuple[int, int, int, int]]
    labels: list[tuple[float, float]]


@dataclass
class Scene:
    """Everything that is drawn. panels: (box, title) behind the groups that a circuit makes."""

    wiring: Wiring
    size: tuple[int, int]
    board: tuple[int, int]  # x of the left row, y of the first pin
    rows: dict[str, tuple[int, int]]
    items: list[Item]
    panels: list[tuple[Box, str]]
    rails: list[Rail]
    wires: list[tuple[Connection, route.Wire]]
    shut: list[Box]  # where neither a wire nor a number may be


def scene_of(wiring: Wiring) -> Scene:
    """Lay the table; a wire that finds no way makes it wider."""
    for room in (0, 2, 4, 8, 16):
        try:
            return _Table(wiring, room).scene()
        except route.NoWay as problem:
            missed = problem
    raise missed


class _Table:
    """One attempt, with ``room`` more steps between board and parts."""

    def __init__(self, wiring: Wiring, room: int):
        self.wiring, self.room = wiring, room
        self.listed = connections(wiring)
        header = wiring.board.header
        rows = {pin.number: (pin.side, pin.position * _PITCH) for pin in header}
        self.high = max(y for _, y in rows.values())
        groups = place.groups_of(wiring, rows)
        self.sides = {side: [group for group in groups if group.side == side] for side in ("left", "right")}
        self.used = {side: self._rails_of(side) for side in self.sides}
        outer = {}
        for side, sign in (("left", -1), ("right", 1)):
            mine = self.sides[side]
            place.stack(mine, wiring, rows)
            passing = sum(1 for net in wiring.nets for end in net.ends if end.owner == BOARD and rows[end.terminal][0] == side
                          and (not net.rail or net.rail != "GND"))  # fmt: skip
            start = BOARD_WIDE // 2 + 5 + room + min(passing, 8) if mine else BOARD_WIDE // 2 + 4 + room
            outer[side] = place.columns_x(mine, sign * start, sign) if mine else sign * start
        self._shift(groups, outer)
        self.groups = groups

    def _rails_of(self, side: str) -> list[str]:
        owners = {item.owner for group in self.sides[side] for item in group.items()}
        return [net.rail for net in self.wiring.nets if is_common(net) and any(end.owner in owners for end in net.ends)]

    def _shift(self, groups: list[place.Group], outer: dict[str, int]) -> None:
        """Move everything so that the table begins at 0, 0."""
        spans = [group.span() for group in groups]
        self.both = [rail for rail in RAIL_SHOWN if all(rail in self.used[side] for side in self.used)]
        top = min([-3, *(top - (2 if group.title else 0) for (top, _), group in zip(spans, groups, strict=True))])
        bottom = max([self.high + 3, *(bottom for _, bottom in spans)])
        above = [rail for rail in self.both if self._goes_above(rail)]
        self.above, self.below = above, [rail for rail in self.both if rail not in above]
        shift_y = _MARGIN + 2 - top + _RAIL_GAP * len(above)
        edge = {side: _EDGE + _RAIL_GAP * len(self.used[side]) for side in self.used}
        shift_x = _MARGIN + edge["left"] - outer["left"]
        for group in groups:
            for item in group.items():
                item.x += shift_x
                item.y += shift_y
        self.board = (shift_x - BOARD_WIDE // 2, shift_y)
        self.rows = {pin.number: (self.board[0] + (BOARD_WIDE if pin.side == "right" else 0),
                                  shift_y + pin.position * _PITCH) for pin in self.wiring.board.header}  # fmt: skip
        self.top, self.bottom = top + shift_y - 1, bottom + shift_y + 1
        self.inner = {side: outer[side] + shift_x for side in outer}
        self.size = (self.inner["right"] + edge["right"] + _MARGIN, self.bottom + 2 + _RAIL_GAP * (len(self.below) + 1) + 1)

    def _goes_above(self, rail: str) -> bool:
        """Whether the line that joins a rail's two sides passes over the board: where fewer wires are in its way."""
        if rail == "GND" or self.wiring.feeds.get(rail) != BOARD:
            return rail != "GND"
        here = next(pin for pin in self.wiring.board.header if pin.label in self.wiring.board.rails[rail].pins)
        used = {use.pin.name for use in self.wiring.uses}
        others = [pin.position for pin in self.wiring.board.header if pin.side == here.side and pin.label in used]
        return sum(position < here.position for position in others) <= sum(position > here.position for position in others) + 1

    def _rails(self) -> list[Rail]:
        rails = []
        for rail in RAIL_SHOWN:
            lines, labels, ends = [], [], {}
            above, below = rail in self.above, rail in self.below
            top = self.top - _RAIL_GAP * (1 + self.above.index(rail)) + 1 if above else self.top
            bottom = self.bottom + _RAIL_GAP * (1 + self.below.index(rail)) - 1 if below else self.bottom
            for side, sign in (("left", -1), ("right", 1)):
                if rail in self.used[side]:
                    x = self.inner[side] + sign * (_EDGE + _RAIL_GAP * self.used[side].index(rail))
                    lines.append((x, top, x, bottom))
                    ends[side] = x
                    labels.append((x, bottom + 1 if above else top - 1))
            if len(ends) == 2:
                y = top if above else bottom
                lines.append((ends["left"], y, ends["right"], y))
            if lines:
                rails.append(Rail(rail, lines, labels))
        return rails

    def scene(self) -> Scene:
        items = [item for group in self.groups for item in group.items()]
        rails = self._rails()
        router = route.Router(*self.size)
        panels = [self._panel(group) for group in self.groups if group.title]
        board_box = (self.board[0] - 1, self.board[1] - 3, BOARD_WIDE + 2, self.high + 6)
        shut: list[Box] = [board_box, *(box for item in items for box in item.boxes())]
        shut += [(x, y, math.ceil((width(text, TITLE_PX, bold=True) + 12) / STEP), 1) for (x, y, _, _), text in panels]
        shut += [(x - 1.4, y - 0.5, 2.8, 1) for rail in rails for x, y in rail.labels]
        for box in (*shut, *(self._outside(rails) if self.room < 8 else ())):
            router.block(box)
        pins = {(item.owner, name): item.pin(name) for item in items for name in item.drawing.pins}
        nets, meant = self._nets(pins, {rail.name: rail.lines for rail in rails})
        laid = router.lay(nets)
        wires = [(meant[wire.net, wire.terminal], wire) for wire in laid]
        wires.sort(key=lambda pair: pair[0].number)
        return Scene(self.wiring, self.size, self.board, self.rows, items, panels, rails, wires, shut)

    def _outside(self, rails: list[Rail]) -> list[Box]:
        """What lies beyond the outermost rails: no wire goes round behind them, unless there is no other way."""
        wide, high = self.size
        upright = [line for rail in rails for line in rail.lines if line[0] == line[2]]
        level = [line[1] for rail in rails for line in rail.lines if line[1] == line[3]]
        beyond: list[Box] = []
        if upright:
            left, right = min(line[0] for line in upright), max(line[0] for line in upright)
            beyond += [(0, 0, left - 1, high), (right + 1, 0, wide - right - 1, high)]
        beyond += [(0, 0, wide, y - 1) if y < self.board[1] else (0, y + 1, wide, high - y - 1) for y in level]
        return beyond

    def _panel(self, group: place.Group) -> tuple[Box, str]:
        extents = [(item.x, item.y, item.extent()) for item in group.items()]
        left = min(x + extent[0] for x, _, extent in extents) - 1
        right = max(x + extent[2] for x, _, extent in extents) + 1
        if group.side == "right":
            right = max(right, left + group.title_wide())
        else:
            left = min(left, right - group.title_wide())
        top = min(y + extent[1] for _, y, extent in extents) - 2
        bottom = max(y + extent[3] for _, y, extent in extents) + 1
        return (left, top, right - left, bottom - top), f"{group.name}: {group.title}"

    def _nets(self, pins: dict, strips: dict) -> tuple[list[route.Net], dict]:
        nets: dict[str, route.Net] = {}
        meant = {}
        for wire in self.listed:
            if wire.net not in nets:
                nets[wire.net] = route.Net(wire.net, [], strips.get(wire.net, []))
                if wire.net not in strips:
                    nets[wire.net].terminals.append(self._pins(wire.start, pins))
            net = nets[wire.net]
            meant[wire.net, len(net.terminals)] = wire
            net.terminals.append(self._pins(wire.end if wire.net not in strips else wire.start, pins))
        return list(nets.values()), meant

    def _pins(self, end: End, pins: dict) -> list[Pin]:
        if end.owner != BOARD:
            return [pins[end.owner, end.terminal]]
        return [self._board_pin(pin) for pin in header_pins(self.wiring, end)]

    def _board_pin(self, pin: HeaderPin) -> Pin:
        return Pin(*self.rows[pin.number], -1 if pin.side == "left" else 1, 0, reach=2)
