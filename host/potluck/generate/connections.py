# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How it is wired, as a list: each wire once, from where to where."""

from __future__ import annotations

from dataclasses import dataclass

from potluck import checks
from potluck.model import End, Net, Wiring
from potluck.model.wiring import BOARD


@dataclass(frozen=True)
class Connection:
    """One wire. start and end are for people ("R1 (220 Ω): leg 1"); colour is a habit, not a rule."""

    number: int
    start: str
    end: str
    net: str
    colour: str


_COLOURS = {"GND": "black", "3V3": "orange", "5V": "red"}
_SIGNAL_COLOURS = ("yellow", "blue", "green", "white", "purple", "grey", "brown")


def connections(wiring: Wiring) -> list[Connection]:
    """Every wire, numbered from 1: signals first, in the recipe's order, then supplies.

    A net of n ends is n - 1 wires, all from one place: the board's pin when it is there, else the
    supply that feeds it, else its first end.
    """
    checks.require(wiring)
    order = list(wiring.recipe.parts)
    signals = [net for net in wiring.nets if not net.rail]
    signals.sort(key=lambda net: (min(_place(end, order) for end in net.ends),
                                  not any(end.owner == BOARD for end in net.ends)))
    found: list[Connection] = []
    for number, net in enumerate([*signals, *(net for net in wiring.nets if net.rail)]):
        colour = _COLOURS.get(net.rail) or _SIGNAL_COLOURS[number % len(_SIGNAL_COLOURS)]
        start, others = _start(wiring, net)
        for end in others:
            found.append(Connection(len(found) + 1, _shown(wiring, start, net),
                                    _shown(wiring, end, net), net.name, colour))
    return found


def connections_markdown(wiring: Wiring) -> str:
    """The same as a Markdown table, for a README."""
    rows = ["| wire | from | to | colour |", "|---:|---|---|---|"]
    rows += [f"| {wire.number} | {wire.start} | {wire.end} | {wire.colour} |"
             for wire in connections(wiring)]
    return "\n".join(rows) + "\n"


def _start(wiring: Wiring, net: Net) -> tuple[End, list[End]]:
    """Where the wires of a net begin, and where they go. One GND pin stands for all of them."""
    parts = [end for end in net.ends if end.owner != BOARD]
    board = [end for end in net.ends if end.owner == BOARD]
    if board:
        return board[0], parts
    feeder = wiring.feeds.get(net.rail)
    first = next((end for end in parts if end.owner == feeder), parts[0])
    return first, [end for end in parts if end != first]


def _shown(wiring: Wiring, end: End, net: Net) -> str:
    if end.owner == BOARD:
        if net.rail:
            return f"board {net.rail}" + (" (any)" if net.rail == "GND" else "")
        place = next(place for place in wiring.board.header if place.number == end.terminal)
        pin = wiring.board.pins[place.label]
        printed = f", printed {pin.printed}" if pin.printed != pin.name else ""
        return f"board {pin.name} (pin {place.number}{printed})"
    component = wiring.component(end.owner)
    label = component.part.terminals[end.terminal].label
    if "." in end.owner:
        return f"{component.ref} ({component.value}): {label}"
    return f"{end.owner}: {label}"


def _place(end: End, order: list[str]) -> int:
    owner = end.owner.partition(".")[0]
    return order.index(owner) if owner in order else len(order)
