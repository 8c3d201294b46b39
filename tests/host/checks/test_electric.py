# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Rules about what a wiring does electrically: one that breaks each, and one at the edge that does not."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from pathlib import Path

import pytest
from potluck import checks
from potluck.model import End, Net

from tests.host.checks.bench_recipe import bench
from tests.host.checks.test_discrete import HAND_MADE, rules
from tests.host.checks.test_rules import BROKEN as BEFORE
from tests.host.recipe_kit import own_hardware, wired

SWITCH = "circuits/lowside_switch/circuit.toml"
# the resistor holds the load's wire, and the gate floats
NO_PULL_DOWN = [(SWITCH, ', "pull_down.1"', ""), (SWITCH, '"switch.drain"', '"switch.drain", "pull_down.1"')]
DIVIDER = "circuits/voltage_divider/circuit.toml"
RESISTOR = ("knob = {", "extra = { is = \"resistor\", ohms = 4_700 }\nknob = {")
SECOND_PROBE = ("probe = {", 'second = { is = "ds18b20" }\nprobe = {')
PUMP_ON_14 = [('knob = "GPIO14"', 'knob = "GPIO25"'), ('pump   = "GPIO25"', 'pump   = "GPIO14"')]

# rule -> (board, changes to the recipe, wires, changes to hardware, rules that the same mistake breaks too)
BROKEN = {
    "pin-voltage": ("pico", [], "", [(DIVIDER, "upper = { is = \"resistor\", ohms = 1_000 }",
                                      "upper = { is = \"resistor\", ohms = 100 }")], set()),
    "data-level": ("pico", [('is = "neopixel_strip"', 'is = "neopixel_strip", through = "direct"')], "", [], set()),
    "gate-drive": ("pico", [], "", [("parts/mosfet_irlz44n/part.toml", "gate_threshold_v = 2.0", "gate_threshold_v = 4.0")], set()),
    "gate-floats": ("pico", [], "", NO_PULL_DOWN, set()),
    "boot-level": ("esp32_devkitc", PUMP_ON_14, "", [(SWITCH, "ohms = 10_000 ", "ohms = 100_000 ")], set()),
    "led-current": ("pico", [], "", [("circuits/led_resistor/circuit.toml", "ohms = 330", "ohms = 100")], set()),
    "outputs-meet": ("pico", [], 'oops = ["soil.aout", "knob.wiper"]', [], set()),
    "pins-joined": ("pico", [], 'oops = ["tank.signal", "button.signal"]', [], set()),
    "signal-on-rail": ("pico", [], 'oops = ["soil.aout", "GND"]', [], set()),
    "input-floats": ("pico", [], "", [("parts/push_button/part.toml", '"in_up:', '"pin:')], set()),
    "circuit-changed": ("pico", [], 'oops = ["pump.switch.gate", "pump.pull_down.2"]', [],
                        {"gate-drive", "pin-unreached", "pin-current"}),
    "pull-up-missing": ("pico", [('is = "ds18b20"', 'is = "ds18b20", through = "direct"')], "", [], set()),
    "pull-up-strong": ("pico", [], "", [("parts/ssd1306/part.toml", "pull_up_ohms = 4_700", "pull_up_ohms = 900")], set()),
    "pull-up-weak": ("pico", [], "", [("parts/ssd1306/part.toml", "pull_up_ohms = 4_700", "pull_up_ohms = 100_000"),
                                      ("parts/bme280/part.toml", "pull_up_ohms = 10_000", "pull_up_ohms = 100_000")], set()),
    "pwm-frequency": ("pico", [('horn = "GP20"', 'horn = "GP19"')], "", [], set()),
    "switch-reversed": ("pico", [], "", [(SWITCH, '"switch.drain"', '"switch.x"'), (SWITCH, '"switch.source"', '"switch.drain"'),
                                         (SWITCH, '"switch.x"', '"switch.source"')], set()),
    "strapping-level": ("esp32_devkitc", [('onewire0 = "GPIO4"', 'onewire0 = "GPIO12"')], "", [], {"pin-strapping"}),
    "control-pin": ("pico", [], 'reset = ["board.RUN", "button.signal"]', [], set()),
    "supply-meets-usb": ("pico", [], 'oops = ["board.VBUS", "supply.plus"]', [], set()),
    "bus-low": ("pico", [RESISTOR], 'oops = ["air.sda", "extra.1"]\nlow = ["extra.2", "GND"]', [], set()),
    "address-wire": ("pico", [], 'oops = ["air.sdo", "3V3"]', [], set()),
    "onewire-index": ("pico", [SECOND_PROBE], "", [], set()),
    "pwm-many": ("esp32_devkitc", [], "", [("mcu/esp32.toml", "pwm_channels = 16", "pwm_channels = 1 ")], set()),
}
WARNINGS = {"boot-level", "pull-up-weak", "pin-strapping", "control-pin", "supply-meets-usb", "onewire-index"}
# what fits just so: the same tables, one step back
FITS = [
    ("pico", [], "", [(DIVIDER, "upper = { is = \"resistor\", ohms = 1_000 }", "upper = { is = \"resistor\", ohms = 800 }")]),
    ("pico", [], "", [("parts/mosfet_irlz44n/part.toml", "gate_threshold_v = 2.0", "gate_threshold_v = 2.2")]),
    ("esp32_devkitc", PUMP_ON_14, "", []),           # 10 kohm against a pull-up of 45: 0.6 V, and the pump rests
    ("pico", [], "", [("circuits/led_resistor/circuit.toml", "ohms = 330", "ohms = 130")]),
    ("pico", [], "", [("parts/ssd1306/part.toml", "pull_up_ohms = 4_700", "pull_up_ohms = 1_100")]),
    ("pico", [('horn = "GP20"', 'horn = "GP21"')], "", []),
    ("pico", [RESISTOR, ("4_700", "8_000")], 'oops = ["air.sda", "extra.1"]\nlow = ["extra.2", "GND"]', []),  # 2.36 V
    ("pico", [SECOND_PROBE, ('second = { is = "ds18b20" }', 'second = { is = "ds18b20", index = 1 }')], "", []),
    ("pico", [('is = "bme280"', 'is = "bme280", address = 0x77')], "", []),      # and its SDO is joined by itself
    ("pico", [], 'more = ["board.GP9", "3V3"]', []),     # what nobody drives stands the rail
]


@pytest.mark.parametrize("board", ["pico", "esp32_devkitc"])
def test_one_of_everything_passes(board, tmp_path):
    assert rules(bench(tmp_path, board)) == set()


@pytest.mark.parametrize("rule", BROKEN)
def test_a_mistake_is_reported_by_its_rule(rule, tmp_path, monkeypatch):
    board, changes, wires, hardware, more = BROKEN[rule]
    own_hardware(tmp_path, monkeypatch, *hardware)
    found = checks.run(bench(tmp_path, board, *changes, wires=wires))
    assert {one.rule for one in found if one.level != "note"} == {rule, *more}
    for one in found:
        if one.rule == rule:
            assert one.level == ("warning" if rule in WARNINGS else "error")
            assert one.what and one.do and "recipe.toml" in one.where


@pytest.mark.parametrize("case", range(len(FITS)))
def test_the_edge_of_a_limit_is_allowed(case, tmp_path, monkeypatch):
    board, changes, wires, hardware = FITS[case]
    own_hardware(tmp_path, monkeypatch, *hardware)
    assert rules(bench(tmp_path, board, *changes, wires=wires)) == set()


@pytest.mark.parametrize("change, wrong", [
    (('pump   = "GPIO25"', 'pump   = "GPIO0"'), True),     # its pull-down asks for a download
    (('status = "GPIO26"', 'status = "GPIO0"'), True),     # 1.8 V are no high
    (('button = "GPIO33"', 'button = "GPIO0"'), False),    # open unless pressed
    (('status = "GPIO26"', 'status = "GPIO12"'), False),
    (('pump   = "GPIO25"', 'pump   = "GPIO12"'), False),
    (('echo = "GPIO36"', 'echo = "GPIO12"'), False),
    (('sda = "GPIO21"', 'sda = "GPIO12"'), True),          # the bus's pull-ups: flash at 1.8 V
    (('sda = "GPIO21"', 'sda = "GPIO15"'), False),
])
def test_a_pin_that_chooses_how_the_chip_starts_is_not_held_the_wrong_way(change, wrong, tmp_path):
    found = rules(bench(tmp_path, "esp32_devkitc", change))
    assert ("strapping-level" in found) == wrong and "pin-strapping" in found


def moved(wiring, end, to=None):
    """The wiring with one end taken off its net, and put on the net of another end."""
    nets = [replace(net, ends=tuple(one for one in net.ends if one != end)) for net in wiring.nets]
    return replace(wiring, nets=tuple(replace(net, ends=(*net.ends, end)) if to in net.ends else net
                                      for net in nets if net.ends))


def swapped(wiring, one, two):
    """The wiring with two ends exchanged."""
    change = {one: two, two: one}
    return replace(wiring, nets=tuple(replace(net, ends=tuple(change.get(end, end) for end in net.ends))
                                      for net in wiring.nets))


JOINED_OTHERWISE = [
    ("ground-missing", lambda w: moved(w, End("supply", "minus"))),
    ("rail-wrong", lambda w: moved(w, End("screen", "vcc"), End("pump", "plus"))),
    ("pin-unreached", lambda w: moved(w, End("tank", "signal"), End("button", "signal"))),
    ("line-swapped", lambda w: swapped(w, End("air", "sda"), End("air", "scl"))),
    ("parts-meet", lambda w: moved(w, End("status", "anode"), End("pump", "minus"))),
    ("diode-reversed", lambda w: swapped(w, End("pump.flyback", "anode"), End("pump.flyback", "cathode"))),
]


@pytest.mark.parametrize("rule, change", JOINED_OTHERWISE)
def test_metal_that_is_joined_otherwise_is_reported(rule, change, tmp_path):
    assert rule in rules(change(bench(tmp_path, "pico")))


def test_a_short_between_two_wires_is_reported(tmp_path):
    good = bench(tmp_path, "pico")
    one, two = (good.net_of("knob", "wiper"), good.net_of("pump.switch", "gate"))
    joined = Net("joined", "", one.ends + two.ends)
    bad = replace(good, nets=(*(net for net in good.nets if net not in (one, two)), joined))
    assert "parts-meet" in rules(bad)


SOURCES = {
    "ctrl-c-swallowed": ("try:\n    work()\nexcept:\n    pass\n", "try:\n    work()\nexcept BaseException as e:\n    raise\n"),
    "time-as-float": ("import time\nage = (time.time() - began) / 2\nlater = time.time() + 0.5\n",
                      "import time\nlater = time.time() + 30\nhalf = time.ticks_ms() / 2\n"),
}


@pytest.mark.parametrize("rule, line", [
    ("ctrl-c-swallowed", "import micropython\nmicropython.kbd_intr(-1)"),
    ("ctrl-c-swallowed", "from micropython import kbd_intr\nkbd_intr(-1)"),
    ("ctrl-c-swallowed", "try:\n    work()\nexcept (OSError, KeyboardInterrupt):\n    print('no')"),
    ("time-as-float", "import time\nnow = time.time()\nminutes = now / 60"),
    ("time-as-float", "import time\nt = time.time()\nt += 0.5"),
    ("time-as-float", "from time import time_ns\ns = time_ns() / 1e9"),
    ("time-as-float", "from time import time as now\nx = float(now())"),
    ("", "import micropython\nmicropython.kbd_intr(3)"),
    ("", "import time\nnow = time.time()\nminutes = now // 60"),
    ("", "try:\n    work()\nexcept KeyboardInterrupt:\n    raise SystemExit"),
    ("", "half = now / 2"),
])
def test_other_ways_to_say_it(rule, line, tmp_path):
    wiring = wired(tmp_path, "pico")
    (wiring.recipe.folder / "main.py").write_text(line + "\n", "utf-8")
    assert {one.rule for one in checks.run(wiring)} == ({rule} if rule else set())


@pytest.mark.parametrize("rule", SOURCES)
@pytest.mark.parametrize("wrong", [True, False])
def test_main_py_is_read_and_never_run(rule, wrong, tmp_path):
    wiring = wired(tmp_path, "pico")
    (wiring.recipe.folder / "main.py").write_text("raise SystemExit(9)\n" + SOURCES[rule][0 if wrong else 1], "utf-8")
    found = checks.run(wiring)
    assert {one.rule for one in found} == ({rule} if wrong else set())
    assert all(one.level == "warning" and "main.py:" in one.where for one in found)


def test_a_warning_may_be_accepted_with_a_reason_and_an_error_may_not(tmp_path):
    change = ("[settings]\n", '[accept]\n"pin-strapping" = "pulled down by hand"\n"pin-conflict" = "because"\n[settings]\n')
    wiring = wired(tmp_path, "esp32_devkitc", ('"GPIO25"', '"GPIO12"'), ('"GPIO27"', '"GPIO12"'), change)
    found = {one.rule: one for one in checks.run(wiring)}
    assert found["pin-strapping"].level == "note" and "pulled down by hand" in found["pin-strapping"].what
    assert found["pin-conflict"].level == "error"


def said() -> set[str]:
    """Every finding's rule that the sources name."""
    sources = [path.read_text("utf-8") for path in Path(checks.__file__).parent.glob("*.py")]
    return {rule for text in sources for rule in
            re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)+)"(?:,\s+(?:ERROR|WARNING)| if other)', text)}


def test_every_rule_is_explained():
    page = (Path(__file__).parents[3] / "docs" / "checks.md").read_text("utf-8")
    assert {"pin-voltage", "boot-level", "line-swapped"} <= said()
    assert [rule for rule in sorted(said()) if f"`{rule}`" not in page] == []


def test_every_rule_is_broken_by_some_case():
    """Each case above asserts that its rule speaks, and the recipes that come with potluck break none."""
    broken = {*BROKEN, *BEFORE, *SOURCES, *dict(JOINED_OTHERWISE)}
    broken |= {"net-open", "capacitor-voltage"}      # test_rules.py, test_discrete.py
    broken |= {rule for wanted, _ in HAND_MADE for rule in wanted}
    assert said() - broken == set()


def test_every_rule_function_speaks_for_a_rule_that_some_case_breaks():
    known = said() | set(BEFORE)
    for rule in checks.RULES:
        assert known & set(re.findall(r'"([a-z0-9-]+)"', inspect.getsource(rule))), rule.__name__
