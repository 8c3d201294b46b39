# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from array import array as _array
from _vb import address as _address
from _vb import op as _op
from _vb import size as _size
from _vb_pin import Pin as _Pin


def time_pulse_us(pin, pulse_level, timeout_us=1000000):
    return _op(OP.time_pulse, (pin if isinstance(pin, _Pin) else _Pin(pin))._gpio, 1 if pulse_level else 0, timeout_us)


def dht_readinto(pin, buf):
    if len(buf) < 5:
        raise ValueError("buffer too small")
    _op(OP.dht_read, pin._gpio, _address(buf))


def bitstream(pin, encoding, timing, buf):
    if encoding != 0:
        raise ValueError("encoding")
    if len(timing) != 4:
        raise ValueError("requested length 4 but object has length %d" % len(timing))
    high_0, low_0, high_1, low_1 = timing
    timing = _array("i", (high_0, low_0, high_1, low_1))
    _op(OP.bitstream_timing, _address(timing))
    _op(OP.bitstream, pin._gpio, _address(buf) if len(buf) else 0, _size(buf))
