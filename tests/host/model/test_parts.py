# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Parts and circuits: whole, honest, and refused when they are not."""

from __future__ import annotations

import pytest
from potluck import errors
from potluck.model import End, RecipePart, circuit_kinds, load_circuit, load_part, load_recipe, part_kinds

from tests.host.recipe_kit import own_hardware, wired, with_parts, write_recipe

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


def test_a_strip_draws_what_its_recipe_lets_it(tmp_path):
    recipe = load_recipe(write_recipe(tmp_path, ('status = { is = "led", colour = "green" }',
                                                 'status = { is = "neopixel_strip", most_ma = 500 }')))
    held = recipe.parts["status"]
    assert held.draws(held.part.terminals["vcc"]) == (500, 500)
    servo = load_part("servo").terminals["vcc"]
    assert RecipePart("arm", load_part("servo"), {}, (), "", {}).draws(servo) == (150, 650)


def test_a_5_volt_echo_reaches_the_pin_divided(tmp_path):
    """5.25 V, the most that USB gives, through the divider of the distance sensor."""
    wiring = wired(tmp_path, "pico", *with_parts('eye = { is = "hc_sr04" }', 'eye = { trigger = "GP20", echo = "GP21" }',
                                                 'eye = { trigger = "GPIO18", echo = "GPIO19" }'))
    upper, lower = (wiring.component(f"eye.echo.{name}") for name in ("upper", "lower"))
    at_pin = wiring.net_of("board", wiring.board.header_pins("GP21")[0].number)
    assert {str(end) for end in at_pin.ends} == {"board.27", "eye.echo.upper.2", "eye.echo.lower.1"}
    assert wiring.net_of("eye", "echo") == wiring.net_of(upper.owner, "1")
    assert wiring.net_of(lower.owner, "2").rail == "GND"
    volts = 5.25 * lower.options["ohms"] / (upper.options["ohms"] + lower.options["ohms"])
    assert 2.64 < volts <= wiring.board.mcu.pin_max_v
    assert wiring.net_of("eye", "trigger") == wiring.net_of("board", "26"), "3.3 V is high enough there"


def test_pull_ups_stand_on_the_bus_of_the_part_that_brings_them(tmp_path):
    wiring = wired(tmp_path, "esp32_devkitc", *with_parts(
        'air = { is = "bme280", through = "i2c_pull_ups" }\nscreen = { is = "ssd1306", through = "i2c_pull_ups" }',
        'i2c0 = { sda = "GP4", scl = "GP5" }', 'i2c0 = { sda = "GPIO21", scl = "GPIO22" }'))
    assert [placed.prefix for placed in wiring.circuits if placed.circuit.bus] == ["i2c0"]
    assert wiring.net_of("i2c0.sda_up", "1") == wiring.net_of("air", "sda") == wiring.net_of("screen", "sda")
    assert wiring.net_of("i2c0.scl_up", "2").rail == "3V3"
    assert set(wiring.open) == {End("air", "csb"), End("air", "sdo")}


def test_the_strips_shifter_has_no_loose_input():
    circuit = load_circuit("strip_drive")
    chip = load_part("sn74ahct125")
    assert set(circuit.open) == {f"shifter.{name}" for name, terminal in chip.terminals.items()
                                 if terminal.type == "output" and name != "y1"}
    nets = {end: name for name, ends in circuit.nets.items() for end in ends}
    assert all(nets[f"shifter.oe{n}"] == "ground" for n in (1, 2, 3, 4)), "enabled: active low"
    assert nets["bulk.plus"] == nets["shifter.vcc"] == "supply" and nets["bulk.minus"] == "ground"
