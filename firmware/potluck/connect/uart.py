# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""UARTs for drivers."""

from machine import UART, Pin

_made = {}


def make(number, tx, rx, baud):
    if number not in _made:
        _made[number] = UART(number, baud, tx=Pin(tx), rx=Pin(rx))
    return _made[number]
