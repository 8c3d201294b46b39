# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""LED: remembers how bright it is.

knobs
  unplugged  1: a leg is off
"""


class World:
    knobs = {"unplugged": 0}

    def __init__(self, name, options):
        self._level = 0.0

    def drive(self, terminal, level):
        self._level = level or 0.0

    @property
    def brightness(self):
        """0 … 1"""
        return 0.0 if self.unplugged else self._level
