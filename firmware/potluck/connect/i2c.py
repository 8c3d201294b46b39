# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""I2C buses for drivers: one object for all parts on a bus."""

from machine import I2C, Pin

_made = {}


def make(number, sda, scl, hz):
    if number not in _made:
        _made[number] = I2C(number, sda=Pin(sda), scl=Pin(scl), freq=hz)
    return _made[number]
