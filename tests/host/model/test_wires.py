# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""[wires]: what a person joins by hand beside what parts and circuits bring."""

from __future__ import annotations

import pytest
from potluck import checks, errors

from tests.host.recipe_kit import wired, with_parts

# An LED whose resistor is placed by hand.
LAMP = ('lamp = { is = "led", through = "wires" }\nlimit = { is = "resistor", ohms = 470 }',
        'lamp = "GP18"', 'lamp = "GPIO18"')
HAND = '[wires]\nload = ["limit.2", "lamp.anode"]\n[wires.pico]\ndrive = ["board.GP18", "limit.1"]\n' \
       '[wires.esp32_devkitc]\ndrive = ["board.IO18", "limit.1"]\n'


def net(wiring, owner, terminal):
    return {str(end) for end in wiring.net_of(owner, terminal).ends}


@pytest.mark.parametrize("board, pin", [("pico", "24"), ("esp32_devkitc", "J3-9")])
def test_a_resistor_by_hand(board, pin, tmp_path):
    wiring = wired(tmp_path, board, *with_parts(*LAMP, more=HAND))
    assert net(wiring, "lamp", "anode") == {"lamp.anode", "limit.2"}
    assert net(wiring, "limit", "1") == {f"board.{pin}", "limit.1"}
    assert wiring.component("limit").value == "470 Ω"
    assert checks.run(wiring) == []
    assert list(wiring.gpios("lamp")) == ["anode"], "the driver still gets its pin"


def test_without_the_wires_it_is_not_connected(tmp_path):
    wiring = wired(tmp_path, "pico", *with_parts('lamp = { is = "led", through = "wires" }', *LAMP[1:]))
    assert {finding.rule for finding in checks.run(wiring)} == {"net-open", "pin-unreached", "resistor-missing"}


def test_direct_leaves_the_circuit_out(tmp_path):
    wiring = wired(tmp_path, "pico", *with_parts('lamp = { is = "led", through = "direct" }', *LAMP[1:]))
    assert net(wiring, "lamp", "anode") == {"board.24", "lamp.anode"}
    assert [finding.rule for finding in checks.run(wiring)] == ["resistor-missing"]


def test_a_wire_may_reach_into_a_circuit_and_to_a_rail(tmp_path):
    more = '[wires]\ngate = ["pump.switch.gate", "extra.1"]\nlow = ["extra.2", "GND"]'
    wiring = wired(tmp_path, "pico", *with_parts('extra = { is = "resistor" }', "", "", more=more))
    assert "extra.1" in net(wiring, "pump.gate_resistor", "2")
    assert wiring.net_of("extra", "2").rail == "GND"


def test_a_wire_that_joins_two_rails_is_a_short_circuit(tmp_path):
    wiring = wired(tmp_path, "pico", *with_parts("", "", "", more='[wires]\noops = ["3V3", "pump.plus"]'))
    assert "rails-joined" in {finding.rule for finding in checks.run(wiring)}


@pytest.mark.parametrize("wires, error, said", [
    ('load = ["limit.2", "lamp.anod"]', errors.RecipeInvalid, 'did you mean "lamp.anode"'),
    ('load = ["limit.2"]', errors.RecipeInvalid, "2 to 100"),
    ('load = ["limit.2", "lamp.anode"]', errors.RecipeInvalid, '"1" is in no wire'),
    ('load = ["limit.2", "limit.1", "board.GP99"]', errors.PinMissing, "has no 'GP99'"),
    ('"a b" = ["limit.2", "limit.1"]', errors.RecipeInvalid, "is not a name"),
    ('[wires.uno]\nload = ["limit.2", "limit.1"]', errors.RecipeInvalid, "has no pins in this recipe"),
    ("load = 3", errors.RecipeInvalid, "list of 2"),
])
def test_a_wire_that_leads_nowhere_is_one_clear_error(wires, error, said, tmp_path):
    with pytest.raises(error, match=said):
        wired(tmp_path, "pico", *with_parts(*LAMP, more=f"[wires]\n{wires}\n"))


def test_nets_of_different_parts_are_never_taken_for_one(tmp_path):
    """"a" with its circuit's "drive" and "a_drive" would both be called a_drive_…"""
    wiring = wired(tmp_path, "pico", *with_parts(
        'a = { is = "push_button" }\na_signal = { is = "led" }', 'a = "GP18"\na_signal = "GP19"',
        'a = "GPIO18"\na_signal = "GPIO19"',
        more='[wires]\nsignal = ["a.signal", "extra.1"]\ndrive = ["a_signal.series.1", "extra.2"]'),
        ("a_signal = { is", 'extra = { is = "resistor" }\na_signal = { is'))
    names = [one.name for one in wiring.nets]
    assert len(names) == len(set(names))
    assert net(wiring, "a", "signal") & net(wiring, "a_signal.series", "1") == set()
