# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from _vb import op as _op
from _vb_pin import Pin as _Pin


class TouchPad:
    def __init__(self, pin):
        self._gpio = (pin if isinstance(pin, _Pin) else _Pin(pin))._gpio
        _op(OP.touch_open, self._gpio)

    def read(self):
        return _op(OP.touch_read, self._gpio)

    def config(self, value):
        pass

    def __repr__(self):
        return "<TouchPad>"
