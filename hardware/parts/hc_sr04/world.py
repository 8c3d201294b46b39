# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""HC-SR04: after a trigger of at least 10 us, an echo as long as the sound is under way.

knobs
  distance_m  to what is in front of it
  celsius     of the air
  nothing     1: no echo comes back
  unplugged   1: a wire is off
"""

_BEGINS_US = 460  # eight periods of 40 kHz, and its own thinking
_NO_ECHO_US = 38000
_LOW = (0.0, 667.0)  # through the divider


class World:
    knobs = {"distance_m": 1.0, "celsius": 20.0, "nothing": 0, "unplugged": 0}

    def __init__(self, name, options):
        self._level = 0.0
        self._asked = False

    def drive(self, terminal, level):
        if terminal == "trigger":
            level = level or 0.0
            if self._level > 0.5 > level:  # the click goes out as the trigger falls
                self._asked = True
            self._level = level

    def pulse(self, terminal, level):
        if terminal != "echo" or level != 1 or self.unplugged or not self._asked:
            return None
        self._asked = False
        if self.nothing or not 0.02 <= self.distance_m <= 5.0:
            return _BEGINS_US, _NO_ECHO_US
        return _BEGINS_US, int(2e6 * self.distance_m / (331.3 + 0.606 * self.celsius))

    def source(self, terminal):
        if terminal != "echo":
            return 0.0, None
        return (0.0, 2000.0) if self.unplugged else _LOW  # the divider's lower half stays
