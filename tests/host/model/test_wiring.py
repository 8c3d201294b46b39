# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A recipe on a board: every terminal on exactly one net, and the nets are the declared ones."""

from __future__ import annotations

import pytest
from potluck import errors
from potluck.model import End, wire

from tests.host.recipe_kit import own_hardware, wired

SUPPLY = 'supply = { is = "supply_5v" } '


def net(wiring, name):
    return {str(end) for one in wiring.nets if one.name == name for end in one.ends}


@pytest.mark.parametrize("board", ["pico", "esp32_devkitc"])
def test_every_terminal_is_on_exactly_one_net(board, tmp_path):
    wiring = wired(tmp_path, board)
    ends = [end for one in wiring.nets for end in one.ends]
    assert len(ends) == len(set(ends))
    parts = {End(held.owner, name) for held in wiring.components for name in held.part.terminals}
    header = {End("board", place.number) for place in wiring.board.header}
    unused = {End("board", place.number) for place in wiring.unused}
    assert set(ends) - header == parts
    assert set(ends) & header == header - unused
    assert len({one.name for one in wiring.nets}) == len(wiring.nets)


def test_the_nets_on_a_pico_are_these(tmp_path):
    wiring = wired(tmp_path, "pico")
    assert net(wiring, "soil_aout") == {"board.31", "soil.aout"}
    assert net(wiring, "3V3") == {"board.36", "soil.vcc"}
    assert net(wiring, "5V") == {"supply.plus", "pump.plus", "pump.flyback.cathode"}
    assert net(wiring, "pump_drive") == {"board.20", "pump.gate_resistor.1"}
    assert net(wiring, "pump_gate") == {"pump.gate_resistor.2", "pump.pull_down.1", "pump.switch.gate"}
    assert net(wiring, "pump_low") == {"pump.minus", "pump.switch.drain", "pump.flyback.anode"}
    assert net(wiring, "status_load") == {"status.anode", "status.series.2"}
    grounds = {f"board.{number}" for number in (3, 8, 13, 18, 23, 28, 33, 38)}
    assert net(wiring, "GND") == grounds | {
        "soil.gnd", "tank.common", "supply.minus", "status.cathode", "button.common",
        "pump.pull_down.2", "pump.switch.source"}
    assert wiring.net_of("soil", "aout").name == "soil_aout"
    assert wiring.net_of("board", "1") is None, "GP0 is not used"


def test_a_supply_of_its_own_keeps_the_boards_5v_apart(tmp_path):
    with_supply = wired(tmp_path / "a", "pico")
    assert dict(with_supply.feeds) == {"GND": "board", "3V3": "board", "5V": "supply"}
    assert "board.40" not in net(with_supply, "5V")
    without = wired(tmp_path / "b", "pico", (SUPPLY, "# "))
    assert without.feeds["5V"] == "board"
    assert "board.40" in net(without, "5V")


def test_pins_of_a_part_through_its_circuit(tmp_path):
    assert wired(tmp_path / "a", "pico").gpios("pump") == {"minus": 15}
    assert wired(tmp_path / "b", "esp32_devkitc").gpios("soil") == {"aout": 32}
    assert wired(tmp_path / "c", "pico").gpios("supply") == {}


def test_a_pin_may_be_named_as_it_is_printed(tmp_path):
    wiring = wired(tmp_path, "esp32_devkitc", ('"GPIO27"', '"IO27"'))
    assert wiring.gpios("tank") == {"signal": 27}


def test_references_are_stable_when_a_part_is_added_at_the_end(tmp_path):
    refs = {held.owner: held.ref for held in wired(tmp_path / "a", "pico").components}
    more = wired(tmp_path / "b", "pico", ('button = { is = "push_button" }',
                                          'button = { is = "push_button" }\nlamp = { is = "led" }'),
                 ('button = "GP17"', 'button = "GP17"\nlamp = "GP18"'))
    after = {held.owner: held.ref for held in more.components}
    assert refs.items() <= after.items()
    assert refs["pump.switch"] == "Q1" and refs["tank"] == "SW1" and refs["button"] == "SW2"
    assert len(set(after.values())) == len(after)


def test_values_are_for_people(tmp_path):
    wiring = wired(tmp_path, "pico")
    assert wiring.component("pump.pull_down").value == "10 kΩ"
    assert wiring.component("pump.gate_resistor").value == "220 Ω"
    assert wiring.component("status").value == "LED 5 mm, green"
    with pytest.raises(KeyError):
        wiring.component("nobody")


@pytest.mark.parametrize("old, new, error, said", [
    ('tank   = "GP14"', "", errors.PinMissing, '"tank" has no pin'),
    ('tank   = "GP14"', 'tank = "GP29"', errors.PinMissing, 'no pin "GP29"'),
    ('tank   = "GP14"', 'tank = "RUN"', errors.PinMissing, "is no GPIO"),
])
def test_a_pin_that_is_not_there(old, new, error, said, tmp_path):
    with pytest.raises(error, match=said) as caught:
        wired(tmp_path, "pico", (old, new))
    assert "plant-waterer/recipe.toml: pins.pico" in caught.value.where


def test_a_board_that_nobody_knows(tmp_path):
    with pytest.raises(errors.UnknownBoard, match='did you mean "pico"'):
        wire(wired(tmp_path, "pico").recipe, "picos")


def test_a_known_board_without_pins_says_how_to_add_them(tmp_path, monkeypatch):
    made = own_hardware(tmp_path, monkeypatch)
    text = (made / "boards" / "pico.toml").read_text("utf-8")
    (made / "boards" / "pico_w.toml").write_text(text.replace('name = "pico"', 'name = "pico_w"'), "utf-8")
    with pytest.raises(errors.UnknownBoard, match=r"add \[pins.pico_w\], or use pico or esp32_devkitc"):
        wire(wired(tmp_path, "pico").recipe, "pico_w")
