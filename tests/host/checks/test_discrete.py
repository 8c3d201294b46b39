# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Circuits that a person wires by hand, part by part: each slip of it is reported, and the right one passes."""

from __future__ import annotations

import re

import pytest
from potluck import checks
from potluck.model import load_recipe, wire

from tests.host.recipe_kit import BASE, exchange, own_hardware, wired, with_parts, write_recipe


def rules(wiring):
    """Rules that speak, notes left out."""
    return {finding.rule for finding in checks.run(wiring) if finding.level != "note"}


# A motor behind a MOSFET, wire by wire.
BY_HAND = """
[parts]
supply = { is = "supply_5v" }
motor = { is = "pump_5v", through = "wires" }
switch = { is = "mosfet_irlz44n" }
flyback = { is = "diode_1n5819" }
down = { is = "resistor", ohms = 10_000 }
lamp = { is = "led", through = "wires" }
store = { is = "capacitor_polar" }
shifter = { is = "sn74ahct125" }
one = { is = "resistor", ohms = 330 }
two = { is = "resistor", ohms = 330 }
[pins.pico]
motor = "GP15"
lamp = "GP14"
[wires]
gate = ["board.GP15", "switch.gate", "down.1"]
low = ["switch.drain", "motor.minus", "flyback.anode"]
high = ["flyback.cathode", "5V"]
ground = ["GND", "switch.source", "down.2"]
lit = ["board.GP14", "one.1", "two.1"]
shine = ["lamp.anode", "one.2", "two.2"]
plus = ["store.plus", "5V"]
minus = ["GND", "store.minus"]
fed = ["shifter.vcc", "5V"]
rest = ["GND", "shifter.gnd", "shifter.oe1", "shifter.oe2", "shifter.oe3", "shifter.oe4", "shifter.a2", "shifter.a3", "shifter.a4"]
heard = ["shifter.a1", "board.GP14"]

"""


HAND_MADE = [
    (set(), []),
    ({"diode-reversed"}, [("flyback.anode", "flyback.x"), ("flyback.cathode", "flyback.anode"), ("flyback.x", "flyback.cathode")]),
    ({"flyback-missing"}, [('"flyback.cathode", "5V"', '"flyback.cathode", "flyback.anode"'),
                           (', "flyback.anode"]\nhigh', "]\nhigh")]),
    ({"flyback-rail"}, [('"flyback.cathode", "5V"', '"flyback.cathode", "3V3"')]),
    ({"switch-reversed"}, [("switch.drain", "switch.x"), ("switch.source", "switch.drain"), ("switch.x", "switch.source")]),
    ({"gate-floats"}, [(', "down.1"', ""), ('"down.2"]', '"down.2", "down.1"]')]),
    ({"gate-held-open"}, [('"down.2"]', ']\nwrong = ["down.2", "3V3"]')]),
    ({"led-current"}, [("ohms = 330", "ohms = 220")]),      # side by side they are 110 ohm
    (set(), [("ohms = 330", "ohms = 250")]),
    ({"pin-voltage"}, [('"5V"', '"5V", "board.GP9"')]),
    ({"signal-on-rail"}, [('"flyback.cathode", "5V"', '"flyback.cathode", "5V", "board.GP14"')]),
    ({"capacitor-reversed"}, [("store.plus", "store.x"), ("store.minus", "store.plus"), ("store.x", "store.minus")]),
    ({"diode-joins-rails"}, [(', "flyback.anode"]\nhigh = ["flyback.cathode", "5V"]',
                              ']\nhigh = ["flyback.cathode", "GND"]\nx = ["flyback.anode", "5V"]')]),
    ({"switch-shorts"}, [('"switch.drain", ', ""), ('"flyback.cathode", "5V"', '"flyback.cathode", "5V", "switch.drain"')]),
    ({"switch-shorts"}, [("switch.drain", "switch.x"), ("switch.gate", "switch.drain"), ("switch.x", "switch.gate")]),
    ({"pin-voltage"}, [('"motor.minus"', '"motor.minus", "board.GP15"'), ('gate = ["board.GP15", ', "gate = [")]),
    ({"pin-voltage"}, [('"motor.minus"', '"motor.minus", "board.GP14"'), ('lit = ["board.GP14", ', "lit = [")]),
    ({"pin-voltage"}, [('heard = [', 'shifted = ["shifter.y1", "board.GP9"]\nheard = [')]),
    ({"rail-wrong"}, [('"shifter.vcc", "5V"', '"shifter.vcc", "shifter.y4"')]),
    ({"resistor-heat", "pin-current"}, [('"down.2"]', "]"), ("down.1", "down.2"), ("ohms = 10_000", "ohms = 40"),
                                        ('ground = [', 'x = ["down.1", "GND"]\nground = [')]),
    ({"pin-current"}, [("ohms = 10_000", "ohms = 270")]),
    (set(), [("ohms = 10_000", "ohms = 280")]),
    ({"supply-voltage"}, [('"shifter.vcc", "5V"', '"shifter.vcc", "3V3"')]),
    ({"input-floats"}, [(', "shifter.a3", "shifter.a4"]', "]"), ('heard = [', 'more = ["shifter.a3", "shifter.a4"]\nheard = [')]),
]


@pytest.mark.parametrize("wanted, changes", HAND_MADE)
def test_a_circuit_wired_by_hand_is_looked_at_as_closely(wanted, changes, tmp_path):
    text = re.sub(r"(?s)\[parts\].*(?=\[channels\])", lambda _: exchange(BY_HAND, *changes), BASE)
    found = rules(wire(load_recipe(write_recipe(tmp_path, text=text)), "pico"))
    assert found >= wanted and bool(found) == bool(wanted)



def test_a_capacitor_bears_what_it_gets(tmp_path, monkeypatch):
    own_hardware(tmp_path, monkeypatch, ("parts/capacitor_polar/part.toml", "max_v = 16.0", "max_v = 4.0"))
    text = re.sub(r"(?s)\[parts\].*(?=\[channels\])", lambda _: BY_HAND, BASE)
    assert rules(wire(load_recipe(write_recipe(tmp_path, text=text)), "pico")) == {"capacitor-voltage"}


EYE = ('eye = { is = "hc_sr04", through = { echo = "wires" } }\nupper = { is = "resistor", ohms = UP }\n'
       'lower = { is = "resistor", ohms = DOWN }',
       'eye = { trigger = "GP18", echo = "GP19" }', 'eye = { trigger = "GPIO18", echo = "GPIO19" }')
DIVIDED = ('[wires]\nfull = ["eye.echo", "upper.1"]\nlow = ["lower.2", "GND"]\n'
           '[wires.pico]\nhalf = ["upper.2", "lower.1", "board.GP19"]\n'
           '[wires.esp32_devkitc]\nhalf = ["upper.2", "lower.1", "board.GPIO19"]\n')


@pytest.mark.parametrize("board", ["pico", "esp32_devkitc"])
@pytest.mark.parametrize("upper, lower, wanted", [
    ("1_000", "2_000", set()), ("2_000", "1_000", {"data-level"}), ("1_000", "10_000", {"pin-voltage"}), ("2_000", "2_200", set())])
def test_a_divider_by_hand_gives_neither_too_much_nor_too_little(upper, lower, wanted, board, tmp_path):
    wiring = wired(tmp_path, board, *with_parts(*EYE, more=DIVIDED), ("UP }", upper + " }"), ("DOWN }", lower + " }"))
    assert rules(wiring) == wanted
