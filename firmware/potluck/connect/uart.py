# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""UARTs for drivers."""

from machine import UART, Pin

_made = {}


def make(number, tx, rx, baud):
    if number not in _made:
        pins = {"tx": tx, "rx": rx}
        pins = {line: Pin(gpio) for line, gpio in pins.items() if gpio is not None}
        _made[number] = UART(number, baud, **pins)
    return _made[number]
