# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Float switch between a pin with its pull-up and GND: closed while there is water.

Every doubt reads as empty: a broken wire, a contact that bounces, a wave that lifts the float for a
moment. So "closed" is said only when the contact is closed at each of three looks, 1 ms apart (reed
contacts bounce for less than 0.5 ms).
"""

from time import sleep_us

from micropython import const

_LOOKS = const(3)
_APART_US = const(1000)


class FloatSwitch:
    """pin: an input with its pull-up."""

    def __init__(self, pin):
        self._pin = pin

    @property
    def closed(self):
        """True: there is water. Takes 2 ms when closed, nothing when open."""
        for look in range(_LOOKS):
            if look:
                sleep_us(_APART_US)
            if self._pin():
                return False
        return True

    async def read(self):
        """1: water, 0: empty. There is no None: a broken wire is empty."""
        return 1 if self.closed else 0
