# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How it is wired, as a list: each wire once, in the order in which it is built."""

from __future__ import annotations

from dataclasses import dataclass

from potluck import checks
from potluck.model import End, Net, Wiring
from potluck.model.board import HeaderPin
from potluck.model.wiring import BOARD

_COLOURS = {"GND": "black", "3V3": "orange", "5V": "red"}
SIGNAL_COLOURS = ("yellow", "blue", "green", "violet", "white", "brown", "grey")
PATTERNS = 5  # shares no factor with the number of colours: 35 nets look different from each other
_SHOWN = {"5V": "5 V", "3V3": "3.3 V"}


@dataclass(frozen=True)
class Connection:
    """One wire.

    start, end  where it goes; end None: any place of its rail
    first, last the same for people ("R1 leg 2", "any GND")
    net, rail   the net's name; its rail or ""
    colour      a habit, not a rule; pattern: 0 for rails (plain), 1 to PATTERNS for signals, so that
                nobody needs to see colours
    of          the recipe's part for whose sake it is there, or "board"
    """

    number: int
    start: End
    end: End | None
    first: str
    last: str
    net: str
    rail: str
    colour: str
    pattern: int
    of: str

    def __str__(self) -> str:
        return f"{self.number} · {self.colour} · {self.first} → {self.last}"


def connections(wiring: Wiring) -> list[Connection]:
    """Every wire, numbered from 1: the board's supply, then part by part, grounds first.

    A rail with three places or more is a common rail: each of its places has a wire to it. Any other
    net of n ends is n - 1 wires, all from one place: the board's pin, else what feeds it, else its
    first end.
    """
    checks.require(wiring)
    found = []
    signals = [net for net in wiring.nets if not net.rail]
    for net in wiring.nets:
        colour = _COLOURS.get(net.rail) or SIGNAL_COLOURS[signals.index(net) % len(SIGNAL_COLOURS)]
        pattern = 0 if net.rail else 1 + signals.index(net) % PATTERNS
        for start, end in _wires(wiring, net):
            inner = end if end and end.owner != BOARD else start
            of = inner.owner.partition(".")[0]
            last = shown(wiring, end) if end else "any GND" if net.rail == "GND" else f"{_SHOWN[net.rail]} rail"
            if start.owner == BOARD and net.rail == "GND":
                last = "GND rail"
            wire = Connection(0, start, end, shown(wiring, start), last, net.name, net.rail, colour, pattern, of)
            found.append((_rank(wiring, net, of), wire))
    found.sort(key=lambda pair: pair[0])
    return [Connection(number, *_fields(wire)) for number, (_, wire) in enumerate(found, 1)]


def connections_markdown(wiring: Wiring) -> str:
    """The same as a Markdown table, for a README."""
    rows = ["| wire | colour | from | to |", "|---:|---|---|---|"]
    rows += [f"| {wire.number} | {wire.colour} | {wire.first} | {wire.last} |" for wire in connections(wiring)]
    return "\n".join(rows) + "\n"


def is_common(net: Net) -> bool:
    """Whether the net is a rail with so many places that it is built as a common one."""
    return bool(net.rail) and len({end.owner if end.owner == BOARD else end for end in net.ends}) > 2


def header_pins(wiring: Wiring, end: End) -> list[HeaderPin]:
    """The board's pins that serve as this end: a GPIO's one, of a rail all that are printed alike."""
    header = wiring.board.header
    (pin,) = [pin for pin in header if pin.number == end.terminal]
    return [other for other in header if other.label == pin.label] if pin.kind == "rail" else [pin]


def shown(wiring: Wiring, end: End) -> str:
    """An end for people, in words that stand in the picture too."""
    if end.owner == BOARD:
        pin, *more = header_pins(wiring, end)
        if pin.kind == "rail":
            return f"board {pin.label}" + (" (any)" if more else f" (pin {pin.number})")
        return f"board {wiring.board.pins[pin.label].printed} (pin {pin.number})"
    component = wiring.component(end.owner)
    name = component.ref if "." in end.owner else end.owner
    return f"{name} {component.part.terminals[end.terminal].label}"


def _fields(wire: Connection) -> tuple:
    return (wire.start, wire.end, wire.first, wire.last, wire.net, wire.rail, wire.colour, wire.pattern, wire.of)


def _wires(wiring: Wiring, net: Net) -> list[tuple[End, End | None]]:
    """(start, end) of each wire of the net; one of the board's pins stands for all of a rail."""
    parts = [end for end in net.ends if end.owner != BOARD]
    board = [end for end in net.ends if end.owner == BOARD][:1]
    if is_common(net):
        return [(end, None) for end in (*board, *parts)]
    if board:
        return [(board[0], end) for end in parts]
    feeder = wiring.feeds.get(net.rail)
    first = next((end for end in parts if end.owner == feeder), parts[0])
    return [(first, end) for end in parts if end != first]


def _rank(wiring: Wiring, net: Net, of: str) -> tuple[int, int]:
    order = list(dict.fromkeys(component.of for component in wiring.components))
    place = order.index(of) + 1 if of in order else 0
    return place, ("GND", "5V", "3V3").index(net.rail) if net.rail else 3
