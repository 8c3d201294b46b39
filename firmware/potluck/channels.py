# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Samples: measured into a ring of fixed size, turned into text only when they are sent.

A sample in the ring: frame number, seconds, milliseconds, one 32-bit float per channel (nan: no
value). Taking one allocates nothing, so it works at any time and makes no work for the collector.
"""

from struct import calcsize, pack_into, unpack_from

from micropython import const

from potluck import clock

_RING_BYTES = const(2048)
_HEAD = const(3)  # fields before the values


class Ring:
    def __init__(self, decimals):
        """`decimals`: of each channel, in order."""
        self._decimals = decimals
        self.form = "<IIH" + "f" * len(decimals)
        self._size = calcsize(self.form)
        self._room = _RING_BYTES // self._size
        self.bytes = bytearray(self._room * self._size)
        self.end = 0  # samples ever taken
        self.next = 0  # the first that was not sent yet
        self.dropped = 0  # left the ring without being sent

    def free(self):
        """Offset in `bytes` for the next sample. It counts only after `taken()`."""
        return self.end % self._room * self._size

    def taken(self):
        self.end += 1
        if self.end - self.next > self._room:
            self.next += 1
            self.dropped += 1

    def text(self, i):
        """Sample `i` as the body of a frame."""
        sample = unpack_from(self.form, self.bytes, i % self._room * self._size)
        values = [number(sample[_HEAD + k], d) for k, d in enumerate(self._decimals)]
        return '{"n":%d,"t":%s,"v":[%s]' % (sample[0], stamp(sample[1], sample[2]), ",".join(values))

    def oldest(self):
        return max(0, self.end - self._room)

    def find(self, first, last):
        """Indices of the samples sent already whose frame numbers are in first…last."""
        return [i for i in range(self.oldest(), self.next) if first <= self.number(i) <= last]

    def number(self, i):
        return unpack_from("<I", self.bytes, i % self._room * self._size)[0]


def stamp(s, ms):
    return "%d%03d" % (s, ms) if s else "%d" % ms


def number(value, decimals):
    if not -1e30 < value < 1e30:  # nan and the infinities
        return "null"
    if not decimals:
        return str(round(value))
    scaled = round(value * 10**decimals)
    digits = "%0*d" % (decimals + 1, abs(scaled))
    return ("-" if scaled < 0 else "") + digits[:-decimals] + "." + digits[-decimals:]


def reporter(names, ring, count, done):
    """The function `report(name=value, …)`.

    `count()` gives the frame's number, `done()` is called when the sample is in. It is made from text, for
    a function with **anything would build a dict at each call. Made for moisture and pump it reads:

        def report(moisture=None, pump=None):
            T()
            P(F, B, R(), N(), C.s, C.ms, X if moisture is None else moisture, X if pump is None else pump)
            D()

    Capitals, since a channel's name has none, and one letter, since they are kept on the board.
    """
    source = "def report(%s):\n T()\n P(F,B,R(),N(),C.s,C.ms,%s)\n D()\n" % (
        ",".join([name + "=None" for name in names]),
        ",".join(["X if %s is None else %s" % (name, name) for name in names]),
    )
    scope = {"T": clock.tick, "C": clock, "P": pack_into, "F": ring.form, "B": ring.bytes, "R": ring.free,
             "N": count, "D": done, "X": float("nan")}  # fmt: skip
    exec(source, scope)
    return scope["report"]
