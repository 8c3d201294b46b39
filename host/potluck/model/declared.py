# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a recipe declares of its hardware: [parts], [pins.BOARD] with its buses, and [wires]."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from potluck.errors import UnknownBoard
from potluck.model.board import board_names
from potluck.model.bus import BUSES, bus_kind, line_of
from potluck.model.circuit import Circuit, load_circuit
from potluck.model.part import RAILS, Part, Terminal, load_part
from potluck.model.reader import Table, is_name, show, suggest
from potluck.model.values import limited

BOARD = "board"
DIRECT, WIRES = "direct", "wires"      # instead of a circuit's name: no circuit; only [wires]
_TAKEN = (BOARD, "wire")               # what else owns ends and nets of a wiring


@dataclass(frozen=True)
class RecipePart:
    """A part under the name main.py uses.

    through  its circuits: by signal terminal, or by the kind of bus ("onewire") that one sits on
    loose    signal terminals that only [wires] connect: nothing is joined to their pins by itself
    bus      name of the bus that it asks for, or "": the only one of its kind
    """

    name: str
    part: Part
    through: Mapping[str, Circuit]
    loose: tuple[str, ...]
    bus: str
    options: Mapping[str, int | float | str]

    def draws(self, terminal: Terminal) -> tuple[float, float]:
        """What the terminal draws with these options: (mA, mA at its peak)."""
        ma = self.options[terminal.ma_from] if terminal.ma_from else terminal.ma
        return ma, max(ma, terminal.peak_ma)


@dataclass(frozen=True)
class Placed:
    """A circuit in its place.

    prefix    "pump", "range.echo" or "onewire0": its parts' owners are PREFIX.NAME
    of        the recipe's part, or the bus, that it belongs to
    terminal  the part's signal that it leads to; "": it sits on a bus
    """

    prefix: str
    circuit: Circuit
    of: str
    terminal: str


def read_part(name: str, table: Table, *, wires: bool) -> RecipePart:
    """One line of [parts]. wires: the recipe has [wires], where discrete parts may go."""
    if name in _TAKEN or bus_kind(name):
        raise table.wrong("", f'a part cannot be called "{name}"', "that name has a meaning already")
    part = load_part(table.text("is"), where=table.where("is"))
    if part.group == "discrete" and not wires:
        raise table.wrong("is", f'"{part.kind}" is only used inside circuits',
                          "use a part that goes through a circuit, or join all its terminals in [wires]")
    through, loose = _through(table, part)
    bus = table.name("bus", "") if part.bus else ""
    if bus and bus_kind(bus) != part.bus:
        raise table.wrong("bus", f"{part.title} sits on {part.bus}", f'write bus = "{part.bus}0"')
    options = {key: option.read(table) for key, option in part.options.items()}
    table.done()
    return RecipePart(name, part, MappingProxyType(through), loose, bus, MappingProxyType(options))


def _through(table: Table, part: Part) -> tuple[dict[str, Circuit], tuple[str, ...]]:
    """``through = "lowside_switch"``, or, with several signals, ``{ echo = "voltage_divider" }``."""
    chosen = {terminal.name: terminal.through for terminal in part.signals}
    if part.bus:
        chosen[part.bus] = part.through
    if isinstance(table.peek("through"), dict):
        sub = table.table("through")
        for key in sub.keys():
            if key not in chosen:
                raise sub.wrong(key, f"is no signal of {part.title}", suggest(key, chosen))
            chosen[key] = sub.name(key)
    elif said := table.name("through", ""):
        if len(chosen) != 1:
            raise table.wrong("through", f"{part.title} cannot go through a circuit" if not chosen else
                              f"{part.title} has {len(chosen)} signals",
                              "write { " + ", ".join(f'{key} = "..."' for key in chosen) + " }"
                              if chosen else "leave it out")
        chosen = dict.fromkeys(chosen, said)
    loose = tuple(key for key, kind in chosen.items() if kind == WIRES)
    if part.bus in loose:
        raise table.wrong("through", f"the lines of {part.bus} are joined by the bus", "leave it out")
    found = {key: _fitting(load_circuit(kind, where=table.where("through")), key, part, table)
             for key, kind in chosen.items() if kind not in ("", DIRECT, WIRES)}
    return found, loose


def _fitting(circuit: Circuit, signal: str, part: Part, table: Table) -> Circuit:
    if circuit.bus != (signal if signal in BUSES else ""):
        raise table.wrong("through", f"{circuit.title} fits {circuit.bus or 'a signal'} and not {signal}",
                          "choose another circuit")
    if circuit.port("supply") and supply_terminal(part) is None:
        raise table.wrong("through", f"{part.title} has no supply terminal for {circuit.title}",
                          "choose another circuit")
    return circuit


def supply_terminal(part: Part) -> str | None:
    """The terminal that is fed by a supply rail (not GND), or None."""
    return next((terminal.name for terminal in part.terminals.values()
                 if terminal.to in ("3V3", "5V")), None)


# -- [pins.BOARD] --------------------------------------------------------------------------------


def read_pins(table: Table, parts: dict[str, RecipePart]) -> tuple[dict, dict]:
    """Pins and buses: board -> part (bus) -> terminal (line) -> label."""
    known, boards, buses = board_names(), {}, {}
    for board in table.keys():
        where = table.where(board if board.isprintable() else show(board))
        if board not in known:
            raise UnknownBoard(f"potluck knows no board {show(board)}", where=where,
                               do=suggest(board[:40], known))
        sub, pins, lines = table.table(board), {}, {}
        for name in sub.keys():
            if bus_kind(name):
                lines[name] = _bus_labels(name, sub, parts)
            elif name in parts:
                pins[name] = _labels(name, sub, [one.name for one in parts[name].part.signals],
                                     parts[name].part.title)
            else:
                raise sub.wrong(name if name.isprintable() else show(name),
                                "is no part of this recipe", suggest(name[:40], parts))
        boards[board], buses[board] = MappingProxyType(pins), MappingProxyType(lines)
    if not boards:
        raise table.wrong("", "names no board", f"add [pins.{known[-1]}]")
    return boards, buses


def _labels(name: str, table: Table, signals: list[str], title: str) -> Mapping[str, str]:
    """``soil = "GP26"``, or ``range = { trigger = "GP2", echo = "GP3" }``."""
    if not signals:
        raise table.wrong(name, f"{title} takes no pin", "leave it out")
    if not isinstance(table.peek(name), dict):
        if len(signals) > 1:
            raise table.wrong(name, f"{title} takes {len(signals)} pins",
                              "write { " + ", ".join(f'{key} = "..."' for key in signals) + " }")
        return MappingProxyType({signals[0]: table.text(name, most=16)})
    sub = table.table(name)
    found = {key: sub.text(key, most=16) for key in signals}
    sub.done()
    return MappingProxyType(found)


def _bus_labels(name: str, table: Table, parts: dict[str, RecipePart]) -> Mapping[str, str]:
    """``i2c0 = { sda = "GP4", scl = "GP5" }``: every line, save a miso that no part has.

    The ports take their default pins for a tx, rx or mosi that they are not told, and those may serve
    somebody else (ports/rp2/machine_spi.c, machine_uart.c).
    """
    kind = bus_kind(name)
    on_it = [held for held in parts.values() if held.part.bus == kind and held.bus in ("", name)]
    if not on_it:
        raise table.wrong(name, "no part of this recipe sits on it", "leave it out")
    has = {line_of(kind, line.name) for held in on_it for line in held.part.lines} | {*BUSES[kind]} - {"miso"}
    return _labels(name, table, [line for line in BUSES[kind] if line in has], name)


def bus_of(held: RecipePart, buses: Mapping[str, object]) -> str | None:
    """Which of a board's buses the part is on: the one it asks for, or the only one; None: neither."""
    fits = [name for name in buses if bus_kind(name) == held.part.bus]
    if held.bus:
        return held.bus if held.bus in fits else None
    return fits[0] if len(fits) == 1 else None


def placed_circuits(parts: Mapping[str, RecipePart], buses: Mapping[str, object]) -> tuple[Placed, ...]:
    """Every circuit of a recipe with a board's buses; on a bus each kind of circuit stands once."""
    found: list[Placed] = []
    for held in parts.values():
        for key, circuit in held.through.items():
            if circuit.bus:
                bus = bus_of(held, buses)
                here = [placed for placed in found if placed.of == bus]
                if bus and all(placed.circuit.kind != circuit.kind for placed in here):
                    prefix = f"{bus}.{circuit.kind}" if here else bus
                    found.append(Placed(prefix, circuit, bus, ""))
            else:
                prefix = held.name if len(held.part.signals) == 1 else f"{held.name}.{key}"
                found.append(Placed(prefix, circuit, held.name, key))
    return tuple(found)


# -- [wires] -------------------------------------------------------------------------------------


def read_wires(table: Table, parts: dict[str, RecipePart], buses: dict) -> dict:
    """[wires] (for every board) and [wires.BOARD], as board -> name -> ends.

    An end is a rail ("GND"), "board.LABEL", "PART.TERMINAL", or a terminal inside a circuit
    ("pump.switch.gate"). Labels of the board are looked up when it is wired.
    """
    common, own = {}, {board: {} for board in buses}
    listed = limited(table.table("wires", {}))
    for key in listed.keys():
        if isinstance(listed.peek(key), dict):
            if key not in buses:
                raise listed.wrong(key if key.isprintable() else show(key), "has no pins in this recipe",
                                   suggest(key[:40], buses))
            sub = limited(listed.table(key))
            own[key] = {name: _wire(name, sub) for name in sub.keys()}
        else:
            common[key] = _wire(key, listed)
    found = {board: MappingProxyType({**common, **own[board]}) for board in buses}
    for board, wires in found.items():
        _check_ends(listed, wires, parts, buses[board])
    return found


def _wire(name: str, table: Table) -> tuple[str, ...]:
    if not is_name(name):
        raise table.wrong(name if name.isprintable() else show(name), "is not a name",
                          "use lower case letters, digits and _")
    return table.texts(name, least=2)


def _check_ends(table: Table, wires: Mapping, parts: dict[str, RecipePart], buses: Mapping) -> None:
    known = set(RAILS)
    known |= {f"{held.name}.{name}" for held in parts.values() for name in held.part.terminals}
    known |= {f"{placed.prefix}.{name}.{terminal}" for placed in placed_circuits(parts, buses)
              for name, inner in placed.circuit.parts.items() for terminal in inner.part.terminals}
    joined = [end for ends in wires.values() for end in ends]
    for name, ends in wires.items():
        for end in ends:
            if end not in known and not end.startswith(f"{BOARD}."):
                raise table.wrong(name, f"{show(end)} is no terminal here", suggest(end[:60], known))
    for held in parts.values():
        for terminal in held.part.terminals.values():
            if terminal.to == "circuit" and terminal.type != "output" and f"{held.name}.{terminal.name}" not in joined:
                raise table.error(f'terminal "{terminal.name}" is in no wire, and "{held.part.kind}" is else'
                                  " only used inside circuits", where=f"{table.file}: parts.{held.name}.is",
                                  do=f'add wire = ["{held.name}.{terminal.name}", "…"] to [wires]')
