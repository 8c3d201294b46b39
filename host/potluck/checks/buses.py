# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Rules about buses: the pins they may be on, addresses, and the resistors that lift their lines."""

from __future__ import annotations

from collections.abc import Iterator

from potluck.checks.finding import ERROR, WARNING, Finding
from potluck.checks.keys import part_key, pin_key
from potluck.checks.metal import Metal
from potluck.checks.pins import routed, try_pins
from potluck.model import Wiring
from potluck.model.wiring import BOARD

# What the weakest part on the bus can pull down: 3 mA on I2C (UM10204, 3.1.1 and table 10), 4 mA on
# 1-Wire (DS18B20 data sheet), to 0.4 V.
_SINK_MA = {"i2c": 3.0, "onewire": 4.0}
_LOW_V = 0.4
_REST = 0.7                # of the supply: a high begins there (UM10204, table 10)
# Above it the line rises too slowly for 100 pF of wires: UM10204, 7.1 (300 ns at 400 kHz gives 3.5 kohm,
# 1,000 ns at 100 kHz 11.8 kohm); 1-Wire wants 4.7 kohm.
_WEAK_OHMS = {"i2c": 12_000.0, "onewire": 6_000.0}


def bus_pin(wiring: Wiring) -> Iterator[Finding]:
    """A bus's line needs a pin that its chip can bring it to; UART0 may be the line to the computer."""
    for use in wiring.uses:
        if not routed(wiring, use.pin, use):
            kind = use.function.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").rstrip("_0123456789")
            has = next((name for name in use.pin.can.functions if name.startswith(kind)), "")
            yield Finding("bus-pin", ERROR,
                          f"{use.pin.name} cannot be {use.function}" + (f": it is {has}" if has else ""),
                          pin_key(wiring, use.part), try_pins(wiring, use), (use.part,))
    for bus in wiring.buses.values():
        if bus.name == "uart0" and wiring.board.port.kind == "uart_bridge":
            yield Finding("pin-console", ERROR,
                          "UART0 is the line to the computer, which potluck needs for itself",
                          pin_key(wiring, bus.name), "use another UART", bus.parts)


def i2c_address(wiring: Wiring) -> Iterator[Finding]:
    """Two parts on one I2C bus with one address would answer together."""
    for bus in wiring.buses.values():
        first: dict[object, str] = {}
        for name in bus.parts:
            address = wiring.recipe.parts[name].options.get("address")
            other = first.setdefault(address, name)
            if address is not None and other != name:
                options = wiring.recipe.parts[name].part.options["address"]
                free = [one for one in map(int, options.range) if one not in first]
                yield Finding("i2c-address", ERROR, f"{other} and {name} both answer to 0x{address:02x}"
                              f" on {bus.name}", part_key(wiring, name),
                              f"set address = 0x{free[0]:02x} on one of them" if free
                              else "put one of them on another bus", (other, name))


def address_wire(wiring: Wiring) -> Iterator[Finding]:
    """A terminal that chooses an address stands as the address in the recipe says."""
    for name, held in wiring.recipe.parts.items():
        for terminal in held.part.terminals.values():
            if not terminal.joins:
                continue
            option, value = terminal.when
            net, said = wiring.net_of(name, terminal.name), held.options[option]
            on = bool(net) and terminal.joins in net.rail.split("+")
            if on != (said == value):
                yield Finding("address-wire", ERROR,
                              f"{name} has {option} = 0x{int(said):02x}, and its {terminal.label} is {'' if on else 'not '}on"
                              f" {terminal.joins}, which is for {option} = 0x{int(value):02x}", part_key(wiring, name),
                              f"write {option} = 0x{int(value):02x}, or take it off" if on else f"join it to {terminal.joins}",
                              (name,))


def onewire_index(wiring: Wiring) -> Iterator[Finding]:
    """Two parts on one 1-Wire line are told apart by their place among its addresses."""
    for bus in wiring.buses.values():
        first: dict[object, str] = {}
        for name in bus.parts if bus.kind == "onewire" else ():
            index = wiring.recipe.parts[name].options.get("index")
            other = first.setdefault(index, name)
            if index is not None and other != name:
                free = next(one for one in range(len(bus.parts)) if one not in first)
                yield Finding("onewire-index", WARNING,
                              f"{other} and {name} are both sensor {index} on {bus.name}: they read the same",
                              part_key(wiring, name), f"set index = {free} on one of them", (other, name))


def pull_ups(wiring: Wiring) -> Iterator[Finding]:
    """Lines that parts only pull down need a resistor that lifts them, neither too weak nor too strong."""
    metal = Metal(wiring)
    rails = metal.rails()
    for bus in wiring.buses.values():
        for line, pin in bus.pins.items() if bus.kind in _SINK_MA else ():
            number = next((metal.at(BOARD, place.number) for place in wiring.board.header_pins(pin.name)), None)
            if number is None or number in rails:
                continue
            lifts = [(ohms, rails[far]) for one, other, ohms, _ in metal.resistors()
                     for near, far in ((one, other), (other, one)) if near == number and rails.get(far)]
            where, label = pin_key(wiring, bus.name), f"{line.upper()} of {bus.name}"
            circuit = "i2c_pull_ups" if bus.kind == "i2c" else "onewire_pull_up"
            if not lifts:
                yield Finding("pull-up-missing", ERROR, f"nothing lifts {label}", where,
                              f'add through = "{circuit}" to one of its parts', bus.parts)
                continue
            rests, logic_v = metal.volts(rails)[number], wiring.board.mcu.logic_v
            if rests < _REST * logic_v:
                yield Finding("bus-low", ERROR, f"{label} rests at {rests:.2g} V, and a high begins at {_REST * logic_v:.2g} V",
                              where, "take off what draws it down", bus.parts)
            ohms = 1 / sum(1 / one for one, _ in lifts)
            least = (max(volts for _, volts in lifts) - _LOW_V) / _SINK_MA[bus.kind] * 1000
            if ohms < least:
                yield Finding("pull-up-strong", ERROR,
                              f"the resistors at {label} come to {ohms:.0f} ohm, and its parts can pull down"
                              f" {least:.0f} ohm", where, "take some of them off", bus.parts)
            elif ohms > _WEAK_OHMS[bus.kind]:
                yield Finding("pull-up-weak", WARNING,
                              f"the resistors at {label} come to {ohms / 1000:.3g} kohm: it rises slowly", where,
                              f"{_WEAK_OHMS[bus.kind] / 1000:g} kohm at most; 4.7 kohm is usual", bus.parts)


RULES = (bus_pin, i2c_address, address_wire, onewire_index, pull_ups)
