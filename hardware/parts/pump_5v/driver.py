# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Small pump behind a low-side switch: pin high = it runs.

It cannot stay on. Each run is ended by a Timer of its own, also while the program hangs; a reset lets
go of the pin, and the switch's pull-down ends it; the longest run is the part's, not the recipe's.
"""

import asyncio
from time import ticks_add, ticks_diff, ticks_ms

from machine import Timer
from micropython import const

_MOST_S = const(30)  # no option can allow more: part.toml
_NONSENSE = const(10)  # ten times max_on_s is a mistake of units, not a wish
_LOOK_MS = const(50)


class Pump5V:
    """pin: an output, low. max_on_s: longest run. ml_per_s: what it moves, for the recipe to count with."""

    _timers = 0

    def __init__(self, pin, *, max_on_s=30.0, ml_per_s=20.0):
        if not 0 < max_on_s <= _MOST_S:
            raise ValueError("max_on_s: %s is not in 0 … %d" % (max_on_s, _MOST_S))
        self.ml_per_s = ml_per_s
        self.on = False
        self._pin = pin
        self._most_ms = int(max_on_s * 1000)
        self._timer = self._new_timer()
        self._expire = self.safe
        self.safe()

    @classmethod
    def _new_timer(cls):
        # ESP32: numbered hardware timers (in older firmware every Timer(-1) is one and the same).
        # RP2040: software timers, all of them -1.
        number = cls._timers
        cls._timers += 1
        try:
            return Timer(number)
        except ValueError:
            return Timer(-1)

    def safe(self, _=None):
        """Off, now, whatever happened before."""
        self._pin(0)
        self.on = False
        try:
            self._timer.deinit()
        except Exception:
            pass  # a timer that is not running (ESP32); the pump is off already

    def _ms(self, seconds):
        try:
            fits = 0 < seconds < _NONSENSE * self._most_ms / 1000  # also false for nan
        except TypeError:
            fits = False
        if not fits:
            raise ValueError("a pump cannot run for %s s" % seconds)
        return max(1, min(int(seconds * 1000), self._most_ms))

    def start(self, seconds):
        """Run for so long and return at once. False: it is running already and ends as planned.

        More than max_on_s is cut to it. ValueError, and no run: not above 0, no number, or ten times
        max_on_s and more.
        """
        ms = self._ms(seconds)
        if self.on:
            return False
        # First what ends the run, then the run. Periodic: were one call lost in a full queue of
        # interrupts, the next would come.
        self._timer.init(period=ms, mode=Timer.PERIODIC, callback=self._expire)
        self.on = True
        self._pin(1)
        return True

    async def run(self, seconds, only_while=None):
        """The same, and wait until it is off. It ends early when only_while() is no longer true."""
        ms = self._ms(seconds)
        if (only_while and not only_while()) or not self.start(seconds):
            return
        end_ms = ticks_add(ticks_ms(), ms)
        try:
            while self.on and not (only_while and not only_while()):
                left_ms = ticks_diff(end_ms, ticks_ms())
                if left_ms <= 0:
                    break
                await asyncio.sleep_ms(min(left_ms, _LOOK_MS))
        finally:
            self.safe()
