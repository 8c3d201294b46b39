# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""BME280: temperature, pressure and humidity, one measurement at a time (forced mode).

Numbers and formulas: Bosch BST-BME280-DS002, 4.2.3 (whole numbers: 32-bit floats are too coarse for pressure)
and 5.4 (registers).
"""

import asyncio
from errno import ENODEV
from time import sleep_ms

from micropython import const

_ID, _CHIP = const(0xD0), const(0x60)
_RESET, _RESET_WORD = const(0xE0), b"\xb6"
_CALIBRATION_T, _CALIBRATION_H = const(0x88), const(0xE1)
_CTRL_HUM, _STATUS, _CTRL_MEAS, _DATA = const(0xF2), const(0xF3), const(0xF4), const(0xF7)
_ONCE_HUM = b"\x01"  # humidity once
_ONCE = b"\x25"  # temperature and pressure once, forced mode
_MEASURES_MS = const(10)  # 9.3 at most (appendix 9.1)
_MEASURING, _COPYING = const(8), const(1)


def _u16(data, at):
    return data[at] | data[at + 1] << 8


def _s16(data, at):
    value = _u16(data, at)
    return value - 65536 if value & 0x8000 else value


def _s8(value):
    return value - 256 if value & 0x80 else value


class BME280:
    """i2c: the bus. OSError at birth: nobody there, or another chip (a BMP280, for instance)."""

    def __init__(self, i2c, *, address=0x76):
        self._i2c = i2c
        self._address = address
        self._status = bytearray(1)
        self._data = bytearray(8)
        try:
            i2c.readfrom_mem_into(address, _ID, self._status)
        except OSError:
            raise OSError(ENODEV, "no BME280 at 0x%02x" % address)
        if self._status[0] != _CHIP:
            raise OSError(ENODEV, "chip 0x%02x is no BME280" % self._status[0])
        i2c.writeto_mem(address, _RESET, _RESET_WORD)
        for _ in range(10):
            sleep_ms(2)
            i2c.readfrom_mem_into(address, _STATUS, self._status)
            if not self._status[0] & _COPYING:
                break
        self.calibrate(i2c.readfrom_mem(address, _CALIBRATION_T, 26), i2c.readfrom_mem(address, _CALIBRATION_H, 7))

    def calibrate(self, low, high):
        """Take the constants from registers 0x88 … 0xA1 and 0xE1 … 0xE7."""
        self._t = (_u16(low, 0), _s16(low, 2), _s16(low, 4))
        self._p = (_u16(low, 6),) + tuple([_s16(low, at) for at in range(8, 24, 2)])
        h4 = _s8(high[3]) << 4 | high[4] & 15
        h5 = _s8(high[5]) << 4 | high[4] >> 4
        self._h = (low[25], _s16(high, 0), high[2], h4, h5, _s8(high[6]))

    def fine(self, raw):
        """Temperature in steps of 1 / 5120 Cel."""
        t1, t2, t3 = self._t
        linear = ((raw >> 3) - (t1 << 1)) * t2 >> 11
        off = (raw >> 4) - t1
        return linear + ((off * off >> 12) * t3 >> 14)

    def pressure(self, raw, fine):
        """Pa; None for a calibration that cannot be."""
        p1, p2, p3, p4, p5, p6, p7, p8, p9 = self._p
        v1 = fine - 128000
        v2 = v1 * v1 * p6 + (v1 * p5 << 17) + (p4 << 35)
        v1 = (v1 * v1 * p3 >> 8) + (v1 * p2 << 12)
        v1 = ((1 << 47) + v1) * p1 >> 33
        if v1 == 0:
            return None
        p = ((1048576 - raw << 31) - v2) * 3125 // v1
        v1 = p9 * (p >> 13) * (p >> 13) >> 25
        return ((p + v1 + (p8 * p >> 19) >> 8) + (p7 << 4)) / 256

    def humidity(self, raw, fine):
        """Per cent."""
        h1, h2, h3, h4, h5, h6 = self._h
        v = fine - 76800
        gain = ((v * h6 >> 10) * ((v * h3 >> 11) + 32768) >> 10) + 2097152
        v = ((raw << 14) - (h4 << 20) - h5 * v + 16384 >> 15) * (gain * h2 + 8192 >> 14)
        v -= ((v >> 15) * (v >> 15) >> 7) * h1 >> 4
        return min(max(v, 0), 419430400) / 4194304

    async def read(self):
        """(Cel, Pa, %), or None: no answer, or values that no air has."""
        i2c, address = self._i2c, self._address
        try:
            i2c.writeto_mem(address, _CTRL_HUM, _ONCE_HUM)  # each time: it may have lost its power
            i2c.writeto_mem(address, _CTRL_MEAS, _ONCE)
            for _ in range(3):
                await asyncio.sleep_ms(_MEASURES_MS)
                i2c.readfrom_mem_into(address, _STATUS, self._status)
                if not self._status[0] & _MEASURING:
                    break
            else:
                return None
            i2c.readfrom_mem_into(address, _DATA, self._data)
        except OSError:
            return None
        data = self._data
        raw_p = data[0] << 12 | data[1] << 4 | data[2] >> 4
        raw_t = data[3] << 12 | data[4] << 4 | data[5] >> 4
        raw_h = data[6] << 8 | data[7]
        if raw_p == 0x80000 or raw_t == 0x80000 or raw_h == 0x8000:
            return None  # "not measured": a chip that was reset in between
        fine = self.fine(raw_t)
        celsius = fine / 5120
        pascal = self.pressure(raw_p, fine)
        if pascal is None or not (-40 <= celsius <= 85 and 30000 <= pascal <= 110000):
            return None
        return celsius, pascal, self.humidity(raw_h, fine)
