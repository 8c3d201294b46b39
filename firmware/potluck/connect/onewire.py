# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""1-Wire lines for drivers: one object for all parts on a line."""

from machine import Pin
from onewire import OneWire

_made = {}


def make(gpio):
    if gpio not in _made:
        _made[gpio] = OneWire(Pin(gpio))
    return _made[gpio]
