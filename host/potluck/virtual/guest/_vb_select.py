# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from _vb import M as _M
from _vb import op as _op
from machine import idle as _go
from time import ticks_diff as _diff
from time import ticks_ms as _now

POLLIN = 1
POLLOUT = 4
POLLERR = 8
POLLHUP = 16
_POLL = 3
_FOREVER = 1 << 29


def _wait_ms(ms):
    # Until the time, an interrupt, or input on the console. Returns ticks_ms().
    _M[0] = OP.wait_ms
    _M[1] = ms
    _go()
    return _M[1]


class _Poll:
    def __init__(self):
        self._watched = {}

    def register(self, thing, mask=POLLIN | POLLOUT):
        if not hasattr(thing, "ioctl"):
            raise OSError(22)
        self._watched[id(thing)] = [thing, mask]

    def modify(self, thing, mask):
        if id(thing) not in self._watched:
            raise OSError(2)
        self._watched[id(thing)][1] = mask

    def unregister(self, thing):
        self._watched.pop(id(thing), None)

    def _ready(self):
        ready = []
        for thing, mask in self._watched.values():
            got = thing.ioctl(_POLL, mask)
            if got:
                ready.append((thing, got))
        return ready

    def poll(self, timeout=-1, flags=0):
        if timeout is None or timeout < 0:
            timeout = -1
        ready = self._ready() if self._watched else ()
        if timeout and not ready:
            start = now = _now()
            left = _FOREVER if timeout < 0 else timeout
            while not ready and left > 0:
                now = _wait_ms(left)
                ready = self._ready()
                if timeout > 0:
                    left = timeout - _diff(now, start)
        if flags:
            for thing, _ in ready:
                self._watched[id(thing)][1] = 0
        return list(ready)

    def ipoll(self, timeout=-1, flags=0):
        return iter(self.poll(timeout, flags))


def poll():
    return _Poll()


def select(readers, writers, errors, timeout=None):
    poller = _Poll()
    for thing in readers:
        poller.register(thing, POLLIN)
    for thing in writers:
        poller.register(thing, POLLOUT)
    got = poller.poll(-1 if timeout is None else int(timeout * 1000))
    return ([t for t, m in got if m & POLLIN], [t for t, m in got if m & POLLOUT], [])
