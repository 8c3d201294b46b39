# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Where everything lies: the board in the middle, each part with its circuit beside its pins.

A part and what its circuit brings are one group, a band across its side of the board. In it things
lie in columns, by how many parts their signal has passed since the board. Power leaves outwards, to
the rails along the edge; signals leave inwards. So few wires need to cross.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from potluck.generate.picture.items import STEP, TITLE_PX, Item, item_of, title
from potluck.generate.picture.text import width
from potluck.model import Net, Wiring
from potluck.model.wiring import BOARD

GAP = 4  # steps between two groups: three wires
_COLUMN_GAP = 4


@dataclass
class Group:
    """A part with its circuit. columns: from the board outwards; y: of its band, in steps."""

    name: str
    title: str
    side: str
    order: float
    columns: list[list[Item]] = field(default_factory=list)
    y: int = 0

    def title_wide(self) -> int:
        """Steps that its title takes at the least."""
        return math.ceil((width(f"{self.name}: {self.title}", TITLE_PX, bold=True) + 16) / STEP) if self.title else 0

    def items(self) -> Iterable[Item]:
        return (item for column in self.columns for item in column)

    def span(self) -> tuple[int, int]:
        """Top and bottom of its items."""
        tops, bottoms = zip(*((item.y + item.room()[0], item.y + item.room()[1]) for item in self.items()), strict=True)
        return min(tops), max(bottoms)


def groups_of(wiring: Wiring, rows: dict[str, tuple[str, int]]) -> list[Group]:
    """All groups, laid out in themselves, each on a side of the board.

    rows: number of a header pin -> (side, y)
    """
    members: dict[str, list[str]] = {}
    for component in wiring.components:
        members.setdefault(component.of, []).append(component.owner)
    found = [_group(wiring, name, owners, rows) for name, owners in members.items()]
    _settle(wiring, found)
    _balance(wiring, found, max(y for _, y in rows.values()), rows)
    for group in found:
        _turn(wiring, group)
        _lay(wiring, group, rows)
    return found


def _group(wiring: Wiring, name: str, owners: list[str], rows: dict) -> Group:
    depth = _depths(wiring, name, owners)
    circuits = [placed.circuit.title for placed in wiring.circuits if placed.of == name]
    pins = [rows[end.terminal] for net in _signals(wiring, owners) for end in net.ends if end.owner == BOARD]
    sides = [side for side, _ in pins]
    side = max(("left", "right"), key=sides.count) if pins else ""
    heights = [y for where, y in pins if where == side]
    group = Group(name, ", ".join(circuits), side, sum(heights) / len(heights) if heights else 1e9)
    group.columns = [[] for _ in range(max(depth.values()))]
    for owner in owners:
        group.columns[depth[owner] - 1].append(item_of(wiring, wiring.component(owner), title(wiring, owner)))
    group.columns = [column for column in group.columns if column]
    return group


def _signals(wiring: Wiring, owners: Iterable[str]) -> list[Net]:
    owners = set(owners)
    return [net for net in wiring.nets if not net.rail and any(end.owner in owners for end in net.ends)]


def _depths(wiring: Wiring, name: str, owners: list[str]) -> dict[str, int]:
    """Through how many parts, itself included, a signal passes from the board to each owner."""
    nets = _signals(wiring, owners)
    depth: dict[str, int] = {}
    reached = [net for net in nets if any(end.owner == BOARD for end in net.ends)]
    level = 1
    while reached:
        new = {end.owner for net in reached for end in net.ends if end.owner in owners and end.owner not in depth}
        depth |= dict.fromkeys(new, level)
        reached = [net for net in nets if any(end.owner in new for end in net.ends)] if new else []
        level += 1
    deepest = max(depth.values(), default=1)
    inner = [depth.get(owner, deepest) for owner in owners if owner != name]
    depth = {owner: depth.get(owner, deepest) for owner in owners}
    if name in depth and inner:
        depth[name] = max(depth[name], max(inner), 2)  # the part itself lies outermost
    return depth


def _settle(wiring: Wiring, groups: list[Group]) -> None:
    """Groups that take no pin of the board go where the rail that they feed is used."""
    for group in groups:
        if not group.side:
            mine = {net.name for item in group.items() for net in wiring.nets if net.rail != "GND"
                    and any(end.owner == item.owner for end in net.ends)}  # fmt: skip
            friends = [other.side for other in groups if other.side and other is not group and any(
                end.owner in {item.owner for item in other.items()}
                for net in wiring.nets if net.name in mine for end in net.ends)]  # fmt: skip
            sides = friends or [other.side for other in groups]
            both = sorted(("right", "left"), key=sides.count)
            group.side = both[1] if friends else both[0]


def _balance(wiring: Wiring, groups: list[Group], high: int, rows: dict) -> None:
    """Send the outermost groups of a side that has far too many around the board's end to the other."""
    heights = {id(group): max(sum(item.extent()[3] - item.extent()[1] + 3 for item in column) for column in group.columns) + GAP
               for group in groups}  # fmt: skip
    owners = {id(group): {item.owner for item in group.items()} for group in groups}
    met = [{key for key, mine in owners.items() if any(end.owner in mine for end in net.ends)}
           for net in wiring.nets if not net.rail]  # fmt: skip
    shared = {key for keys in met if len(keys) > 1 for key in keys}  # on a bus: they stay together

    def tall(side: str) -> int:
        return sum(heights[id(group)] for group in groups if group.side == side)

    for _ in groups:
        full, other = sorted(("left", "right"), key=tall, reverse=True)
        mine = sorted((group for group in groups if group.side == full), key=lambda group: group.order)
        ends = [(group, top) for group, top in ((mine[0], True), (mine[-1], False)) if group.order < 1e8] if mine else []
        ends = [(group, top) for group, top in ends if len(group.columns) == 1 and id(group) not in shared
                and tall(other) + heights[id(group)] <= tall(full) - heights[id(group)] / 2]  # fmt: skip
        if tall(full) <= high + 12 or not ends:
            return
        group, top = min(ends, key=lambda pair: pair[0].order if pair[1] else high - pair[0].order)
        group.side, group.order = other, -1e6 if top else 1e6


def _turn(wiring: Wiring, group: Group) -> None:
    """Lay each item so that signals leave to the board, power and what comes next to the edge."""
    inwards = 1 if group.side == "left" else -1
    column_of = {item.owner: number for number, column in enumerate(group.columns) for item in column}
    for item in group.items():
        number = column_of[item.owner]
        wishes = {}
        for pin in item.drawing.pins:
            net = wiring.net_of(item.owner, pin)
            if net is None:
                continue
            others = [end.owner for end in net.ends if end.owner != item.owner]
            nearer = any(owner == BOARD or column_of.get(owner, number) < number for owner in others)
            if not net.rail:
                beside = any(column_of.get(owner) == number for owner in others)
                wishes[pin] = inwards * (2 if nearer else 1 if beside and number else -2)
            else:
                wishes[pin] = -inwards
        best = None
        ways = ("", *dict.fromkeys((item.drawing.left, "rotate")))
        if group.side == "left" and any(abs(wish) == 2 for wish in wishes.values()):
            ways = (*ways[1:], "")  # when all ways are as good: its pins look to the board, as at the right
        for turned in ways:
            item.turn(turned)
            middle = item.drawing.size[0] / 2
            score = sum(wish * (item.pin(pin).x - item.x - middle) for pin, wish in wishes.items())
            if best is None or score > best[0] + 0.01:
                best = (score, turned)
        item.turn(best[1])


def _lay(wiring: Wiring, group: Group, rows: dict) -> None:
    """Heights inside the group: each item level with what its signal comes from, none over another."""
    level: dict[str, int] = {}  # net -> y at which it arrives
    first = True
    for column in group.columns:
        wanted = []
        for item in column:
            pins = [(item.pin(pin).y - item.y, wiring.net_of(item.owner, pin)) for pin in item.drawing.pins]
            known = [(level[net.name] - y, net) for y, net in pins if net and net.name in level]
            wanted.append((known[0][0] if known else 0 if first else 10**6, item))
        known = [y for y, _ in wanted if y < 10**6]
        wanted = [(y if y < 10**6 else max(known, default=0) + 1, item) for y, item in wanted]
        wanted.sort(key=lambda pair: pair[0])
        boxes = [(y, *item.room()) for y, item in wanted]
        for y, (_, item) in zip(apart(boxes, 3), wanted, strict=True):
            item.y = y
        for _, item in wanted:
            for pin in item.drawing.pins:
                net = wiring.net_of(item.owner, pin)
                if net and not net.rail:
                    level.setdefault(net.name, item.pin(pin).y)
        first = False


def apart(boxes: list[tuple[float, int, int]], gap: int) -> list[int]:
    """Positions as near as can be to the wanted ones, in their order, ``gap`` between any two.

    boxes: (wanted position, top and bottom relative to it). Pools neighbours that would overlap
    (isotonic regression by pooling adjacent violators, Barlow et al. 1972).
    """
    offsets, total = [], 0.0
    for number, (_, top, bottom) in enumerate(boxes):
        total += -top if number else 0
        offsets.append(total)
        total += bottom + gap
    pools: list[list[float]] = []  # sum of wishes, count
    for (wanted, _, _), offset in zip(boxes, offsets, strict=True):
        pools.append([wanted - offset, 1])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            wish, count = pools.pop()
            pools[-1][0] += wish
            pools[-1][1] += count
    places = [wish / count for wish, count in pools for _ in range(int(count))]
    return [int(round(place + offset)) for place, offset in zip(places, offsets, strict=True)]


def stack(groups: list[Group], wiring: Wiring, rows: dict[str, tuple[str, int]]) -> None:
    """One side's groups, above each other in the order of their pins, level with them where they can be."""
    groups.sort(key=lambda group: group.order)
    boxes = []
    for group in groups:
        top, bottom = group.span()
        wishes = []
        for item in group.columns[0]:
            for pin in item.drawing.pins:
                net = wiring.net_of(item.owner, pin)
                wishes += [rows[end.terminal][1] - item.pin(pin).y for end in (net.ends if net else ())
                           if not net.rail and end.owner == BOARD and rows[end.terminal][0] == group.side]  # fmt: skip
        if abs(group.order) == 1e6:
            wishes = [-bottom if group.order < 0 else max(y for _, y in rows.values())]
        boxes.append((wishes[0] if wishes else None, top - (2 if group.title else 0), bottom))
    level = [wish for wish, _, _ in boxes if wish is not None]
    boxes = [(max(level, default=0) + 4 if wish is None else wish, top, bottom) for wish, top, bottom in boxes]
    for group, y in zip(groups, apart(boxes, GAP), strict=True):
        group.y = y
        for item in group.items():
            item.y += y


def columns_x(groups: list[Group], start: int, outwards: int) -> int:
    """Give the items of one side their x; the x of the outermost edge. start: the first column's inner edge."""
    count = max((len(group.columns) for group in groups), default=0)
    for number in range(count):
        widest = 0
        for group in groups:
            shift = count - len(group.columns)
            for item in group.columns[number - shift] if number >= shift else ():
                left, _, right, _ = item.extent()
                item.x = start - left if outwards > 0 else start - right
                widest = max(widest, right - left, group.title_wide() - 10 * (len(group.columns) - 1))
        start += outwards * (widest + (_COLUMN_GAP if number < count - 1 else 0))
    return start
