# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""HC-SR04: the distance to what is in front of it, by the time of an echo."""

import asyncio
from time import sleep_us, ticks_add, ticks_diff, ticks_ms

from machine import time_pulse_us
from micropython import const

_TRIGGER_US = const(10)
_NEAREST_M = 0.019  # 2 cm, less what microseconds and a guess at the air's warmth make
_FARTHEST_M = 4.0
_LONGEST_US = const(25000)  # 4 m in freezing air is 24,150 us; without an echo it says 38,000
_REST_MS = const(60)  # until the last click has died away


class HcSr04:
    """trigger: an output, low. echo: an input."""

    def __init__(self, trigger, echo):
        self.celsius = 20.0  # of the air; a recipe may set it before it reads
        self._trigger = trigger
        self._echo = echo
        self._next_ms = ticks_ms()
        trigger(0)

    def metres(self, echo_us):
        """How far something is whose echo took so long: there and back at 331.3 + 0.606 * celsius m/s."""
        return echo_us * (331.3 + 0.606 * self.celsius) / 2e6

    async def read(self):
        """Metres; None: nothing within 2 cm to 4 m, or no sensor. Holds the program up for 25 ms at most."""
        wait_ms = ticks_diff(self._next_ms, ticks_ms())
        if 0 < wait_ms <= _REST_MS:
            await asyncio.sleep_ms(wait_ms)
        if self._echo():
            return None  # still high, or stuck
        self._trigger(1)
        sleep_us(_TRIGGER_US)
        self._trigger(0)
        echo_us = time_pulse_us(self._echo, 1, _LONGEST_US)
        self._next_ms = ticks_add(ticks_ms(), _REST_MS)
        if echo_us < 0:
            return None
        metres = self.metres(echo_us)
        return metres if _NEAREST_M <= metres <= _FARTHEST_M else None
