# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The plant waterer with a part on every other kind of connection beside it."""

from __future__ import annotations

from pathlib import Path

from potluck.model import Wiring

from tests.host.recipe_kit import wired, with_parts

PARTS = """
knob = { is = "potentiometer" }
arm = { is = "servo" }
horn = { is = "buzzer" }
strip = { is = "neopixel_strip" }
air = { is = "bme280" }
screen = { is = "ssd1306" }
probe = { is = "ds18b20" }
range = { is = "hc_sr04" }
"""
PICO = """
knob = "GP27"
arm = "GP18"
horn = "GP20"
strip = "GP22"
i2c0 = { sda = "GP4", scl = "GP5" }
onewire0 = "GP6"
range = { trigger = "GP7", echo = "GP8" }
"""
ESP32 = """
knob = "GPIO14"
arm = "GPIO18"
horn = "GPIO19"
strip = "GPIO23"
i2c0 = { sda = "GPIO21", scl = "GPIO22" }
onewire0 = "GPIO4"
range = { trigger = "GPIO13", echo = "GPIO36" }
"""


def bench(folder: Path, board: str, *changes: tuple[str, str], wires: str = "") -> Wiring:
    """It, changed and wired."""
    more = f"[wires]\n{wires}\n[accept]\n\"pin-adc2\" = \"there is no Wi-Fi in this one\"\n"
    return wired(folder, board, *with_parts(PARTS, PICO, ESP32, more=more), *changes)
