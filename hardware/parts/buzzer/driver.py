# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Passive buzzer: tones by PWM at half duty."""

import asyncio

from micropython import const

_LOWEST_HZ = const(50)
_HIGHEST_HZ = const(15000)
_HALF = const(32768)
_LONGEST_S = const(10)


class Buzzer:
    """pwm: an output."""

    def __init__(self, pwm):
        self._pwm = pwm
        self.on = False
        self.safe()

    def tone(self, hz):
        """Sound until the next tone or safe(). ValueError: nobody hears that."""
        if not _LOWEST_HZ <= hz <= _HIGHEST_HZ:
            raise ValueError("a buzzer cannot sound at %s Hz" % hz)
        self._pwm.freq(int(hz))
        self._pwm.duty_u16(_HALF)
        self.on = True

    async def beep(self, hz=4000, seconds=0.1):
        """One tone, 10 s at most, and wait until it is over."""
        self.tone(hz)
        try:
            await asyncio.sleep(min(seconds, _LONGEST_S))
        finally:
            self.safe()

    def safe(self):
        """Silent."""
        try:
            self._pwm.duty_u16(0)
        except Exception:
            pass  # a PWM that was ended is silent too
        self.on = False
