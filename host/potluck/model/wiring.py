# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""One recipe on one board, expanded: every terminal on exactly one net, or left open on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from potluck.model.board import Board, HeaderPin, Pin
from potluck.model.bus import Bus, line_of
from potluck.model.declared import BOARD, Placed
from potluck.model.part import Part, Terminal
from potluck.model.recipe import Recipe

__all__ = ["BOARD", "Component", "End", "Net", "PinUse", "Wiring"]


@dataclass(frozen=True, order=True)
class End:
    """A terminal in the wiring.

    owner     "board", a part's name ("pump"), or a circuit's part ("pump.switch", "i2c0.pull_sda";
              of a part with several signals "range.echo.upper")
    terminal  the terminal's name; for the board the header pin's number ("20")
    """

    owner: str
    terminal: str

    def __str__(self) -> str:
        return f"{self.owner}.{self.terminal}"


@dataclass(frozen=True)
class Net:
    """Terminals that are one piece of metal.

    rail  "GND", "3V3", "5V" or ""; two of them joined by "+" are a short circuit
    """

    name: str
    rail: str
    ends: tuple[End, ...]


@dataclass(frozen=True)
class Component:
    """A thing on the table: ref ("Q1"), owner as in End, part, options, circuit's part or ""."""

    ref: str
    owner: str
    part: Part
    options: Mapping[str, int | float | str]
    value: str

    @property
    def of(self) -> str:
        """The recipe's part (or the bus, "i2c0") it belongs to."""
        return self.owner.partition(".")[0]


@dataclass(frozen=True)
class PinUse:
    """A pin of the board in use: by a part's terminal, or as a line of a bus.

    part      the name under [pins.BOARD]: a part's, or a bus's ("i2c0")
    hows      how the driver uses it (HOWS of part.py), or the bus's kind
    function  what a chip without a matrix must have on this pin ("I2C0_SDA"), or ""
    """

    part: str
    terminal: Terminal
    pin: Pin
    hows: tuple[str, ...]
    function: str = ""


@dataclass(frozen=True)
class Wiring:
    """The expanded declaration; what all checks and generators work on.

    circuits  every circuit in its place, in the recipe's order
    buses     buses of this board by name
    unused    header pins that nothing goes to
    open      terminals of parts that are connected to nothing, on purpose
    feeds     rail -> "board" or the name of the part that feeds it
    """

    recipe: Recipe
    board: Board
    nets: tuple[Net, ...]
    components: tuple[Component, ...]
    uses: tuple[PinUse, ...]
    circuits: tuple[Placed, ...]
    buses: Mapping[str, Bus]
    unused: tuple[HeaderPin, ...]
    open: tuple[End, ...]
    feeds: Mapping[str, str]

    def net_of(self, owner: str, terminal: str) -> Net | None:
        """The net of a terminal; None only for a header pin that is not used or an open terminal."""
        end = End(owner, terminal)
        return next((net for net in self.nets if end in net.ends), None)

    def component(self, owner: str) -> Component:
        """The component of that owner (KeyError when there is none)."""
        for component in self.components:
            if component.owner == owner:
                return component
        raise KeyError(owner)

    def circuit_net(self, placed: Placed, name: str) -> Net:
        """The net that a net of a placed circuit has become."""
        end = next(end for end in placed.circuit.nets[name] if "." in end)
        owner, _, terminal = end.partition(".")
        return self.net_of(f"{placed.prefix}.{owner}", terminal)

    def bus_of(self, part: str) -> Bus | None:
        """The bus that the part sits on, or None."""
        return next((bus for bus in self.buses.values() if part in bus.parts), None)

    def gpios(self, part: str) -> dict[str, int]:
        """terminal -> GPIO number for the part's signals and bus lines (through its circuits)."""
        found = {use.terminal.name: use.pin.gpio for use in self.uses if use.part == part}
        if bus := self.bus_of(part):
            for line in self.recipe.parts[part].part.lines:
                found[line.name] = bus.pins[line_of(bus.kind, line.name)].gpio
        return found
