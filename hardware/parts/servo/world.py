# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Hobby servo: goes where its pulses say, as fast as it can.

knobs
  angle      degrees, now; setting it is turning the arm by hand
  pulse_us   length of the pulses it gets; 0: none
  blocked    1: something is in its way
  unplugged  1: a wire is off
"""

_DEG_PER_S = 600.0  # SG90: 0.1 s for 60 degrees at 4.8 V
_PERIOD_US = 20000.0


class World:
    knobs = {"angle": 90.0, "pulse_us": 0.0, "blocked": 0, "unplugged": 0}

    def __init__(self, name, options):
        self._min_us = options.get("min_us", 500)
        self._span_us = options.get("max_us", 2400) - self._min_us
        self._degrees = options.get("degrees", 180)

    def drive(self, terminal, level):
        self.pulse_us = (level or 0.0) * _PERIOD_US

    def step(self, dt_s):
        us = self.pulse_us
        if self.blocked or self.unplugged or not 300 < us < 2800:
            return
        goal = min(max((us - self._min_us) / self._span_us, 0.0), 1.0) * self._degrees
        way = _DEG_PER_S * dt_s
        self.angle = min(max(goal, self.angle - way), self.angle + way)
