# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Potentiometer: where its knob stands, in per cent.

A wiper that has come off floats with the pin's pull resistors, while 10 kOhm hold against them: a pull of
some 50 kOhm moves 2.5 kOhm (the most that a 10 kOhm one has behind its wiper) by at most 0.16 V.
"""

from time import sleep_us

from machine import Pin
from micropython import const

_SAMPLES = const(8)
_PULL_US = const(20)
_LOOSE_MV = const(1100)  # the pulls move it so far: a third of the supply


class Potentiometer:
    """adc, pin: one and the same pin, as ADC and as Pin."""

    def __init__(self, adc, pin):
        self._pin = pin
        if hasattr(adc, "read_uv"):  # ESP32: corrected by the chip, and no more than 3.1 V at 11 dB
            self._read, self._per_mv, self._full_mv = adc.read_uv, 1000, 3100
        else:
            self._read, self._per_mv, self._full_mv = adc.read_u16, 65535 / 3300, 3300
        if hasattr(adc, "ATTN_11DB"):
            adc.atten(adc.ATTN_11DB)  # making `pin` took the pad away from an ESP32's ADC

    def _pulled_mv(self, pull):
        self._pin.init(pull=pull)  # no mode: the pad stays the ADC's
        sleep_us(_PULL_US)
        return self._read() / self._per_mv

    def _loose(self):
        try:
            high_mv = self._pulled_mv(Pin.PULL_UP)
            return high_mv - self._pulled_mv(Pin.PULL_DOWN) > _LOOSE_MV
        finally:
            self._pin.init(pull=None)

    async def read(self):
        """0 (at GND) to 100 (at 3V3); None: the wiper is loose."""
        if self._loose():
            return None
        total, read = 0, self._read
        for _ in range(_SAMPLES):
            total += read()
        return min(total / self._per_mv / (_SAMPLES * self._full_mv), 1) * 100
