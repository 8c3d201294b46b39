# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""WS2812B strip: takes the bits if their times are within its data sheet's, and shows them.

knobs (what it shows now; setting them changes nothing for long)
  lit               LEDs that are not dark
  red, green, blue  of the first LED
  ma                what it draws
  unplugged         1: the data wire is off
"""

_NS = (400, 850, 800, 450)
_WITHIN_NS = 150


class World:
    knobs = {"lit": 0, "red": 0, "green": 0, "blue": 0, "ma": 0.0, "unplugged": 0}

    def __init__(self, name, options):
        self._count = options.get("count", 8)
        self._shown = bytearray(3 * self._count)
        self.ma = 1.0 * self._count

    def bitstream(self, terminal, timing, data):
        if self.unplugged or any(abs(ns - right) > _WITHIN_NS for ns, right in zip(timing, _NS)):
            return
        shown = self._shown
        data = data[: len(shown)]  # what is more goes on to a next strip
        shown[: len(data)] = data
        self.green, self.red, self.blue = shown[0], shown[1], shown[2]
        self.lit = sum(1 for i in range(0, len(shown), 3) if any(shown[i : i + 3]))
        self.ma = self._count + sum(shown) * 20 / 255
