# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Float switch: a reed contact, closed while the float is up.

knobs
  water      1: the float is up; a recipe's world sets it at each step
  unplugged  1: a wire is off
  stuck      1: the float hangs and stays up
"""

_CLOSED_OHMS = 0.1  # printed with the common P45 switch
_NOTHING = (0.0, None)
_CLOSED = (0.0, _CLOSED_OHMS)


class World:
    knobs = {"water": 1, "unplugged": 0, "stuck": 0}

    def __init__(self, name, options):
        pass

    def source(self, terminal):
        if self.unplugged or not (self.water or self.stuck):
            return _NOTHING
        return _CLOSED
