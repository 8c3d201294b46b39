# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""SPI buses for drivers: one object for all parts on a bus."""

from machine import SPI, Pin

_made = {}


def make(number, sck, mosi, miso, hz):
    if number not in _made:
        # None and not left out: then the port would take its default pin for it.
        miso = None if miso is None else Pin(miso)
        _made[number] = SPI(number, hz, sck=Pin(sck), mosi=Pin(mosi), miso=miso)
    return _made[number]
