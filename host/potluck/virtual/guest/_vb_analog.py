# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import sys as _sys
from _vb import M as _M
from _vb import op as _op
from _vb import text as _text
from _vb_pin import Pin as _Pin
from machine import idle as _go


class ADC:
    def __init__(self, id, *, atten=None, sample_ns=0):
        if atten is not None and _sys.platform == "rp2":
            raise TypeError("function doesn't take keyword arguments")
        if isinstance(id, str):
            id = _Pin(id)
        self._channel = _op(OP.adc_open, id._gpio if isinstance(id, _Pin) else id, isinstance(id, _Pin))
        if atten is not None:
            self.atten(atten)

    def __repr__(self):
        return _text("adc_told", str(self._channel))

    def read_u16(self):
        _M[0] = OP.adc_read
        _M[1] = self._channel
        _go()
        return _M[1]

    if _sys.platform == "rp2":
        CORE_TEMP = 4
    else:
        ATTN_0DB = 0
        ATTN_2_5DB = 1
        ATTN_6DB = 2
        ATTN_11DB = 3
        if "S3" not in _sys.implementation._machine:
            WIDTH_9BIT = 9
            WIDTH_10BIT = 10
            WIDTH_11BIT = 11
        WIDTH_12BIT = 12

        def init(self, *, atten=None):
            _op(OP.adc_init, self._channel, 3 if atten is None else atten)

        def deinit(self):
            _op(OP.adc_end, self._channel)

        def block(self):
            raise NotImplementedError("machine.ADCBlock is not simulated")

        def atten(self, atten):
            _op(OP.adc_atten, self._channel, atten)

        def width(self, bits):
            _op(OP.adc_width, self._channel, bits)

        def read(self):
            return _op(OP.adc_read_raw, self._channel)

        def read_uv(self):
            return _op(OP.adc_read_uv, self._channel)


def _whole(number):
    # an int, or the TypeError of a board
    _M[3] = number
    return _M[3]


class PWM:
    def __init__(self, dest, freq=-1, **options):
        self._gpio = (dest if isinstance(dest, _Pin) else _Pin(dest))._gpio
        self._init(1, freq, **options)

    def init(self, freq=-1, **options):
        self._init(0, freq, **options)

    if _sys.platform == "esp32":

        def _init(self, is_new, freq, *, duty_u16=-1, duty_ns=-1, invert=-1, duty=-1, lightsleep=-1):
            numbers = (self._gpio, is_new, freq, duty_u16, duty_ns, int(invert), duty, int(lightsleep))
            _text("pwm_init", " ".join([str(_whole(n)) for n in numbers]))

        def duty(self, value=None):
            duty = _op(OP.pwm_u10, self._gpio, value or 0, value is not None)
            return duty if value is None else None

    else:

        def _init(self, is_new, freq, *, duty_u16=-1, duty_ns=-1, invert=-1):
            _text("pwm_init", " ".join([str(_whole(n)) for n in (self._gpio, is_new, freq, duty_u16, duty_ns, int(invert))]))

    def __repr__(self):
        return _text("pwm_told", str(self._gpio))

    def freq(self, value=None):
        hz = _op(OP.pwm_freq, self._gpio, value or 0, value is not None)
        return hz if value is None else None

    def duty_u16(self, value=None):
        duty = _op(OP.pwm_u16, self._gpio, value or 0, value is not None)
        return duty if value is None else None

    def duty_ns(self, value=None):
        ns = _op(OP.pwm_ns, self._gpio, value or 0, value is not None)
        return ns if value is None else None

    def deinit(self):
        _op(OP.pwm_close, self._gpio)
