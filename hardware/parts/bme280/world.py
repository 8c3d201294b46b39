# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""BME280 at its registers: what the air is, through its own constants backwards, into raw counts.

Formulas in floating point after BST-BME280-DS002, appendix 8.1; the driver uses those in whole numbers.

knobs
  celsius, pascal, humidity  the air
  wrong_chip  1: it is a BMP280
  unplugged   1: off the bus
"""

_T = (28485, 26735, 50)
_P = (36738, -10635, 3024, 6980, -4, -7, 9900, -10230, 4285)
_H = (75, 353, 0, 340, 0, 30)
_MEASURES_S = 0.0093


def _fine(raw):
    v1 = (raw / 16384 - _T[0] / 1024) * _T[1]
    off = raw / 131072 - _T[0] / 8192
    return v1 + off * off * _T[2]


def _pascal(raw, fine):
    v1 = fine / 2 - 64000
    v2 = v1 * v1 * _P[5] / 32768
    v2 += v1 * _P[4] * 2
    v2 = v2 / 4 + _P[3] * 65536
    v1 = (_P[2] * v1 * v1 / 524288 + _P[1] * v1) / 524288
    v1 = (1 + v1 / 32768) * _P[0]
    p = (1048576 - raw - v2 / 4096) * 6250 / v1
    return p + (_P[8] * p * p / 2147483648 + p * _P[7] / 32768 + _P[6]) / 16


def _humidity(raw, fine):
    h = fine - 76800
    h = (raw - (_H[3] * 64 + _H[4] / 16384 * h)) * (
        _H[1] / 65536 * (1 + _H[5] / 67108864 * h * (1 + _H[2] / 67108864 * h)))  # fmt: skip
    return h * (1 - _H[0] * h / 524288)


def _raw(wanted, bits, value_of, falling=False):
    """The count whose value is nearest: halving."""
    low, high = 0, (1 << bits) - 1
    while low < high:
        middle = (low + high) // 2
        if (value_of(middle) < wanted) != falling:
            low = middle + 1
        else:
            high = middle
    return low


def _words(values):
    return b"".join([(value & 0xFFFF).to_bytes(2, "little") for value in values])


class World:
    knobs = {"celsius": 21.0, "pascal": 101325.0, "humidity": 45.0, "wrong_chip": 0, "unplugged": 0}

    def __init__(self, name, options):
        self._address = options.get("address", 0x76)
        self._at = 0
        self._reset()

    def _reset(self):
        r = self._registers = bytearray(256)
        r[0x88:0xA0] = _words(_T + _P)
        r[0xA1] = _H[0]
        r[0xE1:0xE8] = _words(_H[1:2]) + bytes(
            [_H[2], _H[3] >> 4 & 0xFF, _H[3] & 15 | (_H[4] & 15) << 4, _H[4] >> 4 & 0xFF, _H[5] & 0xFF])  # fmt: skip
        r[0xF7:0xFF] = b"\x80\x00\x00\x80\x00\x00\x80\x00"
        self._left_s = 0.0
        self._with_humidity = False

    def poke(self, knob, value):
        setattr(self, knob, value)
        if knob == "unplugged" and value:
            self._reset()

    def i2c(self, address, data, size):
        if self.unplugged or address != self._address:
            return None
        if data:
            self._at = data[0]
            for i in range(1, len(data), 2):  # register, value, register, value … (6.2.1)
                self._write(data[i - 1], data[i])
        registers = self._registers
        registers[0xD0] = 0x58 if self.wrong_chip else 0x60
        answer = bytes([registers[self._at + i & 0xFF] for i in range(size)])
        self._at = self._at + size & 0xFF
        return answer

    def _write(self, register, value):
        if register == 0xE0 and value == 0xB6:
            self._reset()
        elif register in (0xF2, 0xF4, 0xF5):
            self._registers[register] = value
            if register == 0xF4:  # which also makes ctrl_hum count
                self._with_humidity = bool(self._registers[0xF2] & 7)
                if value & 3:
                    self._left_s = _MEASURES_S
                    self._registers[0xF3] |= 8

    def step(self, dt_s):
        if self._left_s > 0:
            self._left_s -= dt_s
            if self._left_s <= 0:
                self._measure()

    def _measure(self):
        r = self._registers
        r[0xF3] &= ~8
        t = 0x80000
        if r[0xF4] >> 5:
            t = _raw(self.celsius * 5120, 20, _fine)
        fine = _fine(t)
        p = _raw(self.pascal, 20, lambda raw: _pascal(raw, fine), falling=True) if r[0xF4] >> 2 & 7 else 0x80000
        h = _raw(self.humidity, 16, lambda raw: _humidity(raw, fine)) if self._with_humidity else 0x8000
        r[0xF7:0xFA] = (p << 4).to_bytes(3, "big")
        r[0xFA:0xFD] = (t << 4).to_bytes(3, "big")
        r[0xFD:0xFF] = h.to_bytes(2, "big")
        if r[0xF4] & 3 == 3:  # normal mode: on and on
            self._left_s = _MEASURES_S
        else:
            r[0xF4] &= ~3
