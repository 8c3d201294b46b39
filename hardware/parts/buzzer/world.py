# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Passive buzzer: remembers whether it sounds and for how long it did.

knobs
  sounding   1: it sounds
  on_s       so long, altogether
  unplugged  1: a wire is off
"""


class World:
    knobs = {"sounding": 0, "on_s": 0.0, "unplugged": 0}

    def __init__(self, name, options):
        pass

    def drive(self, terminal, level):
        # A steady level moves the disc once and no more.
        self.sounding = 1 if level and 0.0 < level < 1.0 and not self.unplugged else 0

    def step(self, dt_s):
        if self.sounding:
            self.on_s += dt_s
