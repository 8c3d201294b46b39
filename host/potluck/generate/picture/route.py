# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The router: wires along the lines of a grid, none over a part, a label or along another wire.

Each wire is the cheapest way through what is free (A*, Hart, Nilsson and Raphael 1968, on Lee's
maze), where length, bends, crossings and closeness have a price. Two wires may only cross straight.
Afterwards each net in turn is taken up and laid again while that makes the whole cheaper.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field

from potluck.generate.picture.items import Box, Pin

LENGTH, BEND, CROSSING, RAIL_CROSSING, CLOSE = 2, 9, 60, 24, 1
_ROUNDS, _ATTEMPTS = 4, 6

Node = tuple[int, int]


@dataclass
class Net:
    """What is to be joined. terminals: each a choice of pins of which one is taken; strips: a rail's lines."""

    name: str
    terminals: list[list[Pin]]
    strips: list[tuple[int, int, int, int]] = field(default_factory=list)


@dataclass
class Wire:
    """A laid wire of a net, from its terminal's pin to the net. points: its corners, ends included.

    joint  True when it ends on a wire or rail of its net and not at a pin
    """

    net: str
    terminal: int
    points: tuple[Node, ...]
    joint: bool


class NoWay(Exception):
    """A wire that cannot be laid on this table: it must be larger."""


class Router:
    """A table of width x height nodes. First ``block`` what lies there, then ``lay`` all nets."""

    def __init__(self, width: int, height: int):
        self.width, self.height = width, height
        size = width * height
        self._shut = bytearray(b"\1" * size)  # the border stays shut: no way leaves the table
        for y in range(1, height - 1):
            self._shut[y * width + 1 : (y + 1) * width - 1] = bytes(width - 2)
        self._door = [-1] * size  # the pin (its node) before which this node lies
        self._across = [0] * size  # net that passes horizontally; at corners and ends both
        self._down = [0] * size
        self._rail = bytearray(size)
        self._near_across = bytearray(size)
        self._near_down = bytearray(size)
        self._laid: dict[int, list[tuple[int, list[int], bool]]] = {}

    def block(self, box: Box) -> None:
        """No wire goes over the box or along its edge."""
        x, y, w, h = box
        for row in range(max(0, int(y)), min(self.height, int(y + h) + 1)):
            for column in range(max(0, int(x)), min(self.width, int(x + w) + 1)):
                self._shut[row * self.width + column] = 1

    def lay(self, nets: list[Net]) -> list[Wire]:
        """All wires, in the nets' and terminals' order. Raises NoWay."""
        self._nets = dict(enumerate(nets, 1))
        for number, net in self._nets.items():
            for pins in net.terminals:
                for pin in pins if len(pins) == 1 else ():
                    x, y = pin.door  # and one further: room for the wire's number
                    for node in ((x, y), (x + pin.dx, y + pin.dy)):
                        self._door[self._at(node)] = self._name(pin)
            for x1, y1, x2, y2 in net.strips:
                self._strip(number, x1, y1, x2, y2)
        order = sorted(self._nets, key=self._reach)
        best: tuple[int, dict] | None = None
        for first in self._orders(order):
            price = self._improve(self._first(first))
            if best is None or price < best[0]:
                best = (price, {number: list(laid) for number, laid in self._laid.items()})
            for number in order:
                self._take_up(number)
        self._laid = best[1]
        return [
            Wire(net.name, terminal, self._corners(nodes), joint)
            for number, net in self._nets.items()
            for terminal, nodes, joint in sorted(self._laid[number])
        ]

    def _orders(self, order: list[int]) -> list[list[int]]:
        """Orders to begin with. A large table has time for one: the long signals first, which cross least on those there are."""
        rails = [number for number in order if self._nets[number].strips]
        signals = [number for number in order if number not in rails]
        tries = [signals[::-1] + rails, order, rails + signals, rails[::-1] + signals[::-1]]
        return [list(one) for one in tries[: 4 if len(order) <= 14 else 1]]

    def _improve(self, price: dict[int, int]) -> int:
        """Take up each net in turn and keep the new way where it is cheaper; the price of all."""
        for _ in range(_ROUNDS):
            before = sum(price.values())
            for number in sorted(price, key=lambda number: -price[number]):
                kept = self._take_up(number)
                try:
                    again = self._lay(number)
                except NoWay:  # its first wires shut out its last
                    again = price[number] + 1
                if again > price[number]:
                    self._take_up(number)
                    for terminal, nodes, joint in kept:
                        self._mark(number, terminal, nodes, joint)
                else:
                    price[number] = again
            if sum(price.values()) == before:
                break
        return sum(price.values())

    def _first(self, order: list[int]) -> dict[int, int]:
        """Lay all nets; one that finds no way any more comes first in the next attempt. Price of each."""
        for _ in range(_ATTEMPTS):
            price: dict[int, int] = {}
            for number in order:
                try:
                    price[number] = self._lay(number)
                except NoWay as problem:
                    missed = problem
                    for laid in (*price, number):
                        self._take_up(laid)
                    order.remove(number)
                    order.insert(0, number)
                    break
            else:
                return price
        raise missed

    # -- one net --

    def _reach(self, number: int) -> tuple[int, int]:
        """Short nets first, rails last: they have the most freedom."""
        net = self._nets[number]
        xs = [pin.x for pins in net.terminals for pin in pins]
        ys = [pin.y for pins in net.terminals for pin in pins]
        return (len(net.strips) > 0, max(xs) - min(xs) + max(ys) - min(ys))

    def _lay(self, number: int) -> int:
        """Lay the net's wires; what they cost."""
        net, total = self._nets[number], 0
        self._laid[number] = []
        todo = list(range(len(net.terminals)))
        targets: set[int] = set()
        for x1, y1, x2, y2 in net.strips:
            inner = {self._at((x, y)) for x in range(x1, x2 + 1) for y in range(y1, y2 + 1)}
            targets |= inner - {self._at((x1, y1)), self._at((x2, y2))}  # a rail is met from its side
        doors: dict[int, Pin] = {}
        if not targets:
            first = net.terminals[todo.pop(0)]
            doors = {self._at(pin.door): pin for pin in first}
            targets = set(doors)
        middle = net.terminals[0][0]
        todo.sort(key=lambda index: min(abs(pin.x - middle.x) + abs(pin.y - middle.y) for pin in net.terminals[index]))
        for index in todo:
            price, nodes = self._search(number, net.terminals[index], targets)
            total += price
            joint = True
            if nodes[-1] in doors and not self._across[nodes[-1]]:
                pin = doors[nodes[-1]]
                nodes += self._way_in(pin)
                joint = False
            self._mark(number, index, nodes, joint)
            targets.update(nodes[2:] if joint else nodes)
            targets -= {self._at((pin.x, pin.y)) for pins in net.terminals for pin in pins}
        return total

    def _way_in(self, pin: Pin) -> list[int]:
        """Nodes from its door (left out) to the pin."""
        return [self._at((pin.x + pin.dx * n, pin.y + pin.dy * n)) for n in range(pin.reach - 1, -1, -1)]

    def _search(self, number: int, pins: list[Pin], targets: set[int]) -> tuple[int, list[int]]:
        """The cheapest way from one of the pins to one of the targets: its price, its nodes."""
        width, shut, door = self.width, self._shut, self._door
        mine = (-1, *map(self._name, pins))
        passing = (self._across, self._down)
        near = (self._near_across, self._near_down)
        rail = self._rail
        xs, ys = [node % width for node in targets], [node // width for node in targets]
        left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
        best: dict[int, int] = {}
        came: dict[int, int] = {}
        heap: list[tuple[int, int, int]] = []
        pin_of = {}
        for pin in pins:
            node = self._at(pin.door)
            if self._taken(node, number):
                continue
            state = node * 2 + (pin.dy != 0)
            pin_of[state] = pin
            if state not in best:
                best[state] = 0
                heap.append((0, 0, state))
        heapq.heapify(heap)
        while heap:
            _, price, state = heapq.heappop(heap)
            if price > best[state]:
                continue
            node, upright = state >> 1, state & 1
            if node in targets and self._may_end(node, number):
                return price, self._trace(state, came, pin_of)
            here = passing[0][node] or passing[1][node]
            for turn in (0, 1):
                if turn and here:
                    continue  # over another wire only straight on
                way = upright ^ turn
                for step in (-width, width) if way else (-1, 1):
                    new = node + step
                    if shut[new] or passing[way][new] not in (0, number) or (door[new] not in mine and new not in targets):
                        continue
                    other = passing[1 - way][new]
                    if passing[way][new] == number and new not in targets:
                        continue
                    cost = price + LENGTH + near[way][new]
                    if turn:
                        cost += BEND
                    if other and other != number:
                        cost += RAIL_CROSSING if rail[new] else CROSSING
                    at = new * 2 + way
                    if cost < best.get(at, 1 << 30):
                        best[at] = cost
                        came[at] = state
                        x, y = new % width, new // width
                        # Spelt out: max() here would be a quarter of the whole search.
                        far = left - x if x < left else x - right if x > right else 0
                        far += top - y if y < top else y - bottom if y > bottom else 0
                        heapq.heappush(heap, (cost + LENGTH * far, cost, at))
        raise NoWay(self._nets[number].name)

    def _taken(self, node: int, number: int) -> bool:
        return self._shut[node] or self._across[node] not in (0, number) or self._down[node] not in (0, number)

    def _may_end(self, node: int, number: int) -> bool:
        return self._across[node] in (0, number) and self._down[node] in (0, number)

    def _trace(self, state: int, came: dict[int, int], pin_of: dict[int, Pin]) -> list[int]:
        nodes = [state >> 1]
        while state in came:
            state = came[state]
            nodes.append(state >> 1)
        nodes.reverse()
        return self._way_in(pin_of[state])[::-1] + nodes

    # -- what lies on the table --

    def _name(self, pin: Pin) -> int:
        return self._at((pin.x, pin.y))

    def _at(self, point: Node) -> int:
        return point[1] * self.width + point[0]

    def _strip(self, number: int, x1: int, y1: int, x2: int, y2: int) -> None:
        for y in range(y1, y2 + 1):
            for x in range(x1, x2 + 1):
                node = self._at((x, y))
                self._rail[node] = 1
                end = (x, y) in ((x1, y1), (x2, y2))
                if y1 == y2 or end:
                    self._across[node] = number
                if x1 == x2 or end:
                    self._down[node] = number

    def _mark(self, number: int, terminal: int, nodes: list[int], joint: bool) -> None:
        self._laid[number].append((terminal, nodes, joint))
        self._set(number, nodes, 1)

    def _take_up(self, number: int) -> list[tuple[int, list[int], bool]]:
        kept = self._laid.pop(number)
        for _, nodes, _ in kept:
            self._set(number, nodes, -1)
        self._laid[number] = []
        for x1, y1, x2, y2 in self._nets[number].strips:
            self._strip(number, x1, y1, x2, y2)
        return kept

    def _set(self, number: int, nodes: list[int], sign: int) -> None:
        """Mark (1) or clear (-1) a wire's nodes, and the lines beside it as close to it."""
        width, value = self.width, number if sign > 0 else 0
        last = len(nodes) - 1
        for index, node in enumerate(nodes):
            before = nodes[index - 1] if index else None
            after = nodes[index + 1] if index < last else None
            across = any(other is not None and abs(other - node) == 1 for other in (before, after))
            down = any(other is not None and abs(other - node) == width for other in (before, after))
            ends = before is None or after is None
            if across or ends:
                self._across[node] = value
            if down or ends:
                self._down[node] = value
            for beside in (node - width, node + width) if across else ():
                self._near_across[beside] = max(0, self._near_across[beside] + sign * CLOSE)
            for beside in (node - 1, node + 1) if down else ():
                self._near_down[beside] = max(0, self._near_down[beside] + sign * CLOSE)

    def _corners(self, nodes: Iterable[int]) -> tuple[Node, ...]:
        points = [(node % self.width, node // self.width) for node in nodes]
        inner = [
            here
            for before, here, after in zip(points, points[1:], points[2:], strict=False)
            if (here[0] - before[0], here[1] - before[1]) != (after[0] - here[0], after[1] - here[1])
        ]
        return (points[0], *inner, points[-1])
