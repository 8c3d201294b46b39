# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import sys as _sys
from micropython import heap_lock as _heap_lock
from micropython import heap_unlock as _heap_unlock
from _vb import M as _M
from _vb import handlers as _handlers
from _vb import op as _op
from _vb import text as _text
from machine import idle as _go

_ESP32 = _sys.platform == "esp32"
_pins = {}
# The ESP32's numbers (driver/gpio_types.h) to the chip's own here: modes 0 in, 1 out, 2 open drain;
# pulls 1 up, 2 down; edges 4 falling, 8 rising.
_MODE = (-1, 0, 1, 1, -1, -1, 2, 2)
_PULL = (0, 2, 1, 3)
_EDGE = (0, 8, 4, 12, 16, 32)


class _Named:
    def __getattr__(self, name):
        try:
            return Pin(name)
        except ValueError:
            raise AttributeError("type object 'board' has no attribute '%s'" % name)


class Pin:
    board = _Named()
    if _ESP32:
        IN = 1
        OUT = 3
        OPEN_DRAIN = 7
        PULL_UP = 2
        PULL_DOWN = 1
        IRQ_RISING = 1
        IRQ_FALLING = 2
        WAKE_LOW = 4
        WAKE_HIGH = 5
        DRIVE_0 = 0
        DRIVE_1 = 1
        DRIVE_2 = 2
        DRIVE_3 = 3
    else:
        cpu = board
        IN = 0
        OUT = 1
        OPEN_DRAIN = 2
        ALT = 3
        PULL_UP = 1
        PULL_DOWN = 2
        IRQ_FALLING = 4
        IRQ_RISING = 8
        ALT_SPI = 1
        ALT_UART = 2
        ALT_I2C = 3
        ALT_PWM = 4
        ALT_SIO = 5
        ALT_PIO0 = 6
        ALT_PIO1 = 7
        ALT_GPCK = 8
        ALT_USB = 9

    def __new__(cls, id=_sys, *args, **options):
        if id is _sys:
            raise TypeError("function missing 1 required positional arguments")
        if isinstance(id, Pin):
            pin = id
        else:
            named = isinstance(id, str)
            if not named and not isinstance(id, int):
                raise ValueError("invalid pin")
            gpio = int(_text("pin_named", id)) if named else id
            if not named and (gpio not in _pins or gpio > 99):  # another chip's pins have names only
                _op(OP.pin_check, gpio)
            if gpio not in _pins:
                pin = object.__new__(cls)
                pin._gpio = gpio
                _pins[gpio] = pin
            pin = _pins[gpio]
        if args or options:
            pin.init(*args, **options)
        return pin

    def __init__(self, *args, **kwargs):
        pass

    if _ESP32:

        def init(self, mode=None, pull=-1, *, value=None, drive=None, hold=None):
            if value is not None:
                _op(OP.pin_latch, self._gpio, 1 if value else 0)
            mode = -1 if mode is None else _MODE[mode & 7]
            _op(OP.pin_init, self._gpio, mode, -1 if pull == -1 else _PULL[(pull or 0) & 3])

    else:

        def init(self, mode=None, pull=None, *, value=None, alt=5):
            if mode is not None and not 0 <= mode <= 2:
                _op(OP.pin_alt, self._gpio, alt, pull or 0)
                return
            if value is not None or mode == 2:  # an open drain begins let go
                _op(OP.pin_latch, self._gpio, 1 if value is None or value else 0)
            _op(OP.pin_init, self._gpio, -1 if mode is None else mode, pull or 0)

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

    if not _ESP32:
        high = on
        low = off

    def toggle(self):
        _op(OP.pin_write, self._gpio, 2)

    if _ESP32:

        def irq(self, handler=None, trigger=3, wake=None):
            if trigger in (4, 5) and wake is not None:
                if not isinstance(wake, int) or not 2 <= wake <= 7:
                    raise ValueError("bad wake value")
                _op(OP.wake_on_pin, self._gpio, trigger == 5, wake)
                return _Irq(self._gpio, trigger)
            return self._irq(handler, trigger, _EDGE[trigger] if 0 <= trigger < 6 else 0)

    else:

        def irq(self, handler=None, trigger=12, hard=False):
            if hard and handler is not None:
                handler = _hard(handler)
            return self._irq(handler, trigger, trigger & 12)

    def _irq(self, handler, trigger, edges):
        _handlers.pop(self._gpio, None)
        if handler is not None:
            _handlers[self._gpio] = lambda: handler(self)
        _op(OP.pin_irq, self._gpio, edges if handler is not None else 0)
        return _Irq(self._gpio, trigger)

    def __repr__(self):
        return _text("pin_repr", str(self._gpio))


def _hard(handler):
    # A hard interrupt may not allocate: on a board the heap is locked while it runs.
    def run(argument):
        _heap_lock()
        try:
            handler(argument)
        finally:
            _heap_unlock()

    return run


class _Irq:
    def __init__(self, gpio, trigger):
        self._gpio = gpio
        self._trigger = trigger

    def flags(self):
        flags = _op(OP.pin_irq_flags, self._gpio)
        return ((flags >> 3) & 1 | (flags >> 1) & 2) if _ESP32 else flags

    def trigger(self, trigger=None):
        if trigger is not None:
            self._trigger = trigger
            _op(OP.pin_irq, self._gpio, _EDGE[trigger] if _ESP32 else trigger)
        return self._trigger

    def __repr__(self):
        return "<IRQ>" if _ESP32 else "<irq>"


class Signal:
    def __init__(self, pin, *args, invert=False, **kwargs):
        if isinstance(pin, Pin) and (args or kwargs):
            raise TypeError
        self._pin = pin if isinstance(pin, Pin) else Pin(pin, *args, **kwargs)
        self._invert = invert

    def value(self, x=None):
        if x is None:
            return self._pin.value() ^ self._invert
        self._pin.value(bool(x) ^ self._invert)

    __call__ = value

    def __repr__(self):
        return "<Signal>"

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)
