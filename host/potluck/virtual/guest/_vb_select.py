# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from _vb import M as _M
from machine import idle as _go
from select import poll as _engine_poll
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


class _Native:
    # Stands for a stream of the engine's own, such as micropython.RingIO: those have no ioctl to call.
    def __init__(self, thing):
        self._poll = _engine_poll()
        try:
            self._poll.register(thing)
        except OSError:
            raise OSError("stream operation not supported")
        self._thing = thing

    def ioctl(self, request, mask):
        self._poll.modify(self._thing, mask)
        for _, got in self._poll.ipoll(0):
            return got
        return 0


class _Poll:
    def __init__(self):
        self._watched = {}
        self._console = None  # of the watched console streams one, asked together with the time
        self._mask = 0
        self._others = ()
        self.now = _now()

    def __repr__(self):
        return "<poll>"

    def _look_over(self):
        self._console = None
        self._mask = 0
        others = []
        for thing, mask in self._watched.values():
            if self._console is None and getattr(thing, "_is_console", False):
                self._console = thing
                self._mask = mask
            else:
                others.append((thing, mask, thing if hasattr(thing, "ioctl") else _Native(thing)))
        self._others = others

    def register(self, thing, mask=POLLIN | POLLOUT):
        if not hasattr(thing, "ioctl"):
            _Native(thing)
        self._watched[id(thing)] = (thing, mask)
        self._look_over()

    def modify(self, thing, mask):
        if id(thing) not in self._watched:
            raise OSError(2)
        self._watched[id(thing)] = (thing, mask)
        self._look_over()

    def unregister(self, thing):
        self._watched.pop(id(thing), None)
        self._look_over()

    def poll(self, timeout=-1, flags=0):
        if timeout == 0 and not self._others:  # what a program asks before every write
            _M[0] = OP.wait_console
            _M[1] = 0
            _M[2] = self._mask
            _go()
            got = _M[1]
            self.now = _M[2]
            return [(self._console, got)] if got else []
        forever = timeout is None or timeout < 0
        left = _FOREVER if forever else int(timeout)
        while True:
            ready = []
            if self._others:
                for thing, mask, asked in self._others:
                    got = asked.ioctl(_POLL, mask)
                    if got:
                        ready.append((thing, got))
            wait = 0 if ready else left
            _M[0] = OP.wait_console
            _M[1] = wait
            _M[2] = self._mask
            _go()
            got = _M[1]
            self.now = _M[2]
            spare = _M[3]  # before any jump: there an interrupt may use M
            if not forever:
                left = spare
            if got:
                ready.append((self._console, got))
                break
            if ready or left <= 0:
                break
        if flags:
            for thing, _ in ready:
                self.modify(thing, 0)
        return ready

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
