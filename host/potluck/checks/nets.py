# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Rules about what is joined to what: outputs, inputs, rails, and the way from a pin to its part."""

from __future__ import annotations

from collections.abc import Iterator

from potluck.checks.finding import ERROR, WARNING, Finding
from potluck.checks.keys import part_key, pin_key, recipe_key
from potluck.checks.metal import Metal
from potluck.model import Wiring
from potluck.model.bus import BUSES, line_of
from potluck.model.part import RAILS
from potluck.model.wiring import BOARD

OWN_SUPPLY = 'add [parts] supply = { is = "supply_5v" }'


def net_ends(wiring: Wiring) -> Iterator[Finding]:
    """A net with one end is a wire that goes nowhere; a rail without a source feeds nothing."""
    on_nets = {(end.owner, end.terminal) for net in wiring.nets for end in net.ends}
    for held in wiring.components:
        for name, terminal in held.part.terminals.items():
            if (held.owner, name) not in on_nets and terminal.to == "circuit" and terminal.type != "output":
                yield Finding("net-open", ERROR, f"{held.owner} ({terminal.label}) is connected to nothing",
                              part_key(wiring, held.of), "connect it", (held.of,))
    for net in wiring.nets:
        if net.rail and not any(end.owner == BOARD or wiring.feeds.get(net.rail) == end.owner
                                for end in net.ends):
            parts = tuple(dict.fromkeys(end.owner.partition(".")[0] for end in net.ends))
            yield Finding("rail-unfed", ERROR,
                          f"{', '.join(parts)} need {net.rail} and {wiring.board.title} has none",
                          part_key(wiring, parts[0]),
                          OWN_SUPPLY if net.rail == "5V" else "use another board", parts)
        if len(net.ends) < 2:
            owner = net.ends[0].owner.partition(".")[0]
            yield Finding("net-open", ERROR, f"{net.ends[0]} is connected to nothing",
                          part_key(wiring, owner) if owner != BOARD else recipe_key(wiring, "parts"),
                          "connect it", (owner,) if owner != BOARD else ())


def control_pins(wiring: Wiring) -> Iterator[Finding]:
    """A pin of the board that resets it, or feeds it, is in a wire only if somebody means it."""
    places = {place.number: place for place in wiring.board.header}
    for net in wiring.nets:
        for end in net.ends:
            place = places[end.terminal] if end.owner == BOARD else None
            if place and place.kind == "control":
                yield Finding("control-pin", WARNING, f"{place.label} is in a wire: {wiring.board.controls[place.label]}",
                              recipe_key(wiring, "wires"), "leave it free, unless you mean it", ())


def outputs_meet(wiring: Wiring) -> Iterator[Finding]:
    """Two outputs on one net work against each other; so do an output and a rail."""
    metal = Metal(wiring)
    for number, net in enumerate(metal.nets):
        gives = [held.owner for held, one in metal.terminals(net) if one.type == "output"]
        uses = {use.pin.name: use for use in metal.uses.get(number, ())}
        if metal.drives(number):
            gives += uses
        if len(gives) > 1:
            yield Finding("outputs-meet", ERROR, f"{' and '.join(gives)} are outputs on one wire",
                          recipe_key(wiring, "parts"), "separate them: one of them would burn", _parts(wiring, net))
        elif len(uses) > 1:
            yield Finding("pins-joined", ERROR, f"{' and '.join(uses)} are on one wire",
                          recipe_key(wiring, f"pins.{wiring.board.name}"), "separate them", _parts(wiring, net))
        gives += uses
        gives += [held.owner for held, one in metal.terminals(net) if one.to == "pin" or one.to in BUSES]
        if net.rail and gives:
            yield Finding("signal-on-rail", ERROR, f"{gives[0]} is joined to {net.rail}",
                          recipe_key(wiring, "parts"), "separate them: it is a short circuit", _parts(wiring, net))


def parts_meet(wiring: Wiring) -> Iterator[Finding]:
    """Each signal has its wire; where two meet, somebody has said so in [wires]."""
    said = {end for ends in wiring.recipe.wires[wiring.board.name].values() for end in ends}
    shared = {name for bus in wiring.buses.values() for name in (bus.name, *bus.parts)}
    metal = Metal(wiring)
    for number, net in enumerate(metal.nets):
        owners = dict.fromkeys(held.of for held, _ in metal.terminals(net))
        uses = metal.uses.get(number, ())
        one_pin = len(uses) > len({use.pin.gpio for use in uses})           # pin-conflict says it
        if net.rail or len(owners) < 2 or set(owners) <= shared or one_pin:
            continue
        if said.isdisjoint(map(str, net.ends)):
            yield Finding("parts-meet", ERROR, f"{' and '.join(owners)} are on one wire ({net.name})",
                          recipe_key(wiring, "parts"), "separate them, or join them in [wires]", _parts(wiring, net))


def input_floats(wiring: Wiring) -> Iterator[Finding]:
    """Whoever reads a wire reads noise, unless something holds it."""
    metal = Metal(wiring)
    held_nets, driven = metal.volts(metal.rails()), metal.volts(metal.driven())
    for number, net in enumerate(metal.nets):
        reads = [use for use in metal.uses.get(number, ()) if {"pin", "adc"} & set(use.hows)]
        hears = [(held, one) for held, one in metal.terminals(net) if one.type == "input"]
        speaks = any(one.type in ("output", "bidirectional") for _, one in metal.terminals(net))
        if net.rail or speaks or number in held_nets:
            continue
        if reads and not any("in_" in how for use in metal.uses[number] for how in use.hows):
            yield Finding("input-floats", ERROR, f"nothing holds {reads[0].pin.name} when {reads[0].part} is open",
                          pin_key(wiring, reads[0].part), "add a pull-up resistor of 10 kohm to 3V3",
                          (reads[0].part,))
        elif hears and number not in driven and not metal.uses.get(number):
            held, terminal = hears[0]
            if not held.part.electrical.get("is_switch"):     # gate-floats says it
                yield Finding("input-floats", ERROR, f"nothing drives {held.owner} ({terminal.label})",
                              part_key(wiring, held.of), "connect it to a pin or a rail", (held.of,))


def rails_reach(wiring: Wiring) -> Iterator[Finding]:
    """What wants a rail is on that rail, and all grounds are one."""
    for component in wiring.components:
        for terminal in component.part.terminals.values():
            net = wiring.net_of(component.owner, terminal.name)
            if terminal.to == "circuit" and terminal.type == "power_in" and net and not net.rail:
                yield Finding("rail-wrong", ERROR, f"{component.owner} ({terminal.label}) is on no rail, and is fed from one",
                              part_key(wiring, component.of), "join it to 3V3, 5V or GND", (component.of,))
            if terminal.to not in RAILS or (net and terminal.to in net.rail.split("+")):
                continue
            if terminal.to == "GND":
                yield Finding("ground-missing", ERROR,
                              f"{component.owner} ({terminal.label}) does not share the board's GND, so no"
                              " voltage of one means anything to the other", part_key(wiring, component.of),
                              "join it to GND", (component.of,))
            else:
                yield Finding("rail-wrong", ERROR, f"{component.owner} ({terminal.label}) is not on {terminal.to}",
                              part_key(wiring, component.of), f"join it to {terminal.to}", (component.of,))
    places = {place.number: place for place in wiring.board.header}
    for net in wiring.nets:
        for end in net.ends:
            place = places[end.terminal] if end.owner == BOARD else None
            rail = next((rail for rail in wiring.board.rails.values() if place and place.label in rail.pins), None)
            if rail and rail.name not in net.rail.split("+"):
                yield Finding("rail-wrong", ERROR, f"{place.label} (hole {place.number}) of the board is not on {rail.name}",
                              recipe_key(wiring, "wires"), f"join it to {rail.name} only")


def signal_path(wiring: Wiring) -> Iterator[Finding]:
    """The pin that a driver is told leads to its part; the lines of a bus are not exchanged."""
    metal = Metal(wiring)
    for use in wiring.uses:
        number = next((at for at, uses in metal.uses.items() if use in uses), None)
        if use.part in wiring.recipe.parts and (
                number is None or metal.at(use.part, use.terminal.name) not in _reached(metal, number)):
            yield Finding("pin-unreached", ERROR,
                          f"no wire leads from {use.pin.name} to {use.part} ({use.terminal.label})",
                          pin_key(wiring, use.part), "join them", (use.part,))
    for bus in wiring.buses.values():
        lines = {line: wiring.net_of(BOARD, place.number) for line, pin in bus.pins.items()
                 for place in wiring.board.header_pins(pin.name)[:1]}
        for part in bus.parts:
            for terminal in wiring.recipe.parts[part].part.lines:
                line, net = line_of(bus.kind, terminal.name), wiring.net_of(part, terminal.name)
                if net and net == lines[line]:
                    continue
                other = next((name for name, one in lines.items() if net and one == net), "")
                what = f"is on {other.upper()} instead: the two are exchanged" if other else f"is not on {bus.name}"
                yield Finding("line-swapped" if other else "pin-unreached", ERROR,
                              f"{part} ({terminal.label}) {what}", pin_key(wiring, bus.name),
                              f"join it to {bus.pins[line].name}", (part,))


def _reached(metal: Metal, number: int) -> set[int]:
    """Nets that are joined to this one, through discrete parts and over no rail."""
    found, todo = {number}, [number]
    while todo:
        for held, _ in metal.terminals(metal.nets[todo.pop()]):
            for name in held.part.terminals if held.part.group == "discrete" else ():
                other = metal.at(held.owner, name)
                if other is not None and other not in found and not metal.nets[other].rail:
                    found.add(other)
                    todo.append(other)
    return found


def circuit_whole(wiring: Wiring) -> Iterator[Finding]:
    """A circuit is what its file says: [wires] may add to it and not change it."""
    for placed in wiring.circuits:
        nets = {name: [wiring.net_of(f"{placed.prefix}.{end.partition('.')[0]}", end.partition(".")[2])
                       for end in ends if "." in end] for name, ends in placed.circuit.nets.items()}
        lead_out = {name for name, ends in placed.circuit.nets.items() if any("." not in end for end in ends)}
        fixed = {name for name, ends in placed.circuit.nets.items() for end in ends
                 if "." not in end and placed.circuit.ports[end].joins in (*RAILS, "supply")}
        broken = [name for name, found in nets.items() if None in found or any(one != found[0] for one in found)]
        broken += [name for name, found in nets.items() if found[0] and found[0].rail and name not in lead_out]
        names = list(nets)
        for at, name in enumerate(names):
            broken += [f"{name} and {other}" for other in names[at + 1:]
                       if nets[name] and nets[other] and nets[name][0] == nets[other][0]
                       and not {name, other} <= fixed]
        if broken:
            yield Finding("circuit-changed", ERROR,
                          f"the {placed.circuit.title.lower()} of {placed.of} is not as it should be at"
                          f" {', '.join(broken)}", part_key(wiring, placed.of),
                          'leave the circuit as it is, or write through = "wires" and join all of it yourself',
                          (placed.of,))


def _parts(wiring: Wiring, net) -> tuple[str, ...]:
    owners = dict.fromkeys(end.owner.partition(".")[0] for end in net.ends if end.owner != BOARD)
    return tuple(name for name in owners if name in wiring.recipe.parts)


RULES = (net_ends, control_pins, outputs_meet, parts_meet, input_floats, rails_reach, signal_path, circuit_whole)
