# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Rules about levels: what arrives at a pin, an input or a gate, dividers and pull-ups reckoned in."""

from __future__ import annotations

from collections.abc import Iterator

from potluck.checks.finding import ERROR, WARNING, Finding
from potluck.checks.keys import part_key, pin_key, recipe_key
from potluck.checks.metal import Metal
from potluck.checks.pins import try_pins
from potluck.model import Wiring

# A MOSFET's threshold is where it begins to conduct (a fraction of a mA); a load wants about so much
# more. Horowitz and Hill, The Art of Electronics, 3rd ed., 3.5.2.
_OVERDRIVE_V = 1.0
_HIGH = 0.75  # of the supply: from it on an ESP32 reads a high at reset (its data sheets, V_IH and V_IL)
_LOW = 0.3  # of the supply: below it a CMOS input sees a low (RP2040 and ESP32 data sheets, V_IL)


def pin_voltage(wiring: Wiring) -> Iterator[Finding]:
    """No pin of the board gets more than it stands, through whatever resistors."""
    metal, most = Metal(wiring), wiring.board.mcu.pin_max_v
    volts = metal.volts({**metal.rails(), **metal.outputs()})
    bare = {number for ends in metal.loads() for number in ends[:2]
            if not any(held.part.electrical.get("is_switch") for held, _ in metal.terminals(metal.nets[number]))}
    for number, net in enumerate(metal.nets):
        for label in metal.labels(net):
            if label in wiring.board.pins and number not in metal.uses and volts.get(number, 0.0) > most:
                yield Finding("pin-voltage", ERROR,
                              f"{label}, which stands {most:g} V, gets {volts[number]:.3g} V"
                              + (f" from {net.rail}" if net.rail else ""), recipe_key(wiring, "wires"), "take it off")
    for number, uses in metal.uses.items():
        reached = volts.get(number, 0.0)
        if reached > most and not metal.nets[number].rail:
            use = uses[0]
            if number in bare:
                continue                                    # load-without-switch says it
            by = dict.fromkeys(held.of for held, one in metal.terminals(metal.nets[number])
                               if one.type == "output") or {use.part: None}
            yield Finding("pin-voltage", ERROR,
                          f"{' and '.join(by)} can bring {reached:.3g} V to {use.pin.name}, which stands"
                          f" {most:g} V", pin_key(wiring, use.part),
                          'put a divider between: through = "voltage_divider", or feed the part from 3V3',
                          (use.part,))


def data_level(wiring: Wiring) -> Iterator[Finding]:
    """An input that wants more than 3.3 V for a high is given it, and a board's pin enough of a part's output."""
    metal = Metal(wiring)
    volts = metal.volts(metal.driven())
    spoken, enough = metal.volts({**metal.rails(), **metal.outputs()}), _HIGH * wiring.board.mcu.logic_v
    for use in wiring.uses:
        number = next((at for at, uses in metal.uses.items() if use in uses), None)
        gives = metal.at(use.part, use.terminal.name)
        if use.terminal.type == "output" and "adc" not in use.hows and number in spoken and gives in metal.outputs() \
                and spoken[number] < enough:
            yield Finding("data-level", ERROR,
                          f"{use.part} brings {spoken[number]:.3g} V to {use.pin.name}, where a high begins at {enough:.3g} V",
                          pin_key(wiring, use.part), "divide it less", (use.part,))
    for number, net in enumerate(metal.nets):
        for held, terminal in metal.terminals(net) if not net.rail else ():
            if terminal.high_v and volts.get(number, terminal.high_v) < terminal.high_v:
                yield Finding("data-level", ERROR,
                              f"{held.owner} takes {terminal.high_v:g} V or more at {terminal.label} for a"
                              f" high, and gets {volts[number]:.3g} V", part_key(wiring, held.of),
                              'lift it: through = "strip_drive"', (held.of,))


def gate_drive(wiring: Wiring) -> Iterator[Finding]:
    """A MOSFET's gate gets enough to open it, and is held low while the board starts."""
    metal = Metal(wiring)
    driven = metal.volts(metal.driven())
    asleep = metal.volts({**metal.rails(), **metal.outputs()})
    for owner, held in metal.components.items():
        threshold_v = held.part.electrical.get("gate_threshold_v")
        gate = metal.at(owner, "gate") if held.part.electrical.get("is_switch") else None
        if gate is None or threshold_v is None:
            continue
        gets = driven.get(gate, 0.0)
        if gets < threshold_v + _OVERDRIVE_V:
            yield Finding("gate-drive", ERROR,
                          f"{held.ref} ({held.value}) wants {threshold_v + _OVERDRIVE_V:g} V at its gate to"
                          f" carry a load, and gets {gets:.3g} V", part_key(wiring, held.of),
                          "take a logic-level MOSFET, such as the IRLZ44N", (held.of,))
        if gate not in asleep:
            yield Finding("gate-floats", ERROR,
                          f"nothing holds the gate of {held.ref} ({held.value}) while the board starts:"
                          f" {held.of} may run", part_key(wiring, held.of),
                          "add a resistor of 10 kohm from the gate to GND", (held.of,))
        elif asleep[gate] > threshold_v / 2:
            yield Finding("gate-held-open", ERROR,
                          f"{held.ref} ({held.value}) has {asleep[gate]:.2g} V at its gate while the board starts: {held.of} runs",
                          part_key(wiring, held.of), "hold the gate low: 10 kohm to GND", (held.of,))


def at_boot(wiring: Wiring) -> Iterator[Finding]:
    """An actuator rests while the board starts: its pin's own pull must not start it."""
    metal, mcu = Metal(wiring), wiring.board.mcu
    rails = metal.rails()
    for number, uses in metal.uses.items():
        for use in uses:
            safe = use.terminal.safe
            if safe is None or not use.pin.can.boot or (use.pin.can.boot == "up") == bool(safe):
                continue
            up_v = mcu.logic_v if use.pin.can.boot == "up" else 0.0
            found = metal.volts(rails, {number: (min(mcu.pull_ohms), up_v)})[number]
            wrong = found > _LOW * mcu.logic_v if not safe else found < (1 - _LOW) * mcu.logic_v
            if wrong:
                yield Finding("boot-level", WARNING,
                              f"{use.pin.name} stands at {found:.2g} V while the board starts, and"
                              f" {use.part} rests at {'high' if safe else 'low'}",
                              pin_key(wiring, use.part), try_pins(wiring, use), (use.part,))


def strapping_level(wiring: Wiring) -> Iterator[Finding]:
    """A pin that decides how the chip boots is not held the wrong way by what is wired to it."""
    metal, mcu = Metal(wiring), wiring.board.mcu
    rails = metal.rails()
    lit = {anode: held.part.electrical["forward_v"] for name, held in wiring.recipe.parts.items()
           if held.part.electrical.get("needs_resistor")
           and (anode := metal.at(name, held.part.signals[0].name)) is not None}
    for number, uses in metal.uses.items():
        can = uses[0].pin.can
        spoken = any(terminal.type == "output" for _, terminal in metal.terminals(metal.nets[number]))
        if not can.strap or spoken:
            continue                                        # what an output says then is its own affair
        pull = {number: (min(mcu.pull_ohms), mcu.logic_v if can.boot == "up" else 0.0)} if can.boot else {}
        # An LED lets no more than its own voltage stand, and gives none.
        found = metal.volts({**lit, **rails} if can.strap == "up" else rails, pull).get(number)
        if found is None or (found >= _HIGH * mcu.logic_v if can.strap == "up" else found <= (1 - _HIGH) * mcu.logic_v):
            continue
        yield Finding("strapping-level", ERROR,
                      f"{uses[0].part} holds {uses[0].pin.name} at {found:.2g} V when the board starts, and {mcu.title}"
                      f" wants it {'high' if can.strap == 'up' else 'low'} then: it may not run",
                      pin_key(wiring, uses[0].part), try_pins(wiring, uses[0]), (uses[0].part,))


def led_current(wiring: Wiring) -> Iterator[Finding]:
    """What a pin gives into an LED through its resistor."""
    metal, mcu = Metal(wiring), wiring.board.mcu
    for name, held in wiring.recipe.parts.items():
        if not held.part.electrical.get("needs_resistor"):
            continue
        led = metal.at(name, held.part.signals[0].name)
        forward_v = held.part.electrical["forward_v"]
        beside: dict[int, float] = {}
        for one, other, ohms, _ in metal.resistors():
            if led in (one, other):
                far = other if one == led else one
                beside[far] = beside.get(far, 0.0) + 1 / ohms
        for far, siemens in beside.items():
            if not metal.uses.get(far):
                continue
            ohms = 1 / siemens
            ma = (mcu.logic_v - forward_v) / ohms * 1000
            limit = min(mcu.pin_ma, held.part.electrical["max_ma"])
            if ma > limit:
                least = (mcu.logic_v - forward_v) / limit * 1000
                yield Finding("led-current", ERROR,
                              f"{name} would take {ma:.0f} mA through {ohms:g} ohm, and"
                              f" {metal.uses[far][0].pin.name} gives {limit:g} mA",
                              part_key(wiring, name), f"use {least:.0f} ohm or more", (name,))


def supply_voltage(wiring: Wiring) -> Iterator[Finding]:
    """A part's supply terminal must stand the rail it is on, and have enough of it."""
    for held in wiring.components:
        for terminal in held.part.terminals.values():
            if terminal.type not in ("power_in", "passive") or not terminal.volts:
                continue
            net = wiring.net_of(held.owner, terminal.name)
            rail = wiring.board.rails.get(terminal.to if terminal.to != "circuit" else net.rail if net else "")
            low, high = terminal.volts
            if rail and rail.name != "GND" and not low <= rail.volts <= high:
                yield Finding("supply-voltage", ERROR,
                              f"{held.owner} wants {low:g} to {high:g} V at {terminal.label} and {rail.name} is {rail.volts:g} V",
                              part_key(wiring, held.of), "use a part for that voltage", (held.of,))


RULES = (pin_voltage, data_level, gate_drive, at_boot, strapping_level, led_current, supply_voltage)
