# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Circuits as data: reusable sub-sheets of discrete parts (hardware/circuits/KIND)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from potluck.errors import UnknownCircuit
from potluck.model import hardware
from potluck.model.bus import BUSES
from potluck.model.layout import Layout, read_layout
from potluck.model.part import RAILS, Part, load_part
from potluck.model.reader import Table, suggest

_LINES = tuple(line for lines in BUSES.values() for line in lines)
JOINS = ("pin", "signal", "supply", *_LINES, *RAILS)


@dataclass(frozen=True)
class CircuitPort:
    """Where the circuit meets the rest.

    joins  "pin": the board's pin; "signal": the part's terminal that would else go to the pin;
           "supply": the rail that feeds the part; a line of a bus ("sda"); or a rail by name
    ma     the most that the board's pin gives into it
    """

    name: str
    joins: str
    ma: float


@dataclass(frozen=True)
class CircuitPart:
    """A discrete part of the circuit with its option values."""

    name: str
    part: Part
    options: Mapping[str, int | float | str]


@dataclass(frozen=True)
class Circuit:
    """A sub-sheet between a pin and a part's terminal, or (``bus`` is its kind) on a bus's lines.

    nets    name -> the ports (``load``) and terminals (``switch.drain``) that it joins
    open    terminals that are connected to nothing (a chip's unused outputs)
    layout  how it is drawn in a schematic, or None
    """

    kind: str
    title: str
    summary: str
    ports: Mapping[str, CircuitPort]
    parts: Mapping[str, CircuitPart]
    nets: Mapping[str, tuple[str, ...]]
    open: tuple[str, ...]
    layout: Layout | None

    @property
    def bus(self) -> str:
        """The kind of bus that it sits on, or ""."""
        return next((kind for kind, lines in BUSES.items() if any(
            port.joins in lines for port in self.ports.values())), "")

    def port(self, joins: str) -> CircuitPort | None:
        """The port that joins that, or None."""
        return next((port for port in self.ports.values() if port.joins == joins), None)


def circuit_kinds() -> list[str]:
    """Names of all circuits potluck knows."""
    return hardware.known("circuits", "circuit.toml")


def load_circuit(kind: str, *, where: str = "") -> Circuit:
    """The circuit of that kind with its parts. Raises UnknownCircuit, HardwareInvalid."""
    table, _ = hardware.open_named("circuits", kind, "circuit.toml", UnknownCircuit, "circuit",
                                   where)
    sources = hardware.Sources(table)
    about = table.table("circuit")
    ports = {name: _port(name, sub) for name, sub in table.table("ports").entries()}
    parts = {name: _part(name, sub) for name, sub in table.table("parts").entries()}
    left_open = about.texts("open", ())
    nets = _nets(table.table("nets"), ports, parts, left_open)
    circuit = Circuit(kind, about.text("title"), about.text("summary"), MappingProxyType(ports),
                      MappingProxyType(parts), MappingProxyType(nets), left_open,
                      **_drawn(table, ports, parts, sources))
    joined = {port.joins for port in ports.values()}
    for joins in () if circuit.bus else ("pin", "signal"):
        if joins not in joined:
            raise table.wrong("ports", f'one port must have joins = "{joins}"')
    if circuit.bus and not joined <= {*BUSES[circuit.bus], *RAILS}:
        raise table.wrong("ports", f"a circuit on {circuit.bus} joins its lines and rails only")
    sources.of(about)
    about.done()
    table.done()
    sources.done()
    return circuit


def _drawn(table: Table, ports: dict[str, CircuitPort], parts: dict[str, CircuitPart],
           sources: hardware.Sources) -> dict:
    """Optional tables that one generator each needs: field of Circuit -> what its module reads."""
    return {
        "layout": read_layout(table.table("layout"), ports, parts) if table.has("layout") else None,
    }


def _port(name: str, table: Table) -> CircuitPort:
    port = CircuitPort(name, table.choice("joins", JOINS),
                       table.number("ma", 0, low=0, high=1_000))
    table.done()
    return port


def _part(name: str, table: Table) -> CircuitPart:
    part = load_part(table.name("is"), where=table.where("is"))
    options = {key: option.read(table) for key, option in part.options.items()}
    table.done()
    return CircuitPart(name, part, MappingProxyType(options))


def _nets(table: Table, ports: dict, parts: dict, left_open: tuple[str, ...],
          ) -> dict[str, tuple[str, ...]]:
    """Every port and every terminal that is not left open must be on exactly one net."""
    todo = set(ports) | {f"{name}.{terminal}" for name, held in parts.items()
                         for terminal in held.part.terminals}
    everything, nets = set(todo), {}
    for end in left_open:
        if end not in todo or end in ports:
            raise table.wrong(end, "is left open and is no terminal here", suggest(end, todo))
        todo.discard(end)
    for name in table.keys():
        ends = table.texts(name, least=2)
        for end in ends:
            if end not in todo:
                problem = "is on two nets" if end in everything else "is no port or terminal"
                raise table.wrong(name, f'"{end}" {problem}', suggest(end, todo))
            todo.discard(end)
        nets[name] = ends
    if todo:
        raise table.wrong(sorted(todo)[0], "is on no net", "add it to one")
    return nets
