# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""From a recipe and a board's name to the wiring."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from potluck.errors import PinMissing, UnknownBoard
from potluck.model.board import Board, Pin, load_board
from potluck.model.bus import BUSES, Bus, bus_kind, bus_number, function_of, line_of
from potluck.model.declared import BOARD, Placed, RecipePart, bus_of, placed_circuits, supply_terminal
from potluck.model.joints import Joints
from potluck.model.part import RAILS, Part, Terminal
from potluck.model.reader import show, suggest
from potluck.model.recipe import Recipe
from potluck.model.wiring import Component, End, PinUse, Wiring

# What a bus runs at unless a part on it wants less, in kHz.
_FASTEST_KHZ = {"i2c": 400, "spi": 1_000, "uart": 0, "onewire": 0}


def wire(recipe: Recipe, board_name: str) -> Wiring:
    """Expand a recipe for one board.

    Raises UnknownBoard when the recipe has no pins for it, PinMissing when a part has no pin or no
    bus there, or the board lacks the pin.
    """
    file = f"{recipe.name}/recipe.toml"
    board = load_board(board_name, where=file)
    if board_name not in recipe.pins:
        raise UnknownBoard(f"{recipe.name} has no pins for {board.title}", where=file,
                           do=f"add [pins.{board_name}], or use {' or '.join(recipe.boards)}")
    where = f"{file}: pins.{board_name}"
    buses = _buses(recipe, board, where)
    uses = (*_signal_uses(recipe, board, where), *_bus_uses(buses))
    circuits = placed_circuits(recipe.parts, recipe.buses[board_name])
    wires = {name: [_wired(end, board, f"{file}: wires.{name}") for end in ends]
             for name, ends in recipe.wires[board_name].items()}
    joints = Joints()
    feeds = _join_rails(recipe, board, circuits, wires, joints)
    pin_of = {(use.part, use.terminal.name): _board_end(board, use.pin.name) for use in uses}
    for held in recipe.parts.values():
        _join_part(held, pin_of, next((bus for bus in buses.values() if held.name in bus.parts), None),
                   joints)
    for placed in circuits:
        _join_circuit(placed, recipe, pin_of, joints)
    for name, ends in wires.items():
        for inside in ends:
            joints.join(("wire", name), *inside)
    components = _components(recipe, circuits)
    nets = joints.nets(_order(board, components))
    on_nets = {end for net in nets for end in net.ends}
    return Wiring(
        recipe, board, nets, components, uses, circuits, MappingProxyType(buses),
        tuple(place for place in board.header if End(BOARD, place.number) not in on_nets),
        tuple(end for held in components for name in held.part.terminals
              if (end := End(held.owner, name)) not in on_nets),
        MappingProxyType(feeds))


# -- pins and buses ------------------------------------------------------------------------------


def _signal_uses(recipe: Recipe, board: Board, where: str) -> list[PinUse]:
    given, uses = recipe.pins[board.name], []
    for held in recipe.parts.values():
        for terminal in held.part.signals:
            if held.name not in given:
                raise PinMissing(f'"{held.name}" has no pin', where=where,
                                 do=f'add {held.name} = "...", {suggest("", board.pins)}')
            pin = board.pin(given[held.name][terminal.name], where=f"{where}.{held.name}")
            args = held.part.driver.args if held.part.driver else ()
            uses.append(PinUse(held.name, terminal, pin,
                               tuple(arg.how for arg in args if arg.terminal == terminal.name)))
    return uses


def _bus_uses(buses: Mapping[str, Bus]) -> list[PinUse]:
    return [PinUse(bus.name, _line(bus.kind, line), pin, (bus.kind,), function_of(bus.name, line))
            for bus in buses.values() for line, pin in bus.pins.items()]


def _line(kind: str, line: str) -> Terminal:
    """A bus's line, described as the terminal of a part."""
    return Terminal(line, line.upper(), "bidirectional", kind, None, 0, 0, 0, 0, False, None, "", "")


def _buses(recipe: Recipe, board: Board, where: str) -> dict[str, Bus]:
    given = recipe.buses[board.name]
    on_bus: dict[str, list[RecipePart]] = {name: [] for name in given}
    for held in recipe.parts.values():
        if kind := held.part.bus:
            name = bus_of(held, given)
            if name is None:
                raise _no_bus(held, kind, given, where)
            on_bus[name].append(held)
    found = {}
    for name, parts in on_bus.items():
        kind, number = bus_kind(name), bus_number(name)
        ids = {"i2c": board.mcu.peripherals.i2c, "spi": board.mcu.peripherals.spi,
               "uart": board.mcu.peripherals.uart}.get(kind)
        if ids is not None and number not in ids:
            raise PinMissing(f"{board.mcu.title} has no {name}", where=f"{where}.{name}",
                             do=suggest("", [f"{kind}{one}" for one in ids]))
        pins: dict[str, Pin] = {}
        for line, label in given[name].items():
            pins[line] = board.pin(label, where=f"{where}.{name}")
        for held in parts:
            for terminal in held.part.lines:
                if line_of(kind, terminal.name) not in pins:
                    raise PinMissing(f'"{held.name}" needs {name} to have {line_of(kind, terminal.name)}',
                                     where=f"{where}.{name}", do="add it")
        found[name] = Bus(name, kind, number, MappingProxyType(pins),
                          tuple(held.name for held in parts), _khz(kind, parts))
    return found


def _no_bus(held: RecipePart, kind: str, given: Mapping, where: str) -> PinMissing:
    there = [name for name in given if bus_kind(name) == kind]
    name = held.bus or f"{kind}0"
    lines = ", ".join(f'{line} = "..."' for line in BUSES[kind])
    add = f'add {name} = {{ {lines} }}' if len(BUSES[kind]) > 1 else f'add {name} = "..."'
    if there and not held.bus:
        return PinMissing(f'"{held.name}" may be on {" or ".join(there)}', where=where,
                          do=f'say bus = "{there[0]}" in [parts]')
    return PinMissing(f'"{held.name}" sits on {kind} and there is no {held.bus or kind + " bus"}', where=where,
                      do=add)


def _khz(kind: str, parts: list[RecipePart]) -> float:
    facts = [held.part.electrical for held in parts]
    if kind == "uart":
        return max((one["baud"] / 1000 for one in facts if "baud" in one), default=9.6)
    return min([_FASTEST_KHZ[kind], *(one["max_khz"] for one in facts if "max_khz" in one)])


# -- joining -------------------------------------------------------------------------------------


def _wired(end: str, board: Board, where: str) -> list[End | str]:
    """What an end of [wires] stands for: a rail, or terminals (a board's label may be on several)."""
    if end in RAILS:
        return [end]
    owner, _, terminal = end.rpartition(".")
    if owner != BOARD:
        return [End(owner, terminal)]
    printed = next((pin.name for pin in board.pins.values() if pin.printed == terminal), terminal)
    places = board.header_pins(terminal) or board.header_pins(printed)
    if not places:
        raise PinMissing(f"{board.title} has no {show(terminal)}", where=where,
                         do=suggest(terminal[:40], {place.label for place in board.header}))
    return [End(BOARD, place.number) for place in places]


def _join_rails(recipe: Recipe, board: Board, circuits: tuple[Placed, ...], wires: Mapping,
                joints: Joints) -> dict[str, str]:
    """Rails that something uses, joined to the board unless a part of the recipe feeds them."""
    feeds = {"GND": BOARD}
    used = [terminal.to for held in recipe.parts.values() for terminal in held.part.terminals.values()]
    used += [port.joins for placed in circuits for port in placed.circuit.ports.values()]
    used += [end for ends in wires.values() for inside in ends for end in inside if isinstance(end, str)]
    for rail in used:
        if rail in RAILS:
            feeds.setdefault(rail, BOARD)
    for held in recipe.parts.values():
        for terminal in held.part.terminals.values():
            if terminal.to in RAILS and terminal.type == "power_out" and terminal.to != "GND":
                feeds[terminal.to] = held.name
    for rail, by in feeds.items():
        if by == BOARD and rail in board.rails:
            for label in board.rails[rail].pins:
                for place in board.header_pins(label):
                    joints.join(rail, End(BOARD, place.number))
    return feeds


def _join_part(held: RecipePart, pin_of: Mapping, bus: Bus | None, joints: Joints) -> None:
    name = held.name
    for terminal in held.part.terminals.values():
        end = End(name, terminal.name)
        if terminal.to in RAILS:
            joints.join(terminal.to, end)
        elif terminal.joins and held.options[terminal.when[0]] == terminal.when[1]:
            joints.join(terminal.joins, end)
        elif terminal.to in BUSES:
            line = line_of(bus.kind, terminal.name)
            joints.join((bus.name, line), pin_of[bus.name, line], end)
        elif terminal.to == "pin" and terminal.name in held.loose:
            joints.join((name, terminal.name), end)
            joints.join((name, f"{terminal.name}_pin"), pin_of[name, terminal.name])
        elif terminal.to == "pin" and terminal.name not in held.through:
            joints.join((name, terminal.name), end, pin_of[name, terminal.name])


def _join_circuit(placed: Placed, recipe: Recipe, pin_of: Mapping, joints: Joints) -> None:
    outer: dict[str, End | str] = {rail: rail for rail in RAILS}
    if placed.terminal:
        held = recipe.parts[placed.of]
        outer |= {"pin": pin_of[placed.of, placed.terminal], "signal": End(placed.of, placed.terminal)}
        if supply := supply_terminal(held.part):
            outer["supply"] = End(placed.of, supply)
    else:
        outer |= {line: pin_of[placed.of, line] for line in BUSES[placed.circuit.bus]}
    for net, ends in placed.circuit.nets.items():
        for end in ends:
            owner, inside, terminal = end.partition(".")
            joints.join((placed.prefix, net), End(f"{placed.prefix}.{owner}", terminal) if inside
                        else outer[placed.circuit.ports[end].joins])


# -- components ----------------------------------------------------------------------------------


def _components(recipe: Recipe, circuits: tuple[Placed, ...]) -> tuple[Component, ...]:
    """Recipe parts first, then what circuits bring: an added part renumbers nothing."""
    wanted = [(held.name, held.part, held.options) for held in recipe.parts.values()]
    wanted += [(f"{placed.prefix}.{name}", inner.part, inner.options)
               for placed in circuits for name, inner in placed.circuit.parts.items()]
    counts: dict[str, int] = {}
    found = []
    for owner, part, options in wanted:
        counts[part.ref] = counts.get(part.ref, 0) + 1
        found.append(Component(f"{part.ref}{counts[part.ref]}", owner, part, options,
                               _value(part, options)))
    return tuple(found)


def _value(part: Part, options: Mapping) -> str:
    value = part.value
    for name, setting in options.items():
        scale = {"Ohm": 1.0, "nF": 1e-9}.get(part.options[name].unit)
        value = value.replace("{" + name + "}", _prefixed(setting * scale) if scale else str(setting))
    return value


def _prefixed(amount: float) -> str:
    """10000 -> "10 k": engineers' prefixes, a space before them."""
    for factor, prefix in ((1e6, "M"), (1e3, "k"), (1, ""), (1e-6, "µ"), (1e-9, "n")):
        if amount >= factor * (1 - 1e-9):
            return f"{amount / factor:g} {prefix}"
    return f"{amount / 1e-12:g} p"


def _board_end(board: Board, label: str) -> End:
    return End(BOARD, board.header_pins(label)[0].number)


def _order(board: Board, components: tuple[Component, ...]) -> dict[End, int]:
    """A stable order of ends: the board's header, then components as they are numbered."""
    ends = [End(BOARD, place.number) for place in board.header]
    ends += [End(held.owner, name) for held in components for name in held.part.terminals]
    return {end: number for number, end in enumerate(ends)}
