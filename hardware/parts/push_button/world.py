# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Push-button.

knobs
  pressed    1: a short press that ends by itself; 2: held until it is set to 0
  unplugged  1: a wire is off
"""

_PRESS_S = 0.2  # a brisk finger
_NOTHING = (0.0, None)
_CLOSED = (0.0, 0.1)


class World:
    knobs = {"pressed": 0, "unplugged": 0}

    def __init__(self, name, options):
        self._left_s = 0.0

    def poke(self, knob, value):
        setattr(self, knob, value)
        self._left_s = _PRESS_S

    def step(self, dt_s):
        if self.pressed == 1:
            self._left_s -= dt_s
            if self._left_s <= 0:
                self.pressed = 0

    def source(self, terminal):
        return _CLOSED if self.pressed and not self.unplugged else _NOTHING
