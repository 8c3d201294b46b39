# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""machine.bitstream: what is sent to a strip of addressable LEDs, byte by byte, as it was sent last."""

from __future__ import annotations

from potluck.virtual.chip.pins import Pins
from potluck.virtual.engine import Memory
from potluck.virtual.hypercalls import operation
from potluck.virtual.resets import HardReset, SoftReset


class Neopixels:
    def __init__(self, pins: Pins, memory: Memory) -> None:
        self._pins = pins
        self._memory = memory
        self.sent: dict[int, bytes] = {}

    def reset(self, _cause: SoftReset | HardReset) -> None:
        """LEDs keep their colour while they have power."""

    @operation
    def bitstream(self, gpio: int, at: int, size: int) -> None:
        self._pins.check(gpio)
        self.sent[gpio] = self._memory.read(at, size)
