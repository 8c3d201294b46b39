# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Groups of terminals that grow together into nets."""

from __future__ import annotations

from collections.abc import Mapping

from potluck.model.part import RAILS
from potluck.model.wiring import End, Net

# What a net may be called: a rail's name, or (whose, what), such as ("pump", "gate").
Label = str | tuple[str, str]


class Joints:
    """Union-find over ends and labels. A label is a node too: it names its group."""

    def __init__(self):
        self._above: dict[Label | End, Label | End] = {}

    def join(self, label: Label, *ends: End | Label) -> None:
        """Put the ends (or whole nets, by label) on the net of that label."""
        top = self._top(label)
        for end in ends:
            self._above[self._top(end)] = top

    def nets(self, order: Mapping[End, int]) -> tuple[Net, ...]:
        """The nets with their ends in order; rails first, then by their first end."""
        groups: dict[Label | End, tuple[list[Label], list[End]]] = {}
        for node in self._above:
            labels, ends = groups.setdefault(self._top(node), ([], []))
            (ends if isinstance(node, End) else labels).append(node)
        found = []
        for labels, ends in groups.values():
            rail = "+".join(name for name in RAILS if name in labels)
            if ends:
                found.append((rail, labels, tuple(sorted(ends, key=order.get))))
        rank = {rail: number for number, rail in enumerate(RAILS)}
        found.sort(key=lambda net: (rank.get(net[0], len(rank)), order[net[2][0]]))
        nets, names = [], set()
        for rail, labels, ends in found:
            name = unique = rail or "_".join(labels[0]).replace(".", "_")
            number = 2
            while unique in names:              # a part "a_b" with "c" beside a part "a" with "b_c"
                unique, number = f"{name}_{number}", number + 1
            names.add(unique)
            nets.append(Net(unique, rail, ends))
        return tuple(nets)

    def _top(self, node: Label | End) -> Label | End:
        self._above.setdefault(node, node)
        while self._above[node] != node:
            node = self._above[node]
        return node
