# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Potentiometer: a voltage between its ends, and the resistance behind its wiper.

knobs
  turned     per cent from GND to 3V3
  unplugged  1: the wiper is off
"""


class World:
    knobs = {"turned": 50.0, "unplugged": 0}

    def __init__(self, name, options):
        self._ohms = options.get("ohms", 10000)

    def source(self, terminal):
        if self.unplugged:
            return 0.0, None
        share = min(max(self.turned, 0.0), 100.0) / 100
        return 3.3 * share, max(self._ohms * share * (1 - share), 1.0)
