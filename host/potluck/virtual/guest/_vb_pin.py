# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from _vb import M as _M
from _vb import handlers as _handlers
from _vb import op as _op
from _vb import text as _text
from machine import idle as _go

_pins = {}


class Pin:
    IN = 0
    OUT = 1
    OPEN_DRAIN = 2
    ALT = 3
    PULL_UP = 1
    PULL_DOWN = 2
    IRQ_FALLING = 4
    IRQ_RISING = 8

    def __new__(cls, id, mode=-1, pull=-1, *, value=None, drive=0, alt=-1, hold=None):
        if isinstance(id, Pin):
            pin = id
        else:
            gpio = id if isinstance(id, int) else int(_text("pin_named", str(id)))
            if gpio not in _pins:
                _op(OP.pin_check, gpio)
                pin = object.__new__(cls)
                pin._gpio = gpio
                _pins[gpio] = pin
            pin = _pins[gpio]
        if mode != -1 or pull != -1 or value is not None:
            pin.init(mode, pull, value=value)
        return pin

    def __init__(self, *args, **kwargs):
        pass

    def init(self, mode=-1, pull=-1, *, value=None, drive=0, alt=-1, hold=None):
        if value is not None:
            _op(OP.pin_latch, self._gpio, 1 if value else 0)
        _op(OP.pin_init, self._gpio, -1 if mode is None else mode, 0 if pull is None else pull)

    def value(self, x=None):
        if x is None:
            _M[0] = OP.pin_read
            _M[1] = self._gpio
            _go()
            return _M[1]
        level = 1 if x else 0  # before the registers: between them and the call must be no jump
        _M[0] = OP.pin_write
        _M[1] = self._gpio
        _M[2] = level
        _go()

    __call__ = value

    def on(self):
        _op(OP.pin_write, self._gpio, 1)

    def off(self):
        _op(OP.pin_write, self._gpio, 0)

    high = on
    low = off

    def toggle(self):
        _op(OP.pin_write, self._gpio, 2)

    def irq(self, handler=None, trigger=IRQ_FALLING | IRQ_RISING, *, priority=1, wake=None, hard=False):
        _handlers.pop(self._gpio, None)
        if handler is not None:
            _handlers[self._gpio] = lambda: handler(self)
        _op(OP.pin_irq, self._gpio, trigger if handler is not None else 0)
        return _Irq(self._gpio, trigger)

    def __repr__(self):
        return _text("pin_repr", str(self._gpio))


class _Irq:
    def __init__(self, gpio, trigger):
        self._gpio = gpio
        self._trigger = trigger

    def flags(self):
        return _op(OP.pin_irq_flags, self._gpio)

    def trigger(self, trigger=None):
        if trigger is not None:
            self._trigger = trigger
            _op(OP.pin_irq, self._gpio, trigger)
        return self._trigger


class Signal:
    def __init__(self, pin, *args, invert=False, **kwargs):
        self._pin = pin if isinstance(pin, Pin) else Pin(pin, *args, **kwargs)
        self._invert = invert

    def value(self, x=None):
        if x is None:
            return self._pin.value() ^ self._invert
        self._pin.value(bool(x) ^ self._invert)

    __call__ = value

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)
