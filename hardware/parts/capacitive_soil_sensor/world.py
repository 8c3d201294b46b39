# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Capacitive soil sensor: a voltage that falls as the soil gets wetter.

knobs
  moisture   per cent between dry air (0) and water (100); a recipe's world sets it at each step
  unplugged  1: the signal wire is off
  shorted    1: the signal touches GND; 2: it touches 3V3
"""

# A peak detector with 0.1 to 1 uF behind it: for the 0.2 ms in which the driver pulls at the wire it is
# as stiff as this resistance, although it is far weaker over seconds.
_OHMS = 2000.0


class World:
    knobs = {"moisture": 50.0, "unplugged": 0, "shorted": 0}

    def __init__(self, name, options):
        self._dry_v = options.get("dry_v", 2.6)
        self._wet_v = options.get("wet_v", 1.1)

    def source(self, terminal):
        if self.unplugged:
            return 0.0, None
        if self.shorted:
            return (0.0 if self.shorted == 1 else 3.3), 1.0
        share = min(max(self.moisture, 0.0), 100.0) / 100
        return self._dry_v - (self._dry_v - self._wet_v) * share, _OHMS
