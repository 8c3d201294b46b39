# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from _vb import op as _op
from time import ticks_diff as _diff
from time import ticks_ms as _now

POLLIN = 1
POLLOUT = 4
POLLERR = 8
POLLHUP = 16
_POLL = 3
_FOREVER = 1 << 29


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
        start = _now()
        while True:
            ready = self._ready() if self._watched else ()
            left = _FOREVER if timeout < 0 else timeout - _diff(_now(), start)
            if ready or left <= 0:
                break
            _op(OP.wait_ms, left)
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
