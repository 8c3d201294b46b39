# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Parts and circuits: whole, honest, and refused when they are not."""

from __future__ import annotations

import pytest
from potluck import errors
from potluck.model import circuit_kinds, load_circuit, load_part, part_kinds

from tests.host.recipe_kit import own_hardware

SOIL = "parts/capacitive_soil_sensor/part.toml"
SWITCH = "circuits/lowside_switch/circuit.toml"


@pytest.mark.parametrize("kind", part_kinds())
def test_every_part_is_whole(kind):
    part = load_part(kind)
    assert part.kind == kind and part.summary.endswith(".")
    assert (part.folder / "README.md").read_text(encoding="utf-8").startswith("<!--")
    if part.group in ("sensor", "actuator", "display"):
        assert part.driver, "a part that senses or acts has a driver"
        assert {arg.terminal for arg in part.driver.args} - {""} == {one.name for one in part.signals}
        assert {arg.how for arg in part.driver.args if not arg.terminal} == {part.bus} - {""}
    if part.through:
        assert load_circuit(part.through).bus == part.bus
    for terminal in part.signals:
        if terminal.through:
            assert load_circuit(terminal.through).port("pin")
    if part.group == "actuator":
        assert all(terminal.safe is not None for terminal in part.signals)


@pytest.mark.parametrize("kind", circuit_kinds())
def test_every_circuit_is_whole(kind):
    circuit = load_circuit(kind)
    ends = [*circuit.open, *(end for net in circuit.nets.values() for end in net)]
    assert len(ends) == len(set(ends))
    assert len(ends) == len(circuit.ports) + sum(len(held.part.terminals)
                                                 for held in circuit.parts.values())


def test_the_switch_holds_the_gate_low_and_its_diode_points_to_plus():
    nets = {end: name for name, ends in load_circuit("lowside_switch").nets.items() for end in ends}
    assert nets["pull_down.1"] == nets["switch.gate"]
    assert nets["pull_down.2"] == nets["switch.source"] == nets["ground"]
    assert nets["flyback.cathode"] == nets["supply"]
    assert nets["flyback.anode"] == nets["switch.drain"] == nets["load"]


def test_a_led_gets_a_safe_current():
    resistor = load_circuit("led_resistor").parts["series"].options["ohms"]
    led = load_part("led").electrical
    ma = (3.3 - led["forward_v"]) / resistor * 1000
    assert 2 < ma <= load_circuit("led_resistor").port("pin").ma < led["max_ma"]


@pytest.mark.parametrize("file, old, new, said", [
    (SOIL, '"adc:aout"', '"adc:nowhere"', "how:terminal"),
    (SOIL, '"adc:aout"', '"magic:aout"', "how is one of adc"),
    (SOIL, '"adc:aout"', '"adc:vcc"', "goes to no pin"),
    (SOIL, '"adc:aout"', '"out:aout"', "needs safe"),
    (SOIL, 'class = "CapacitiveSoilSensor"', 'class = "os; import sys"', "class's name"),
    (SOIL, 'above = "wet_v"', 'above = "wett_v"', 'did you mean "wet_v"'),
    (SOIL, 'unit = "V", above', 'unit = "volt", above', "UCUM"),
    (SOIL, "default = 2.6", "default = 26", "outside"),
    (SOIL, 'to = "3V3"', 'to = "3v3"', 'did you mean "3V3"'),
    (SOIL, 'type = "output", to = "pin"', 'type = "output", to = "circuit"', "goes to a circuit"),
    (SOIL, "sen0193 =", "other =", "not possible here"),
])
def test_a_broken_part_is_one_clear_error(file, old, new, said, tmp_path, monkeypatch):
    own_hardware(tmp_path, monkeypatch, (file, old, new))
    with pytest.raises(errors.HardwareInvalid, match=said) as caught:
        load_part("capacitive_soil_sensor")
    assert file in caught.value.where


@pytest.mark.parametrize("old, new, said", [
    ('"switch.gate"', '"switch.gat"', "no port or terminal; did you mean"),
    ('"switch.gate"', '"switch.drain"', "on two nets|is on no net"),
    (', "switch.gate"', "", '"switch.gate"|switch.gate: is on no net'),
    ('joins = "pin"', 'joins = "3V3"', 'one port must have joins = "pin"'),
    ("ohms = 220", "ohms = 0", "outside 1 to"),
    ("ohms = 220", "ohm = 220", "is not a key here"),
])
def test_a_broken_circuit_is_one_clear_error(old, new, said, tmp_path, monkeypatch):
    own_hardware(tmp_path, monkeypatch, (SWITCH, old, new))
    with pytest.raises(errors.HardwareInvalid, match=said) as caught:
        load_circuit("lowside_switch")
    assert SWITCH in caught.value.where


@pytest.mark.parametrize("name", ["led ", "LED", "../parts/led", "", "a/b", "led\x00", "x" * 300])
def test_a_kind_never_leads_out_of_its_folder(name):
    with pytest.raises(errors.UnknownPart):
        load_part(name)
    with pytest.raises(errors.UnknownCircuit):
        load_circuit(name)
