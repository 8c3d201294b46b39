# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Rules about resistors, diodes, capacitors and switches, wherever they stand: what each of them bears."""

from __future__ import annotations

from collections.abc import Iterator

from potluck.checks.finding import ERROR, Finding
from potluck.checks.keys import part_key, pin_key
from potluck.checks.metal import Metal
from potluck.model import Wiring


def capacitor_way(wiring: Wiring) -> Iterator[Finding]:
    """An electrolytic stands with its plus at the higher voltage, and any capacitor bears what it gets."""
    metal = Metal(wiring)
    volts = metal.volts(metal.driven())
    for owner, held in metal.components.items():
        facts = held.part.electrical
        if held.part.ref != "C":
            continue
        first, second = (volts.get(metal.at(owner, name)) for name in list(held.part.terminals)[:2])
        if first is None or second is None:
            continue
        if facts.get("polarised") and first < second:
            yield Finding("capacitor-reversed", ERROR,
                          f"{held.ref} ({held.value}) has its plus at {first:.3g} V and its minus at {second:.3g} V: it may burst",
                          part_key(wiring, held.of), "turn it: stripe to the lower voltage", (held.of,))
        elif abs(first - second) > facts.get("max_v", float("inf")):
            yield Finding("capacitor-voltage", ERROR,
                          f"{held.ref} ({held.value}) gets {abs(first - second):.3g} V and bears {facts['max_v']:g} V",
                          part_key(wiring, held.of), "take one for more volts", (held.of,))


def diode_across_rails(wiring: Wiring) -> Iterator[Finding]:
    """A diode that leads from one rail to a lower one joins them."""
    metal = Metal(wiring)
    rails = metal.rails()
    for owner, held in metal.components.items():
        if not held.part.electrical.get("is_diode"):
            continue
        anode, cathode = metal.at(owner, "anode"), metal.at(owner, "cathode")
        if anode in rails and cathode in rails and rails[anode] - rails[cathode] > held.part.electrical["forward_v"]:
            high, low = metal.nets[anode].rail, metal.nets[cathode].rail
            yield Finding("diode-joins-rails", ERROR, f"{held.ref} ({held.value}) leads from {high} to {low}: a short circuit",
                          part_key(wiring, held.of), "turn it, or take it out", (held.of,))


def switch_way(wiring: Wiring) -> Iterator[Finding]:
    """A low-side switch has its source on GND and a load at its drain."""
    metal = Metal(wiring)
    for owner, held in metal.components.items():
        source, drain = metal.at(owner, "source"), metal.at(owner, "drain")
        if not held.part.electrical.get("is_switch") or source is None or drain is None:
            continue
        pin = metal.uses[drain][0].pin.name if metal.drives(drain) else ""
        source, drain = metal.nets[source], metal.nets[drain]
        if source.rail != "GND":
            why = "its body diode conducts, whatever the gate says" if drain.rail == "GND" else \
                "what a pin gives its gate does not open it there"
            yield Finding("switch-reversed", ERROR, f"the source of {held.ref} ({held.value}) is not on GND: {why}",
                          part_key(wiring, held.of), "source to GND, drain to the load", (held.of,))
        elif drain.rail not in ("", "GND") or pin:
            yield Finding("switch-shorts", ERROR, f"{held.ref} ({held.value}) joins {pin or drain.rail} and GND when it closes",
                          part_key(wiring, held.of), "put the load between its drain and the supply", (held.of,))


def resistor_current(wiring: Wiring) -> Iterator[Finding]:
    """What flows through resistors: no more heat than they bear, no more current than a pin gives or takes."""
    metal, mcu = Metal(wiring), wiring.board.mcu
    driven = [number for number in metal.uses if metal.drives(number) and not metal.nets[number].rail]
    rails = metal.rails()
    high = {**dict.fromkeys(driven, mcu.logic_v), **metal.outputs(), **rails}
    low = {**dict.fromkeys(driven, 0.0), **metal.outputs(), **rails}
    hot, strained = {}, {}
    for held in (high, low):
        volts = metal.volts(held)
        drawn: dict[int, float] = {}
        for one, other, ohms, owner in metal.resistors():
            if one not in volts or other not in volts:
                continue
            across = volts[one] - volts[other]
            hot[owner] = max(hot.get(owner, 0.0), across * across / ohms * 1000)
            for number, sign in ((one, 1), (other, -1)):
                drawn[number] = drawn.get(number, 0.0) + sign * across / ohms * 1000
        for number in driven:
            strained[number] = max(strained.get(number, 0.0), abs(drawn.get(number, 0.0)))
    for owner, mw in hot.items():
        part = metal.components[owner]
        bears = part.part.electrical.get("max_mw")
        if bears and mw > bears:
            yield Finding("resistor-heat", ERROR, f"{part.ref} ({part.value}) turns {mw:.0f} mW into heat and bears {bears:g} mW",
                          part_key(wiring, part.of), "take a larger resistance", (part.of,))
    for number, ma in strained.items():
        if ma > mcu.pin_ma:
            use = metal.uses[number][0]
            yield Finding("pin-current", ERROR,
                          f"{ma:.0f} mA flow between {use.pin.name} and the resistors at it, and it bears {mcu.pin_ma:g} mA",
                          pin_key(wiring, use.part), "take larger resistances", (use.part,))


RULES = (capacitor_way, diode_across_rails, switch_way, resistor_current)
