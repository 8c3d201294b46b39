# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""SPI buses for drivers: one object for all parts on a bus."""

from machine import SPI, Pin

_made = {}


def make(number, sck, mosi, miso, hz):
    if number not in _made:
        pins = {"sck": sck, "mosi": mosi, "miso": miso}
        pins = {line: Pin(gpio) for line, gpio in pins.items() if gpio is not None}
        _made[number] = SPI(number, hz, **pins)
    return _made[number]
