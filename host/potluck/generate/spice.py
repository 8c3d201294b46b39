# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A deck for ngspice per switching circuit: what happens at the switch when its load goes off.

The load is what its part draws at worst, as a resistance in series with its coil; MOSFET and diode
are the [spice] numbers of their parts. Worst case where there is a choice: the rail at its highest,
the motor blocked.
"""

from __future__ import annotations

from potluck import checks
from potluck.model import Component, Wiring
from potluck.model.part import Part
from potluck.model.declared import RecipePart, supply_terminal

_START_MS = 1.0
# A MOSFET breaks through somewhat above what its maker promises; how much is nobody's promise.
_BREAKS_AT = 1.1


def decks(wiring: Wiring) -> dict[str, bytes]:
    """``spice/PART.cir`` for every part whose circuit has a MOSFET in it.

    A deck measures drain_peak (V), drain_on (V), gate_on (V) and load_a (A); run it with
    ``ngspice -b``.
    """
    checks.require(wiring)
    return {f"spice/{name}.cir": _deck(wiring, held).encode("ascii")
            for name, held in wiring.recipe.parts.items() if _switch(wiring, held)}


def _switch(wiring: Wiring, held: RecipePart) -> Component | None:
    if not held.through or supply_terminal(held.part) is None:
        return None
    return next((part for part in wiring.components
                 if part.of == held.name and part.part.spice and part.part.spice.element == "nmos"
                 and "max_v" in part.part.electrical), None)


def _deck(wiring: Wiring, held: RecipePart) -> str:
    switch, name = _switch(wiring, held), held.name
    supply = supply_terminal(held.part)
    rail = wiring.net_of(name, supply).rail
    volts = _highest_volts(wiring, rail)
    ohms, millihenry = _load(held.part, volts)
    tau_ms = millihenry / ohms
    on_ms = max(2.0, 10 * tau_ms)
    end_ms = _START_MS + on_ms + max(2.0, 20 * tau_ms)
    inner = [part for part in wiring.components if part.of == name and part.owner != name]
    pin = _node(wiring, *_pin_end(wiring, name))
    drain, gate = (_node(wiring, switch.owner, terminal) for terminal in ("drain", "gate"))
    limit = switch.part.electrical["max_v"]
    before_off = f"{_START_MS + on_ms - 0.01:g}m"
    lines = [
        f"* {wiring.recipe.name} on {wiring.board.name}: {name} is switched on and off",
        "* SPDX-FileCopyrightText: 2026 the potluck authors",
        "* SPDX-License-Identifier: CERN-OHL-P-2.0",
        "* Made from recipe.toml; change that, not this. Run it with: ngspice -b",
        f"* {switch.ref} stands {limit:g} V at its drain. What a diode is for: put * before its line.",
        "",
        f"V_{rail} rail_{rail} 0 {volts:g}",
        f"V_pin {pin} 0 PULSE(0 {wiring.board.mcu.logic_v:g} {_START_MS:g}m 100n 100n {on_ms:g}m {end_ms:g}m)",
        "",
        f"* the load at its worst: {volts:g} V, {1000 * volts / ohms:.0f} mA",
        *_load_lines(wiring, held, supply, ohms, millihenry),
        "",
    ]
    models: dict[str, str] = {}
    for part in inner:
        lines += _ELEMENTS[part.part.spice.element](wiring, part, models) if part.part.spice else ()
    lines += [
        "", *models.values(), "",
        f".tran 1u {end_ms:g}m 0 {max(1.0, end_ms / 10):g}u",
        f".meas tran drain_peak MAX v({drain})",
        f".meas tran drain_on FIND v({drain}) AT={before_off}",
        f".meas tran gate_on FIND v({gate}) AT={before_off}",
        f".meas tran load_a FIND i(L_{name}) AT={before_off}" if millihenry else "",
        ".end",
    ]
    return "\n".join(lines) + "\n"


def _highest_volts(wiring: Wiring, rail: str) -> float:
    feeder = wiring.feeds.get(rail)
    part = wiring.recipe.parts[feeder].part if feeder in wiring.recipe.parts else None
    given = [terminal.volts[1] for terminal in part.terminals.values()
             if terminal.to == rail and terminal.volts] if part else []
    return max(given, default=wiring.board.rails[rail].volts if rail in wiring.board.rails else 0.0)


def _load(part: Part, volts: float) -> tuple[float, float]:
    """Ohms (what it draws at worst, at the middle of the volts it is made for) and millihenry."""
    facts = part.electrical
    milliamps = facts.get("peak_ma") or facts["draws_ma"]
    stands = part.terminals[supply_terminal(part)].volts
    middle = sum(stands) / 2 if stands else volts
    return 1000 * middle / milliamps, facts.get("inductance_mh", 0.0)


def _load_lines(wiring: Wiring, held: RecipePart, supply: str, ohms: float, millihenry: float) -> list[str]:
    high = _node(wiring, held.name, supply)
    low = _node(wiring, held.name, held.part.signals[0].name)
    if not millihenry:
        return [f"R_{held.name} {high} {low} {ohms:.4g}"]
    inner = f"{held.name}_coil"
    return [f"R_{held.name} {high} {inner} {ohms:.4g}", f"L_{held.name} {inner} {low} {millihenry:g}m"]


def _pin_end(wiring: Wiring, name: str) -> tuple[str, str]:
    use = next(use for use in wiring.uses if use.part == name)
    return "board", wiring.board.header_pins(use.pin.name)[0].number


def _node(wiring: Wiring, owner: str, terminal: str) -> str:
    """A net's name in the deck: 0 is GND, and a rail's begins with a letter."""
    net = wiring.net_of(owner, terminal)
    if net.rail:
        return "0" if net.rail == "GND" else f"rail_{net.rail}"
    return net.name


def _resistor(wiring: Wiring, part: Component, models: dict[str, str]) -> list[str]:
    first, second = (_node(wiring, part.owner, terminal) for terminal in part.part.terminals)
    return [f"{_name('R', part.ref)} {first} {second} {part.options['ohms']:g}"]


def _diode(wiring: Wiring, part: Component, models: dict[str, str]) -> list[str]:
    anode, cathode = (_node(wiring, part.owner, terminal) for terminal in ("anode", "cathode"))
    numbers, model = part.part.spice.numbers, f"D_{part.part.kind}"
    models[model] = (f".model {model} D(IS={numbers['is_a']:g} N={numbers['n']:g} RS={numbers['rs_ohm']:g}"
                     f" CJO={numbers['cjo_pf']:g}p BV={part.part.electrical.get('max_v', 1000):g})")
    return [f"{_name('D', part.ref)} {anode} {cathode} {model}"]


def _nmos(wiring: Wiring, part: Component, models: dict[str, str]) -> list[str]:
    """The switch, its capacitances, and its body diode, which breaks through above what it stands."""
    drain, gate, source = (_node(wiring, part.owner, name) for name in ("drain", "gate", "source"))
    numbers, model = part.part.spice.numbers, f"M_{part.part.kind}"
    models[model] = f".model {model} NMOS(LEVEL=1 VTO={numbers['vto_v']:g} KP={numbers['kp_a_per_v2']:g})"
    models[model + "_body"] = f".model {model}_body D(IS=1e-12 RS=0.01 BV={_BREAKS_AT * part.part.electrical['max_v']:g})"
    ref = part.ref
    return [
        f"{_name('M', ref)} {drain} {gate} {source} {source} {model}",
        f"D_{ref}_body {source} {drain} {model}_body",
        f"C_{ref}_gs {gate} {source} {numbers['cgs_pf']:g}p",
        f"C_{ref}_gd {gate} {drain} {numbers['cgd_pf']:g}p",
        f"C_{ref}_ds {drain} {source} {numbers['cds_pf']:g}p",
    ]


_ELEMENTS = {"resistor": _resistor, "diode": _diode, "nmos": _nmos}


def _name(letter: str, ref: str) -> str:
    """SPICE tells elements by their first letter: R1 stays R1, Q1 becomes M_Q1."""
    return ref if ref.startswith(letter) else f"{letter}_{ref}"
