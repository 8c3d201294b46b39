# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a wiring does electrically: which nets are held, and at how many volts.

Nets are nodes, resistors join them, rails and outputs hold them. That is a linear network: dividers,
pull-ups and gate resistors come out of Kirchhoff's current law, whatever circuit they stand in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from potluck.model import Component, End, Net, Wiring
from potluck.model.part import Terminal
from potluck.model.wiring import BOARD

DRIVEN = ("out", "pwm")  # hows in which the board's pin gives a level
_DRIVEN_LINES = ("sck", "mosi", "tx")


class Metal:
    """One wiring, with its nets numbered. Made once for a rule; nothing in it changes."""

    def __init__(self, wiring: Wiring):
        self.wiring = wiring
        self.nets = wiring.nets
        self._at = {end: number for number, net in enumerate(wiring.nets) for end in net.ends}
        self.components = {component.owner: component for component in wiring.components}
        self._pins = {place.number: place.label for place in wiring.board.header}
        self.uses: dict[int, list] = {}
        for use in wiring.uses:
            for place in wiring.board.header_pins(use.pin.name):
                number = self._at.get(End(BOARD, place.number))
                if number is not None and use not in self.uses.setdefault(number, []):
                    self.uses[number].append(use)

    def at(self, owner: str, terminal: str) -> int | None:
        """Number of the net of a terminal; None: open."""
        return self._at.get(End(owner, terminal))

    def terminals(self, net: Net) -> Iterator[tuple[Component, Terminal]]:
        """The parts' terminals on a net."""
        for end in net.ends:
            if end.owner != BOARD:
                held = self.components[end.owner]
                yield held, held.part.terminals[end.terminal]

    def labels(self, net: Net) -> list[str]:
        """What is printed at the board's holes on a net."""
        return [self._pins[end.terminal] for end in net.ends if end.owner == BOARD]

    def drives(self, number: int) -> bool:
        """Whether a pin of the board gives a level to this net."""
        return any(set(use.hows) & set(DRIVEN) or use.terminal.name in _DRIVEN_LINES and use.function
                   for use in self.uses.get(number, ()))

    def resistors(self) -> Iterator[tuple[int, int, float, str]]:
        """(net, net, ohms, owner) of every resistor, those on modules included."""
        for owner, held in self.components.items():
            if held.part.kind == "resistor":
                ends = [self.at(owner, name) for name in held.part.terminals]
                if None not in ends:
                    yield ends[0], ends[1], float(held.options["ohms"]), owner
            lifted = held.part.electrical.get("pull_up_ohms")
            feed = next((self.at(owner, one.name) for one in held.part.terminals.values()
                         if one.type == "power_in" and one.to != "GND"), None)
            for line in held.part.lines if lifted else ():
                number = self.at(owner, line.name)
                if feed is not None and number is not None:
                    yield number, feed, float(lifted), owner

    def loads(self) -> Iterator[tuple[int, int, float]]:
        """(net, net, ohms) of motors and coils: what stands at one end of them stands, at rest, at the other."""
        for owner, held in self.components.items():
            ends = [self.at(owner, name) for name in held.part.terminals] if held.part.electrical.get("inductive") else []
            if len(ends) == 2 and None not in ends:
                yield ends[0], ends[1], 5000 / held.part.electrical["draws_ma"]

    def rails(self) -> dict[int, float]:
        """Volts of every net that is a rail, at the most that its source gives."""
        found = {}
        for number, net in enumerate(self.nets):
            for rail in net.rail.split("+") if net.rail else ():
                found[number] = max(found.get(number, 0.0), self._rail_v(rail))
        return found

    def _rail_v(self, rail: str) -> float:
        if rail == "GND":
            return 0.0
        feeder = self.wiring.feeds.get(rail, BOARD)
        if feeder == BOARD:
            return self.wiring.board.rails[rail].volts if rail in self.wiring.board.rails else 0.0
        given = [one.volts[1] for one in self.components[feeder].part.terminals.values()
                 if one.to == rail and one.volts]
        return max(given, default=0.0)

    def outputs(self) -> dict[int, float]:
        """Highest volts that a part's output gives to a net that is no rail."""
        found = {}
        for number, net in enumerate(self.nets):
            for _, terminal in self.terminals(net) if not net.rail else ():
                if terminal.type == "output" and terminal.volts:
                    found[number] = max(found.get(number, 0.0), terminal.volts[1])
        return found

    def driven(self) -> dict[int, float]:
        """What is held when every output, the board's pins among them, says high."""
        pins = {number: self.wiring.board.mcu.logic_v for number in self.uses if self.drives(number)}
        return {**pins, **self.outputs(), **self.rails()}

    def volts(self, held: Mapping[int, float], pulls: Mapping[int, tuple[float, float]] | None = None,
              ) -> dict[int, float]:
        """Volts of every net that is held, directly or through resistors. A floating net is missing.

        held: net -> volts. pulls: net -> (ohms, volts) of a resistor inside a chip.
        """
        joined: dict[int, list[tuple[int, float]]] = {}
        for one, other, ohms in (*((one, other, ohms) for one, other, ohms, _ in self.resistors()), *self.loads()):
            joined.setdefault(one, []).append((other, 1 / ohms))
            joined.setdefault(other, []).append((one, 1 / ohms))
        reached, todo = set(held) | set(pulls or ()), [*held, *(pulls or ())]
        while todo:
            for other, _ in joined.get(todo.pop(), ()):
                if other not in reached:
                    reached.add(other)
                    todo.append(other)
        free = sorted(reached - set(held))
        place = {net: row for row, net in enumerate(free)}
        rows = [[0.0] * (len(free) + 1) for _ in free]
        for net, row in place.items():
            for other, siemens in joined.get(net, ()):
                rows[row][row] += siemens
                if other in held:
                    rows[row][-1] += siemens * held[other]
                else:
                    rows[row][place[other]] -= siemens
            if pulls and net in pulls:
                ohms, volts = pulls[net]
                rows[row][row] += 1 / ohms
                rows[row][-1] += volts / ohms
        return {**held, **dict(zip(free, _solved(rows), strict=True))}


def _solved(rows: list[list[float]]) -> list[float]:
    """Gauss and Jordan, with the largest pivot."""
    for column in range(len(rows)):
        best = max(range(column, len(rows)), key=lambda row: abs(rows[row][column]))
        rows[column], rows[best] = rows[best], rows[column]
        pivot = rows[column][column]
        rows[column] = [value / pivot for value in rows[column]]
        for row in range(len(rows)):
            if row != column and rows[row][column]:
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return [row[-1] for row in rows]
