# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Rules about volts and milliamperes: what a pin, a rail or a switch can stand."""

from __future__ import annotations

from collections.abc import Iterator

from potluck.checks.finding import ERROR, WARNING, Finding
from potluck.checks.keys import part_key, pin_key, recipe_key
from potluck.checks.nets import OWN_SUPPLY
from potluck.model import Component, Net, Wiring
from potluck.model.wiring import BOARD


def inductive_load(wiring: Wiring) -> Iterator[Finding]:
    """A coil or motor needs a switch, and a diode from its switched wire to its supply."""
    for name, held in wiring.recipe.parts.items():
        if not held.part.electrical.get("inductive"):
            continue
        signal = wiring.net_of(name, held.part.signals[0].name)
        if signal is None:
            continue                                    # pin-unreached says it
        beside = [wiring.component(owner) for owner in
                  dict.fromkeys(end.owner for end in signal.ends) if owner not in (BOARD, name)]
        if not any(part.part.electrical.get("is_switch") for part in beside):
            yield Finding(
                "load-without-switch", ERROR,
                f"{held.part.title} draws {held.part.electrical['draws_ma']:g} mA and a pin gives"
                f" {wiring.board.mcu.pin_ma:g} mA at most",
                part_key(wiring, name), 'add through = "lowside_switch"', (name,))
            continue
        diodes = [part for part in beside if part.part.electrical.get("is_diode")]
        fed = {net.name for terminal in held.part.terminals.values() if terminal.to in ("3V3", "5V")
               and (net := wiring.net_of(name, terminal.name))}
        ways = [_diode_way(wiring, diode, signal, fed) for diode in diodes]
        if "reversed" in ways:
            yield Finding(
                "diode-reversed", ERROR,
                f"{diodes[ways.index('reversed')].ref} beside {name} has its stripe at the switched"
                " wire: a short circuit when the switch closes",
                part_key(wiring, name), "turn it: stripe to plus", (name,))
        elif wrong := next((way for way in ways if way.startswith("to ")), ""):
            yield Finding("flyback-rail", ERROR,
                          f"{diodes[ways.index(wrong)].ref} leads from {name}'s switched wire {wrong}, which does not feed it:"
                          " a current flows into that rail whenever the switch is open",
                          part_key(wiring, name), f"lead its stripe to what feeds {name}", (name,))
        elif "right" not in ways:
            yield Finding("flyback-missing", ERROR,
                          f"nothing catches the voltage that {name} makes when it is switched off",
                          part_key(wiring, name), "add a diode, stripe to plus, across it", (name,))


def _diode_way(wiring: Wiring, diode: Component, signal: Net, fed: set[str]) -> str:
    """ "right", "reversed", "to RAIL" that does not feed the load, or "elsewhere", seen from the load's switched wire."""
    anode = wiring.net_of(diode.owner, "anode")
    cathode = wiring.net_of(diode.owner, "cathode")
    if anode is None or cathode is None:
        return "elsewhere"
    if anode == signal and cathode.rail not in ("", "GND"):
        return "right" if cathode.name in fed else f"to {cathode.rail}"
    if cathode == signal and anode.rail not in ("", "GND"):
        return "reversed"
    return "elsewhere"


def switch_rating(wiring: Wiring) -> Iterator[Finding]:
    """The switch must stand what its load draws at worst."""
    for component in wiring.components:
        if not component.part.electrical.get("is_switch"):
            continue
        stands = component.part.electrical.get("max_ma", 0)
        switched = wiring.net_of(component.owner, "drain")
        for name, held in wiring.recipe.parts.items():
            facts = held.part.electrical
            peak = facts.get("peak_ma", facts.get("draws_ma", 0))
            if peak > stands and switched and any(end.owner == name for end in switched.ends):
                yield Finding("switch-overload", ERROR,
                              f"{name} draws up to {peak:g} mA through {component.value}, which"
                              f" stands {stands:g} mA",
                              part_key(wiring, name), "use a stronger switch", (name,))


def needs_resistor(wiring: Wiring) -> Iterator[Finding]:
    """An LED between a pin and GND needs a resistor in series."""
    for name, held in wiring.recipe.parts.items():
        if not held.part.electrical.get("needs_resistor"):
            continue
        net = wiring.net_of(name, held.part.signals[0].name)
        if net is None:
            continue
        in_series = any(wiring.component(end.owner).part.kind == "resistor"
                        for end in net.ends if end.owner != BOARD)
        if not in_series or any(end.owner == BOARD for end in net.ends):
            yield Finding("resistor-missing", ERROR,
                          f"{name} ({held.part.title}) has no resistor in series and would take"
                          f" more than its {held.part.electrical['max_ma']:g} mA",
                          part_key(wiring, name), 'use through = "led_resistor"', (name,))


def pin_current(wiring: Wiring) -> Iterator[Finding]:
    """What goes out of one pin, and out of all of them together."""
    mcu, total = wiring.board.mcu, 0.0
    for use in wiring.uses:
        held = wiring.recipe.parts.get(use.part)
        if held is None:
            continue                                    # a line of a bus
        circuit = held.through.get(use.terminal.name)
        port = circuit.port("pin") if circuit else None
        if port is None and held.part.electrical.get("inductive"):
            continue                                    # load-without-switch says it
        takes = port.ma if port else held.part.electrical.get("draws_ma", 0)
        total += takes
        if takes > mcu.pin_ma:
            yield Finding("pin-current", ERROR,
                          f"{use.part} takes {takes:g} mA from {use.pin.name}, which gives"
                          f" {mcu.pin_ma:g} mA", pin_key(wiring, use.part),
                          'switch it: through = "lowside_switch"', (use.part,))
    if total > mcu.pins_total_ma:
        yield Finding("pins-current", ERROR,
                      f"all pins together give {total:g} mA and {mcu.title} stands"
                      f" {mcu.pins_total_ma:g} mA", f"{wiring.recipe.name}/recipe.toml: parts",
                      "switch the larger loads through a circuit")


def rail_feed(wiring: Wiring) -> Iterator[Finding]:
    """One source per rail, and no two rails joined."""
    for net in wiring.nets:
        if "+" in net.rail:
            parts = tuple(sorted({end.owner.partition(".")[0] for end in net.ends} - {BOARD}))
            yield Finding("rails-joined", ERROR, f"{net.rail.replace('+', ' and ')} are joined",
                          f"{wiring.recipe.name}/recipe.toml: parts", "check the circuits used",
                          parts)
        sources = [end.owner for end in net.ends if net.rail not in ("", "GND")
                   and end.owner in wiring.recipe.parts and wiring.recipe.parts[end.owner].part
                   .terminals[end.terminal].type == "power_out"]
        for extra in sources[1:]:
            yield Finding("two-supplies", ERROR, f"{sources[0]} and {extra} both feed {net.rail}",
                          part_key(wiring, extra), "keep one of them", (sources[0], extra))
        own = [place.label for end in net.ends if end.owner == BOARD for place in wiring.board.header
               if place.number == end.terminal and place.kind == "rail"]
        if sources and own:
            yield Finding("supply-meets-usb", WARNING,
                          f"{sources[0]} is joined to the board's {own[0]}, which the USB socket feeds too",
                          recipe_key(wiring, "wires"), "leave the two apart, or never plug both in", (sources[0],))


def rail_budget(wiring: Wiring) -> Iterator[Finding]:
    """What parts draw from a rail, all at once, against what feeds it."""
    for rail, feeder in wiring.feeds.items():
        weak = OWN_SUPPLY if feeder == BOARD else "let the parts take less, one after another or with their options"
        if rail == "GND" or (feeder == BOARD and rail not in wiring.board.rails):
            continue
        taken, worst, motors = 0.0, 0.0, []
        for name, held in wiring.recipe.parts.items():
            for terminal in held.part.terminals.values():
                if terminal.to == rail:
                    ma, peak_ma = held.draws(terminal)
                    taken, worst = taken + ma, worst + peak_ma
                    if held.part.electrical.get("inductive"):
                        motors.append(name)
        gives = _gives(wiring, rail, feeder)
        source = wiring.board.title if feeder == BOARD else feeder
        key = f"{wiring.recipe.name}/recipe.toml: parts"
        if taken > gives:
            yield Finding("rail-budget", ERROR,
                          f"parts draw {taken:g} mA from {rail} and {source} gives {gives:g} mA",
                          key, weak, tuple(motors))
        elif worst > gives or (motors and feeder == BOARD):
            yield Finding("rail-peak", WARNING,
                          f"parts draw up to {worst:g} mA from {rail} when a motor starts and"
                          f" {source} gives {gives:g} mA: the board may reset", key, weak,
                          tuple(motors))


def _gives(wiring: Wiring, rail: str, feeder: str) -> float:
    if feeder == BOARD:
        return wiring.board.rails[rail].ma
    return sum(terminal.provides_ma for terminal
               in wiring.recipe.parts[feeder].part.terminals.values() if terminal.to == rail)


RULES = (inductive_load, switch_rating, needs_resistor, pin_current, rail_feed, rail_budget)
