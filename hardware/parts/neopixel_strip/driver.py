# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""WS2812B strip: colours into a buffer, then out in one go, never above its current.

One LED is 24 bits, green first, the highest bit first; a pause latches. Interrupts are off meanwhile
(30 us for each LED).
"""

from time import sleep_us

from machine import bitstream
from micropython import const

_TIMING_NS = (400, 850, 800, 450)  # high and low of a 0, high and low of a 1
_LATCH_US = const(300)
_COLOUR_MA = const(20)  # one colour of one LED at 255
_DARK_MA = const(1)  # one LED's chip


class NeopixelStrip:
    """pin: an output, low. count: LEDs. most_ma: what all of them may draw together."""

    def __init__(self, pin, *, count=8, most_ma=300):
        self.count = count
        self.on = False
        self._pin = pin
        self._buffer = bytearray(3 * count)
        self._sent = bytearray(3 * count)
        self._budget = max(0, most_ma - _DARK_MA * count) * 255 // _COLOUR_MA  # sum of all bytes
        self.safe()

    def set(self, index, red, green, blue):
        """The colour of one LED from the next show() on; 0 … 255 each. IndexError, ValueError."""
        if not 0 <= index < self.count:
            raise IndexError("there is no LED %d of %d" % (index, self.count))
        if not (0 <= red < 256 and 0 <= green < 256 and 0 <= blue < 256):
            raise ValueError("a colour is 0 to 255")
        buffer, at = self._buffer, 3 * index
        buffer[at] = green
        buffer[at + 1] = red
        buffer[at + 2] = blue

    def fill(self, red, green, blue):
        """The same colour for all."""
        for index in range(self.count):
            self.set(index, red, green, blue)

    def show(self):
        """Send the colours. What would draw more than most_ma is dimmed as a whole."""
        buffer, sent = self._buffer, self._sent
        total = 0
        for value in buffer:
            total += value
        if total <= self._budget:
            sent[:] = buffer
        else:
            for i in range(len(buffer)):
                sent[i] = buffer[i] * self._budget // total
        bitstream(self._pin, 0, _TIMING_NS, sent)
        sleep_us(_LATCH_US)
        self.on = total > 0

    def safe(self):
        """All dark."""
        buffer = self._buffer
        for i in range(len(buffer)):
            buffer[i] = 0
        try:
            self.show()
        except Exception:
            self._pin(0)
