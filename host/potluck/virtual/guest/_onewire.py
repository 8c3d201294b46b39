# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from _vb import op as _op


def reset(pin):
    return bool(_op(OP.onewire, pin._gpio, 0))


def readbit(pin):
    return _op(OP.onewire, pin._gpio, 1)


def writebit(pin, value):
    _op(OP.onewire, pin._gpio, 2, value & 1)


def readbyte(pin):
    return _op(OP.onewire, pin._gpio, 3)


def writebyte(pin, value):
    _op(OP.onewire, pin._gpio, 4, value & 0xFF)


def crc8(data):
    # x^8 + x^5 + x^4 + 1, lowest bit first: Maxim application note 27
    crc = 0
    for byte in data:
        for _ in range(8):
            carry = (crc ^ byte) & 1
            crc >>= 1
            byte >>= 1
            if carry:
                crc ^= 0x8C
    return crc
