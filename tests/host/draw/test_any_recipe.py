# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Schematics of recipes that nobody wrote: any parts, any number of them, any names."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from potluck import checks, errors, model
from potluck.model import Wiring

from tests.host.draw.neat import untidy
from tests.host.draw.test_schematic import witnessed
from tests.host.recipe_kit import BASE, write_recipe
from tests.needs import need

SEEDS = 20
# What it is, how it takes its pins; at most so many of it.
MANY = {"push_button": 4, "float_switch": 3, "led": 4, "hc_sr04": 2, "pump_5v": 2, "neopixel_strip": 1, "servo": 1,
        "buzzer": 1, "bme280": 1, "ssd1306": 1, "ds18b20": 2, "potentiometer": 1, "capacitive_soil_sensor": 1}
ANALOG = {"potentiometer", "capacitive_soil_sensor"}
WAYS = {"led": ("led_resistor", "lowside_switch"), "pump_5v": ("lowside_switch",)}
LETTERS = "abcdefghijklmnopqrstuvwxyz_0123456789"


def a_name(chance: random.Random) -> str:
    return chance.choice(LETTERS[:26]) + "".join(chance.choices(LETTERS, k=chance.choice((1, 3, 6, 12, 20))))


def a_recipe(chance: random.Random, board: str) -> str:
    """A recipe's text; it may still fail its checks."""
    pins = [pin for pin in model.load_board(board).pins.values() if not pin.can.limits]
    chance.shuffle(pins)
    analog = [pin for pin in pins if pin.can.adc]
    parts, taken, used = [], [], set()

    def a_pin(wanted: list) -> str:
        [pin, *_] = [pin.name for pin in wanted if pin.name not in used]       # ValueError: none is left
        used.add(pin)
        return pin

    def a_bus(kind: str, lines: str) -> None:
        ends = ", ".join(f'{line} = "{a_pin(pins)}"' for line in lines.split())
        taken.append(f"{kind}0 = {{ {ends} }}")

    kinds = [kind for kind, most in MANY.items() for _ in range(chance.randint(0, most))]
    chance.shuffle(kinds)
    for kind in sorted(kinds, key=lambda kind: kind not in ANALOG):
        name = a_name(chance)
        through = f', through = "{chance.choice(WAYS[kind])}"' if kind in WAYS and kind != "led" else ""
        parts.append(f'{name} = {{ is = "{kind}"{through} }}')
        if kind == "hc_sr04":
            taken.append(f'{name} = {{ trigger = "{a_pin(pins)}", echo = "{a_pin(pins)}" }}')
        elif kind in ANALOG:
            taken.append(f'{name} = "{a_pin(analog)}"')
        elif kind not in ("bme280", "ssd1306", "ds18b20"):
            taken.append(f'{name} = "{a_pin(pins)}"')
    chance.shuffle(parts)
    if {"bme280", "ssd1306"} & set(kinds):
        if board == "pico":
            taken.append('i2c0 = { sda = "GP4", scl = "GP5" }')
        else:
            a_bus("i2c", "sda scl")
    if "ds18b20" in kinds:
        taken.append(f'onewire0 = "{a_pin(pins)}"')
    parts.insert(chance.randint(0, len(parts)), 'feed = { is = "supply_5v" }')
    tables = "\n".join(["[parts]", *parts, f"[pins.{board}]", *taken, "", ""])
    return re.sub(r"(?s)\[parts\].*?(?=\[channels\])", lambda _: tables, BASE)


def a_wiring(seed: int, folder: Path) -> Wiring:
    """The first wiring from this seed that passes its checks."""
    chance = random.Random(seed)
    board = chance.choice(("pico", "esp32_devkitc", "pico_w", "arduino_nano_esp32", "arduino_nano_rp2040_connect"))
    for number in range(200):
        try:
            text = a_recipe(chance, board)
            wiring = model.wire(model.load_recipe(write_recipe(folder / str(number), text=text)), board)
            checks.require(wiring)
        except (errors.PotluckError, ValueError):
            continue
        return wiring
    raise AssertionError("no wiring passes its checks")


@pytest.mark.long
@pytest.mark.parametrize("seed", range(SEEDS))
def test_any_recipe_is_drawn_well(seed, tmp_path):
    wiring = a_wiring(seed, tmp_path)
    assert untidy(wiring) == []
    need("kicad-cli")
    witnessed(wiring, tmp_path / "out")
