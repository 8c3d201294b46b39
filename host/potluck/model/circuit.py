# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Circuits as data: reusable sub-sheets of discrete parts (hardware/circuits/KIND)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from potluck.errors import UnknownCircuit
from potluck.model import hardware
from potluck.model.part import RAILS, Part, load_part
from potluck.model.reader import Table, suggest

JOINS = ("pin", "signal", "supply", *RAILS)


@dataclass(frozen=True)
class CircuitPort:
    """Where the circuit meets the rest.

    joins  "pin": the board's pin; "signal": the part's terminal that would else go to the pin;
           "supply": the rail that feeds the part; or a rail by name
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
    """nets: name -> the ports (``load``) and terminals (``switch.drain``) that it joins."""

    kind: str
    title: str
    summary: str
    ports: Mapping[str, CircuitPort]
    parts: Mapping[str, CircuitPart]
    nets: Mapping[str, tuple[str, ...]]

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
    nets = _nets(table.table("nets"), ports, parts)
    circuit = Circuit(kind, about.text("title"), about.text("summary"), MappingProxyType(ports),
                      MappingProxyType(parts), MappingProxyType(nets),
                      **_drawn(table, ports, parts, sources))
    for joins in ("pin", "signal"):
        if circuit.port(joins) is None:
            raise table.wrong("ports", f'one port must have joins = "{joins}"')
    sources.of(about)
    about.done()
    table.done()
    sources.done()
    return circuit


def _drawn(table: Table, ports: dict[str, CircuitPort], parts: dict[str, CircuitPart],
           sources: hardware.Sources) -> dict:
    """Optional tables that one generator each needs: field of Circuit -> what its module reads."""
    return {
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


def _nets(table: Table, ports: dict, parts: dict) -> dict[str, tuple[str, ...]]:
    """Every port and every terminal must be on exactly one net."""
    todo = set(ports) | {f"{name}.{terminal}" for name, held in parts.items()
                         for terminal in held.part.terminals}
    everything, nets = set(todo), {}
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
