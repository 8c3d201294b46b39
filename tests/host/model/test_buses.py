# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Buses: declared once, shared by their parts, with one circuit for all of them."""

from __future__ import annotations

import ast

import pytest
from potluck import checks, errors, generate
from potluck.model import End

from tests.host.recipe_kit import bus_part, own_hardware, wired, with_parts

CIRCUIT = """[circuit]
title = "Pull-up"
summary = "Lets go: high."
source = "made_up"
[ports]
line = { joins = "dq" }
plus = { joins = "3V3" }
[parts]
pull = { is = "resistor", ohms = 4_700 }
[nets]
line = ["line", "pull.1"]
plus = ["plus", "pull.2"]
[sources]
made_up = "made up for a test"
"""
I2C = ('air = { is = "thermo" }\nmore = { is = "thermo", address = 0x77 }',
       'i2c0 = { sda = "GP4", scl = "GP5" }', 'i2c0 = { sda = "GPIO21", scl = "GPIO22" }')


@pytest.fixture
def hardware(tmp_path, monkeypatch):
    made = own_hardware(tmp_path, monkeypatch)
    bus_part(made, "thermo", "i2c", "sda scl")
    bus_part(made, "slow", "i2c", "sda scl", facts="max_khz = 100")
    bus_part(made, "probe", "onewire", "dq", through="test_pull_up")
    bus_part(made, "card", "spi", "sck mosi miso", pins="cs", facts="max_khz = 500")
    bus_part(made, "talker", "spi", "sck mosi")
    bus_part(made, "gps", "uart", "tx rx", facts="baud = 38_400")
    (made / "circuits" / "test_pull_up").mkdir()
    (made / "circuits" / "test_pull_up" / "circuit.toml").write_text(CIRCUIT, "utf-8")
    return made


def made(wiring, name):
    """What the configuration gives the part's driver as its bus."""
    [parts] = [node for node in ast.parse(generate.device_config(wiring)).body
               if node.targets[0].id == "PARTS"]
    return ast.literal_eval(parts.value)[name][2]["bus"]


def net(wiring, name):
    return {str(end) for one in wiring.nets if one.name == name for end in one.ends}


@pytest.mark.parametrize("board, sda, scl, pins", [("pico", 4, 5, ("6", "7")),
                                                   ("esp32_devkitc", 21, 22, ("J3-6", "J3-3"))])
def test_two_parts_share_a_bus(board, sda, scl, pins, hardware, tmp_path):
    wiring = wired(tmp_path, board, *with_parts(*I2C))
    assert checks.run(wiring) == []
    bus = wiring.buses["i2c0"]
    assert (bus.kind, bus.number, bus.parts, bus.khz) == ("i2c", 0, ("air", "more"), 400)
    assert net(wiring, "i2c0_sda") == {f"board.{pins[0]}", "air.sda", "more.sda"}
    assert net(wiring, "i2c0_scl") == {f"board.{pins[1]}", "air.scl", "more.scl"}
    assert made(wiring, "air") == made(wiring, "more") == ("i2c", 0, sda, scl, 400_000)
    assert wiring.gpios("more") == {"sda": sda, "scl": scl}
    assert wiring.bus_of("air") is bus and wiring.bus_of("soil") is None


def test_a_bus_runs_as_its_slowest_part(hardware, tmp_path):
    changes = with_parts(I2C[0].replace('"thermo", address', '"slow", address'), *I2C[1:])
    assert made(wired(tmp_path, "pico", *changes), "air")[-1] == 100_000


def test_two_buses_are_told_apart(hardware, tmp_path):
    two = 'i2c0 = {{ sda = "{}", scl = "{}" }}\ni2c1 = {{ sda = "{}", scl = "{}" }}'
    pins = two.format("GP4", "GP5", "GP6", "GP7"), two.format("GPIO21", "GPIO22", "GPIO18", "GPIO19")
    parts = 'air = { is = "thermo", bus = "i2c1" }\nmore = { is = "thermo", bus = "i2c0" }'
    wiring = wired(tmp_path / "a", "pico", *with_parts(parts, *pins))
    assert made(wiring, "air")[1:4] == (1, 6, 7) and made(wiring, "more")[1:4] == (0, 4, 5)
    with pytest.raises(errors.PinMissing, match='"air" may be on i2c0 or i2c1.*say bus = "i2c0"'):
        wired(tmp_path / "b", "pico", *with_parts(parts.replace(', bus = "i2c1"', ""), *pins))


def test_one_circuit_stands_on_a_line_of_several(hardware, tmp_path):
    wiring = wired(tmp_path, "pico", *with_parts('one = { is = "probe" }\ntwo = { is = "probe" }',
                                                 'onewire0 = "GP22"', 'onewire0 = "GPIO4"'))
    [placed] = [placed for placed in wiring.circuits if placed.of == "onewire0"]
    assert (placed.prefix, placed.terminal, placed.circuit.bus) == ("onewire0", "", "onewire")
    assert net(wiring, "onewire0_dq") == {"board.29", "one.dq", "two.dq", "onewire0.pull.1"}
    assert wiring.circuit_net(placed, "line") == wiring.net_of("two", "dq")
    assert wiring.net_of("onewire0.pull", "2").rail == "3V3"
    assert made(wiring, "one") == ("onewire", 22)
    assert wiring.component("onewire0.pull").of == "onewire0"
    ref = wiring.component("onewire0.pull").ref
    assert any(wire.first == f"{ref} leg 2" and wire.rail == "3V3" for wire in generate.connections(wiring))


def test_spi_needs_the_lines_that_its_parts_have(hardware, tmp_path):
    both = ('card = { is = "card" }\nshow = { is = "talker" }',
            'spi0 = { sck = "GP18", mosi = "GP19", miso = "GP20" }\ncard = "GP21"',
            'spi2 = { sck = "GPIO18", mosi = "GPIO23", miso = "GPIO19" }\ncard = "GPIO21"')
    wiring = wired(tmp_path / "a", "esp32_devkitc", *with_parts(*both))
    assert made(wiring, "show") == ("spi", 2, 18, 23, 19, 500_000)
    assert wiring.gpios("card") == {"cs": 21, "sck": 18, "mosi": 23, "miso": 19}
    assert "miso" not in wiring.gpios("show")
    one = ('show = { is = "talker" }', 'spi0 = { sck = "GP18", mosi = "GP19" }',
           'spi2 = { sck = "GPIO18", mosi = "GPIO23" }')
    assert made(wired(tmp_path / "b", "pico", *with_parts(*one)), "show") == ("spi", 0, 18, 19, None, 1_000_000)
    swapped = both[1].replace('miso = "GP20"', 'miso = "GP21"').replace('card = "GP21"', 'card = "GP20"')
    [finding] = checks.run(wired(tmp_path / "c", "pico", *with_parts(both[0], swapped, both[2])))
    assert (finding.rule, finding.what) == ("bus-pin", "GP21 cannot be SPI0_RX: it is SPI0_CS")
    assert "GP0" in finding.do


def test_a_line_that_no_part_uses_has_its_pin_all_the_same(hardware, tmp_path):
    bus_part(hardware, "reader", "spi", "sck miso")
    bus_part(hardware, "printer", "uart", "rx")
    with pytest.raises(errors.RecipeInvalid, match="mosi: is missing"):
        wired(tmp_path, "pico", *with_parts('one = { is = "reader" }', 'spi0 = { sck = "GP18", miso = "GP20" }', ""))
    with pytest.raises(errors.RecipeInvalid, match="rx: is missing"):
        wired(tmp_path, "pico", *with_parts('one = { is = "printer" }', 'uart1 = { tx = "GP4" }', ""))


def test_a_uarts_lines_cross(hardware, tmp_path):
    wiring = wired(tmp_path, "pico", *with_parts('gps = { is = "gps" }', 'uart1 = { tx = "GP4", rx = "GP5" }',
                                                 'uart2 = { tx = "GPIO17", rx = "GPIO18" }'))
    assert net(wiring, "uart1_tx") == {"board.6", "gps.rx"}
    assert wiring.gpios("gps") == {"tx": 5, "rx": 4}, "named as the part's terminals are"
    assert made(wiring, "gps") == ("uart", 1, 4, 5, 38_400)


@pytest.mark.parametrize("changes, rule, what, do", [
    ([('sda = "GP4", scl = "GP5"', 'sda = "GP5", scl = "GP4"')], "bus-pin", "GP5 cannot be I2C0_SDA: it is I2C0_SCL",
     "try GP8 or GP0 or GP12"),
    ([('sda = "GP4", scl = "GP5"', 'sda = "GP6", scl = "GP7"')], "bus-pin", "GP6 cannot be I2C0_SDA: it is I2C1_SDA",
     "try GP4 or GP8 or GP0"),
    ([(", address = 0x77", "")], "i2c-address", "air and more both answer to 0x76 on i2c0", "set address = 0x77"),
    ([('scl = "GP5"', 'scl = "GP15"')], "pin-conflict", "GP15 already goes to pump", "try GP"),
])
def test_mistakes_on_a_bus_are_found(changes, rule, what, do, hardware, tmp_path):
    found = checks.run(wired(tmp_path, "pico", *with_parts(*I2C), *changes))
    assert any(finding.rule == rule and what in finding.what and do in finding.do for finding in found), found


def test_the_line_to_the_computer_is_no_uart_for_parts(hardware, tmp_path):
    wiring = wired(tmp_path, "esp32_devkitc", *with_parts(
        'gps = { is = "gps" }', 'uart0 = { tx = "GP0", rx = "GP1" }', 'uart0 = { tx = "GPIO17", rx = "GPIO18" }'))
    assert "pin-console" in {finding.rule for finding in checks.run(wiring)}


@pytest.mark.parametrize("old, new, error, said", [
    ('i2c0 = { sda = "GP4", scl = "GP5" }', "", errors.PinMissing, 'add i2c0 = { sda = "...", scl = "..." }'),
    ('i2c0 = { sda = "GP4", scl = "GP5" }', 'i2c3 = { sda = "GP4", scl = "GP5" }', errors.PinMissing, "RP2040 has no i2c3"),
    ('scl = "GP5"', 'slc = "GP5"', errors.RecipeInvalid, "looks like it"),
    ('{ sda = "GP4", scl = "GP5" }', '"GP4"', errors.RecipeInvalid, "takes 2 pins"),
    ('i2c0 = { sda = "GP4", scl = "GP5" }', 'onewire0 = "GP4"', errors.RecipeInvalid, "no part of this recipe sits on it"),
    ('"thermo" }', '"thermo", bus = "spi0" }', errors.RecipeInvalid, 'write bus = "i2c0"'),
    ('"thermo" }', '"thermo", bus = "i2c1" }', errors.PinMissing, "there is no i2c1"),
    ('"thermo" }', '"thermo", through = "wires" }', errors.RecipeInvalid, "joined by the bus"),
    ("more =", "i2c1 =", errors.RecipeInvalid, "cannot be called"),
    ("more =", "board =", errors.RecipeInvalid, "cannot be called"),
])
def test_a_bus_that_is_not_there_is_one_clear_error(old, new, error, said, hardware, tmp_path):
    with pytest.raises(error, match=said):
        wired(tmp_path, "pico", *with_parts(*I2C), (old, new))


def test_nothing_is_on_two_nets_and_nothing_is_lost(hardware, tmp_path):
    wiring = wired(tmp_path, "pico", *with_parts(*I2C))
    ends = [end for one in wiring.nets for end in one.ends]
    assert len(ends) == len(set(ends)) and wiring.open == ()
    assert {End(held.owner, name) for held in wiring.components for name in held.part.terminals} <= set(ends)


def test_an_address_brings_the_wire_that_chooses_it(tmp_path):
    parts = ('air = { is = "bme280" }\nmore = { is = "bme280", address = 0x77 }', 'i2c0 = { sda = "GP4", scl = "GP5" }',
             'i2c0 = { sda = "GPIO21", scl = "GPIO22" }')
    wiring = wired(tmp_path, "pico", *with_parts(*parts))
    assert wiring.net_of("more", "sdo").rail == "3V3" and wiring.net_of("air", "sdo") is None
    assert checks.run(wiring) == []
    assert any("more SDO" in f"{wire.first} {wire.last}" and wire.net == "3V3" for wire in generate.connections(wiring))
