# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from time import ticks_add, ticks_cpu, ticks_diff, ticks_ms, ticks_us  # noqa: F401
from time import gmtime as _gmtime
from time import mktime as _mktime
from _vb import M as _M
from _vb import op as _op
from machine import idle as _go

_EPOCH = _op(OP.epoch_s)  # seconds from 1970 to this port's year 0


def sleep_us(us):
    while us > 0:
        _M[0] = OP.sleep_us
        _M[1] = us
        _go()
        us = _M[1]


def sleep_ms(ms):
    mark = 0
    while ms > 0 or mark:  # comes back early for an interrupt: it runs at this jump
        _M[0] = OP.sleep_ms
        _M[1] = ms
        _M[2] = mark
        _go()
        ms = _M[1]
        mark = _M[2]


def sleep(seconds):
    if isinstance(seconds, str):
        raise TypeError("can't convert str to float")
    sleep_ms(int(seconds * 1000))


def time():
    return _op(OP.rtc_s) - _EPOCH


def time_ns():
    seconds = _op(OP.rtc_s)
    return (seconds - _EPOCH) * 1_000_000_000 + _op(OP.rtc_ns)


def gmtime(seconds=None):
    return _gmtime((time() if seconds is None else int(seconds)) + _EPOCH)[:8]


localtime = gmtime


def mktime(parts):
    return int(_mktime(tuple(parts)[:6] + (0, 0, 0))) - _EPOCH
