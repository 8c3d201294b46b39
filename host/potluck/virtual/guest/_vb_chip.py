# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import sys as _sys
from _vb import M as _M
from _vb import Missing as _Missing
from _vb import address as _address
from _vb import handlers as _handlers
from _vb import op as _op
from _vb import text as _text
from machine import idle as _go
from micropython import heap_lock as _heap_lock
from micropython import heap_unlock as _heap_unlock

_ESP32 = _sys.platform == "esp32"
PWRON_RESET = 1
HARD_RESET = 2
WDT_RESET = 3
DEEPSLEEP_RESET = 4
SOFT_RESET = 5
DEEPSLEEP = 4
_EMPTY = bytearray(1)


def reset():
    _op(OP.machine_reset)


def soft_reset():
    raise SystemExit


def bootloader(timeout_ms=0):
    _op(OP.bootloader)


def reset_cause():
    return _op(OP.reset_cause)


def unique_id():
    return bytes([int(x) for x in _text("unique_id_bytes").split()])


if _ESP32:

    def freq(hz=None):
        if hz is None:
            return _op(OP.cpu_freq)
        _op(OP.set_cpu_freq, hz)

else:

    def freq(hz=None, peripheral_hz=48000000):
        if hz is None:
            return _op(OP.cpu_freq)
        _op(OP.set_cpu_freq, hz, peripheral_hz)


def idle():
    _op(OP.idle)


def lightsleep(time_ms=0):
    _op(OP.lightsleep, time_ms or 0)


def deepsleep(time_ms=0):
    _op(OP.deepsleep, time_ms or 0)


if _ESP32:
    SLEEP = 2
    PIN_WAKE = EXT0_WAKE = 2
    EXT1_WAKE = 3
    TIMER_WAKE = 4
    TOUCHPAD_WAKE = 5
    ULP_WAKE = 6

    def wake_reason():
        return _op(OP.wake_reason)


I2S = _Missing("machine.I2S")
I2CTarget = _Missing("machine.I2CTarget")
USBDevice = _Missing("machine.USBDevice")
if _ESP32:
    DAC = _Missing("machine.DAC")
    SDCard = _Missing("machine.SDCard")
    ADCBlock = _Missing("machine.ADCBlock")
    Counter = _Missing("machine.Counter")
    Encoder = _Missing("machine.Encoder")


def disable_irq():
    return _op(OP.irq_mask, 1)


def enable_irq(state):
    _op(OP.irq_mask, state)


class _Memory:
    def __init__(self, width):
        self._width = width

    def __repr__(self):
        return "<%d-bit memory>" % (8 * self._width)

    def _check(self, address):
        if isinstance(address, str):
            raise TypeError("can't convert str to int")
        if address % self._width:
            raise ValueError("address %08x is not aligned to %d bytes" % (address, self._width))

    def __getitem__(self, address):
        self._check(address)
        low = _op(OP.peek, address >> 16, address & 0xFFFF, self._width)
        return low | (_op(OP.peek_high) << 16)

    def __setitem__(self, address, value):
        self._check(address)
        _op(OP.poke_value, value & 0xFFFF, (value >> 16) & 0xFFFF, self._width)
        _op(OP.poke, address >> 16, address & 0xFFFF)


mem8 = _Memory(1)
mem16 = _Memory(2)
mem32 = _Memory(4)


class Timer:
    ONE_SHOT = 0
    PERIODIC = 1

    def __init__(self, id=-1, **options):
        self._number = _op(OP.timer_open, id)
        self._told = (id, 1 if _ESP32 else 0, 0)
        if options:
            self.init(**options)

    def init(self, *, mode=PERIODIC, freq=-1, period=-1, callback=None, hard=False, tick_hz=1000):
        if hard and _ESP32:
            raise ValueError("hard Timers are not implemented")
        if freq != -1:
            period_us = int(1000000 / freq)
        else:  # when nothing is said it is 49 days, to the C code
            period_us = (0xFFFFFFFF if period == -1 else period) * 1000000 // tick_hz
        period_us = max(period_us, 1)
        if callback is None:
            handler = _nothing
        elif hard:  # a hard interrupt may come in the middle of the collector's work: it gets no memory

            def handler():
                _heap_lock()
                try:
                    callback(self)
                finally:
                    _heap_unlock()
        else:
            handler = lambda: callback(self)
        _handlers[self._number] = handler
        self._told = (self._told[0], mode, period_us)
        _op(OP.timer_start, self._number, min(period_us // 1000, 0x7FFFFFFF), period_us % 1000 | mode << 16)

    def __repr__(self):
        id, mode, us = self._told
        mode = "PERIODIC" if mode else "ONE_SHOT"
        if _ESP32:
            return "Timer(%d, mode=%s, period=%d)" % (id, mode, us // 1000)
        return "Timer(mode=%s, tick_hz=1000000, period=%d)" % (mode, us)

    def deinit(self):
        _op(OP.timer_stop, self._number)
        _handlers.pop(self._number, None)

    if _ESP32:

        def value(self):
            return _op(OP.timer_value, self._number)


def _nothing():
    pass


class WDT:
    def __init__(self, id=0, timeout=5000):
        if id != 0:
            raise ValueError() if _ESP32 else ValueError("WDT(%d) doesn't exist" % id)
        _op(OP.wdt_start, timeout)

    def __repr__(self):
        return "<WDT>"

    def feed(self):
        _M[0] = OP.wdt_feed
        _go()


class RTC:
    def __init__(self, *ids):
        if ids and not _ESP32:
            raise TypeError("function takes 0 positional arguments but %d were given" % len(ids))

    def __repr__(self):
        return "<RTC>"

    def datetime(self, when=None):
        if when is None:
            import time

            y, mo, d, h, mi, s, wd, _ = time.localtime()
            return (y, mo, d, wd, h, mi, s, _op(OP.rtc_ns) // 1000 if _ESP32 else 0)
        import time

        when = tuple(when)
        if len(when) != 8:
            raise ValueError("requested length 8 but object has length %d" % len(when))
        y, mo, d, _, h, mi, s, us = when
        seconds = time.mktime((y, mo, d, h, mi, s, 0, 0)) + time._EPOCH
        _op(OP.rtc_set, seconds >> 16, seconds & 0xFFFF, us if _ESP32 else 0)

    if _ESP32:

        def init(self, when):
            self.datetime(when)

        def memory(self, data=None):
            if data is None:
                data = bytearray(_op(OP.rtc_memory_size))
                if data:
                    _op(OP.rtc_memory_read, _address(data))
                return bytes(data)
            data = bytearray(data)
            _op(OP.rtc_memory_write, _address(data) if data else 0, len(data))
