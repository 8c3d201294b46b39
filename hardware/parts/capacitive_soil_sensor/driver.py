# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Capacitive soil moisture sensor: per cent between its voltage in dry air and in water.

The wire is tested at each reading by switching the pin's pulls. The sensor's output is a peak
detector with a capacitor of 100 nF to 1 uF behind it: in 0.2 ms a pull of 50 kOhm moves that by at
most 0.13 V, while a loose wire (some 100 pF) goes all the way. Baseline first, pulls afterwards, so
that what they left on the capacitor is gone (1 MOhm, about 1 s) at the next reading.
"""

from array import array
from time import sleep_us

from machine import Pin
from micropython import const

_SAMPLES = const(9)  # odd: the median is one of them
_PULL_US = const(200)
_LOOSE_MV = const(1100)  # the pulls move it so far: a third of the supply
_LOW_MV = const(200)  # nearer to GND than any sensor in water: shorted, or no supply
_HIGH_MV = const(3050)  # DFRobot SEN0193: 3.0 V at most; more is a short to 3V3 or no GND
_MARGIN_MV = const(400)  # so far outside of its calibration nothing is believed
_SUPPLY_MV = const(3300)  # RP2040: the ADC's reference is the supply


class CapacitiveSoilSensor:
    """adc, pin: one and the same pin, as ADC and as Pin. dry_v, wet_v: volts in air and in water."""

    def __init__(self, adc, pin, *, dry_v=2.6, wet_v=1.1):
        self.dry_v = dry_v
        self.wet_v = wet_v
        self._adc = adc
        self._pin = pin
        if hasattr(adc, "read_uv"):  # ESP32: corrected by the chip's own calibration
            self._read, self._mv_per, self._steps = adc.read_uv, 1, 1000
        else:
            self._read, self._mv_per, self._steps = adc.read_u16, _SUPPLY_MV, 65535
        self._seen = array("i", [0] * _SAMPLES)
        if hasattr(adc, "ATTN_11DB"):
            adc.atten(adc.ATTN_11DB)  # making `pin` took the pad away from an ESP32's ADC

    def _mv(self, read):
        return read * self._mv_per // self._steps

    def _median_mv(self):
        seen, read = self._seen, self._read
        for i in range(_SAMPLES):  # insertion sort in place: sorted() would allocate
            now = read()
            while i > 0 and seen[i - 1] > now:
                seen[i] = seen[i - 1]
                i -= 1
            seen[i] = now
        return self._mv(seen[_SAMPLES // 2])

    def _pulled_mv(self, pull):
        self._pin.init(pull=pull)  # no mode: the pad stays the ADC's
        sleep_us(_PULL_US)
        return self._mv(self._read())

    def _loose(self):
        try:
            high_mv = self._pulled_mv(Pin.PULL_UP)
            return high_mv - self._pulled_mv(Pin.PULL_DOWN) > _LOOSE_MV
        finally:
            self._pin.init(pull=None)

    def volts(self):
        """What the wire carries; None: it is loose, shorted, or shows what no sensor says."""
        mv = self._median_mv()
        if self._loose() or not _LOW_MV < mv < _HIGH_MV:
            return None
        return mv / 1000

    async def read(self):
        """Moisture in per cent, 0 (as in dry air) to 100 (as in water); None as for volts()."""
        volts = self.volts()
        if volts is None:
            return None
        span_v = self.dry_v - self.wet_v
        if not span_v > 0.05:  # also a calibration that is no number
            return None
        margin_v = _MARGIN_MV / 1000
        if not self.wet_v - margin_v < volts < self.dry_v + margin_v:
            return None
        return min(max((self.dry_v - volts) / span_v, 0), 1) * 100
