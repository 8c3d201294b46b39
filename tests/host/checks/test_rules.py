# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Each rule: one wiring that breaks it, and the plant waterer as the one that does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from potluck import checks, errors
from potluck.model import Net

from tests.host.recipe_kit import own_hardware, wired, with_parts

PUMP = 'pump   = { is = "pump_5v", through = "lowside_switch", max_on_s = 10 }'
SUPPLY = ('supply = { is = "supply_5v" }                 #'
          " the pump's own: its start must not starve the board\n")
LED = "parts/led/part.toml"
SWITCH = "circuits/lowside_switch/circuit.toml"
PWM_LED = (LED, '"out:anode"', '"pwm:anode"')

# An air sensor on a bus, and a second one.
AIR = with_parts('air = { is = "bme280" }\nmore = { is = "bme280", address = 0x77 }',
                 'i2c0 = { sda = "GP4", scl = "GP5" }', 'i2c0 = { sda = "GPIO21", scl = "GPIO22" }')

# rule -> (board, changes to the recipe, changes to hardware)
BROKEN = {
    "pin-conflict": ("pico", [('"GP14"', '"GP15"')], []),
    "adc-missing": ("pico", [('"GP26"', '"GP13"')], []),
    "pwm-missing": ("pico", [], [PWM_LED, (
        "mcu/rp2040.toml", 'GPIO16 = { functions = ["SPI0_RX", "UART0_TX", "I2C0_SDA", "PWM0_A"] }',
        'GPIO16 = { functions = ["SPI0_RX"] }')]),
    "pull-missing": ("esp32_devkitc", [('"GPIO32"', '"GPIO34"')], []),
    "pin-input-only": ("esp32_devkitc", [('"GPIO25"', '"GPIO35"')], []),
    "pin-flash": ("esp32_devkitc", [('"GPIO27"', '"GPIO7"')], []),
    "pin-console": ("esp32_devkitc", [('"GPIO27"', '"GPIO3"')], []),
    "pin-strapping": ("esp32_devkitc", [('"GPIO25"', '"GPIO12"')], []),
    "pin-psram": ("esp32_devkitc", [('"GPIO25"', '"GPIO16"')], []),
    "pin-adc2": ("esp32_devkitc", [('"GPIO32"', '"GPIO13"')], []),
    "pwm-slice": ("pico", [('button = { is = "push_button" }', 'button = { is = "led" }'),
                           ('button = "GP17"', 'button = "GP0"')], [PWM_LED]),
    "load-without-switch": ("pico", [(PUMP, 'pump = { is = "pump_5v", max_on_s = 10 }')], []),
    "diode-reversed": ("pico", [], [(SWITCH, '"flyback.anode"', '"flyback.x"'),
                                    (SWITCH, '"flyback.cathode"', '"flyback.anode"'),
                                    (SWITCH, '"flyback.x"', '"flyback.cathode"')]),
    "flyback-missing": ("pico", [], [(SWITCH, ', "flyback.anode"', ""),
                                     (SWITCH, '"switch.source"', '"switch.source", "flyback.anode"')]),
    "switch-overload": ("pico", [], [("parts/pump_5v/part.toml", "\npeak_ma = 800", "\npeak_ma = 3_000")]),
    "resistor-missing": ("pico", [], [(LED, 'through = "led_resistor"   # so that nobody forgets it', "")]),
    "pin-current": ("pico", [], [("circuits/led_resistor/circuit.toml", "ma = 5 ", "ma = 13 ")]),
    "pins-current": ("pico", [], [("mcu/rp2040.toml", "pins_total_ma = 50 ", "pins_total_ma = 5 ")]),
    "pin-voltage": ("pico", [], [("parts/capacitive_soil_sensor/part.toml", "[0.0, 3.0]", "[0.0, 5.0]")]),
    "supply-voltage": ("pico", [], [("parts/pump_5v/part.toml", "[3.0, 6.0]", "[9.0, 12.0]")]),
    "rails-joined": ("pico", [], [(SWITCH, '["supply", "flyback.cathode"]',
                                   '["supply", "flyback.cathode", "ground"]'),
                                  (SWITCH, '["ground", "pull_down.2"', '["pull_down.2"')]),
    "rail-unfed": ("pico", [(SUPPLY, "")], [("boards/pico.toml", "[rails.5V]", "[rails.USB]")]),
    "two-supplies": ("pico", [(SUPPLY, SUPPLY + 'more = { is = "supply_5v" }\n')], []),
    "rail-budget": ("pico", [], [("parts/pump_5v/part.toml", "ma = 220, peak_ma = 800", "ma = 2_500")]),
    "rail-peak": ("pico", [(SUPPLY, "")], []),
    "bus-pin": ("pico", [*AIR, ('scl = "GP5"', 'scl = "GP7"')], []),
    "i2c-address": ("esp32_devkitc", [*AIR, (", address = 0x77", "")], []),
    "calibration-range": ("pico", [("[1.5, 3.0]", "[1.5, 5.0]")], []),
    "options-cross": ("pico", [("[0.2, 1.4]", "[0.2, 1.5]")], []),
    "run-unknown": ("pico", [('unit = "mL", runs', 'unit = "L", runs')], []),
    "run-too-long": ("pico", [("[5, 100]", "[5, 121]")], []),
}
WARNINGS = {"pin-strapping", "pin-psram", "pin-adc2", "rail-peak"}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_wiring_is_reported_by_its_rule_alone(rule, tmp_path, monkeypatch):
    board, recipe, hardware = BROKEN[rule]
    own_hardware(tmp_path, monkeypatch, *hardware)
    found = checks.run(wired(tmp_path, board, *recipe))
    assert rule in {finding.rule for finding in found}
    if rule != "rails-joined":                    # a short circuit breaks other rules as well
        assert {finding.rule for finding in found} == {rule}
    for finding in found:
        assert finding.what and finding.do and "plant-waterer/recipe.toml" in finding.where
        if finding.rule == rule:
            assert finding.level == ("warning" if rule in WARNINGS else "error")


@pytest.mark.parametrize("board", ["pico", "esp32_devkitc"])
def test_the_plant_waterer_passes_every_rule(board, tmp_path):
    assert checks.run(wired(tmp_path, board)) == []


@pytest.mark.parametrize("board, change, hardware", [
    ("pico", [("[5, 100]", "[5, 120]")], []),                     # exactly 10 s at 12 mL/s
    ("pico", [("[0.2, 1.4]", "[0.2, 1.49]")], []),
    ("pico", [*AIR], []),
    ("esp32_devkitc", [*AIR, ('"GPIO21"', '"GPIO18"')], []),      # any pin will do there
    ("esp32_devkitc", [('"GPIO32"', '"GPIO33"'), ('button = "GPIO33"', 'button = "GPIO13"')], []),
    ("pico", [('status = "GP16"', 'status = "GP0"')], [PWM_LED]),
    ("pico", [], [("circuits/led_resistor/circuit.toml", "ma = 5 ", "ma = 12 ")]),
    ("pico", [], [("parts/capacitive_soil_sensor/part.toml", "[0.0, 3.0]", "[0.0, 3.6]")]),
])
def test_the_edge_of_a_limit_is_allowed(board, change, hardware, tmp_path, monkeypatch):
    own_hardware(tmp_path, monkeypatch, *hardware)
    assert checks.run(wired(tmp_path, board, *change)) == []


def test_a_net_with_one_end_is_reported(tmp_path):
    good = wired(tmp_path, "pico")
    net = next(net for net in good.nets if net.name == "pump_gate")
    cut = [Net("pump_gate", "", net.ends[:1]), Net("cut", "", net.ends[1:])]
    bad = replace(good, nets=(*(other for other in good.nets if other != net), *cut))
    assert "net-open" in [finding.rule for finding in checks.run(bad)]


def test_a_conflict_names_the_other_part_and_free_pins_that_fit(tmp_path):
    [finding] = checks.run(wired(tmp_path, "esp32_devkitc", ('button = "GPIO33"', 'button = "GPIO32"')))
    assert "GPIO32 already goes to soil" in finding.what
    assert finding.parts == ("soil", "button")
    assert finding.do == "try GPIO33 or GPIO23 or GPIO22"           # 34-39 have no pulls


def test_only_suitable_pins_are_suggested(tmp_path):
    [finding] = checks.run(wired(tmp_path, "pico", ('"GP26"', '"GP13"')))
    assert finding.do == "try GP26 or GP27 or GP28"


@pytest.mark.parametrize("rule, error", [
    ("pin-conflict", errors.PinConflict),
    ("adc-missing", errors.PinUnsuitable),
    ("pin-flash", errors.PinUnsuitable),
    ("run-too-long", errors.SettingOutOfRange),
    ("load-without-switch", errors.ChecksFailed),
])
def test_require_raises_what_fits(rule, error, tmp_path):
    board, recipe, _ = BROKEN[rule]
    with pytest.raises(error) as caught:
        checks.require(wired(tmp_path, board, *recipe))
    assert caught.value.where and caught.value.do


def test_require_with_several_errors_carries_them_all(tmp_path):
    wiring = wired(tmp_path, "pico", ('"GP14"', '"GP15"'), ("[5, 100]", "[5, 200]"))
    with pytest.raises(errors.ChecksFailed) as caught:
        checks.require(wiring)
    assert [finding.rule for finding in caught.value.findings] == ["pin-conflict", "run-too-long"]


def test_require_lets_warnings_pass(tmp_path):
    [finding] = checks.require(wired(tmp_path, "esp32_devkitc", ('"GPIO25"', '"GPIO12"')))
    assert finding.level == "warning"
