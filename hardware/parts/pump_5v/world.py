# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Small pump behind its low-side switch: it spins up, moves water, and wears out when it runs dry.

A recipe's world takes `wanted_ml` at each step (what it would move with its inlet under water) and
sets `dry` when there was not so much.

knobs
  ml_per_s   what it moves at full level
  blocked    1: something is in the rotor
  unplugged  1: a wire is off
"""

from math import exp

_SPIN_S = 0.15  # a rotor of a few grams under water: full speed in about half a second


class World:
    knobs = {"ml_per_s": 20.0, "blocked": 0, "unplugged": 0}

    def __init__(self, name, options):
        self.ml_per_s = options.get("ml_per_s", 20.0)
        self.wanted_ml = 0.0
        self.dry = False
        self.on_s = 0.0
        self.dry_s = 0.0
        self.longest_s = 0.0  # the longest time without a pause
        self._run_s = 0.0
        self._level = 0.0
        self._speed = 0.0

    def drive(self, terminal, level):
        self._level = level or 0.0  # not driven: the switch's pull-down says off

    def step(self, dt_s):
        level, speed = self._level, self._speed
        if level > 0:
            self.on_s += dt_s
            self._run_s += dt_s
            if self._run_s > self.longest_s:
                self.longest_s = self._run_s
            if self.dry:
                self.dry_s += dt_s
        else:
            self._run_s = 0.0
            if not speed:
                self.wanted_ml = 0.0
                return
        if self.blocked or self.unplugged:
            self._speed = self.wanted_ml = 0.0
            return
        # First-order spin-up, integrated exactly, so that the step's length does not matter.
        left = exp(-dt_s / _SPIN_S)
        turned_s = level * dt_s + (speed - level) * _SPIN_S * (1 - left)
        speed = level + (speed - level) * left
        self._speed = speed if speed > 1e-3 else 0.0
        self.wanted_ml = self.ml_per_s * turned_s
