# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What is timed on a single pin: pulses, 1-Wire, DHT sensors, addressable LEDs (machine.bitstream)."""

from __future__ import annotations

from potluck.virtual.chip.pins import Pins
from potluck.virtual.clock import Clock
from potluck.virtual.engine import Memory
from potluck.virtual.hypercalls import GuestError, operation
from potluck.virtual.resets import HardReset, SoftReset
from potluck.virtual.world import World

_ETIMEDOUT = 110
_RESET_US, _SLOT_US = 960, 70  # Maxim application note 126, standard speed
_ONEWIRE = ("reset", "r", "w", "r8", "w8")
_DHT_US = 23_000  # start pulse of 18 ms and 40 bits


class Wires:
    def __init__(self, clock: Clock, pins: Pins, world: World, memory: Memory) -> None:
        self._clock = clock
        self._pins = pins
        self._world = world
        self._memory = memory
        self.sent: dict[int, bytes] = {}
        self.timing: dict[int, tuple[int, ...]] = {}
        self._timing: tuple[int, ...] = ()

    def reset(self, _cause: SoftReset | HardReset) -> None:
        """LEDs keep their colour while they have power."""

    @operation
    def time_pulse(self, gpio: int, level: int, timeout_us: int) -> int:
        """Microseconds of the next pulse; -2: it did not begin in time, -1: it did not end in time."""
        self._pins.check_own(gpio)
        answer = self._world.talk("pulse", gpio, level)
        if answer is None:  # a still pin: at the level it never ends, else it never begins
            result = -1 if self._pins.level(self._pins.pin(gpio)) == level else -2
            self._clock.spend(timeout_us)
            return result
        after_us, length_us = (max(0, int(us)) for us in answer)
        if after_us > timeout_us or length_us > timeout_us:
            self._clock.spend(min(after_us, timeout_us) + (timeout_us if after_us <= timeout_us else 0))
            return -2 if after_us > timeout_us else -1
        self._clock.spend(after_us + length_us)
        return length_us

    @operation
    def onewire(self, gpio: int, what: int, value: int) -> int:
        """`what`: 0 reset, 1 read bit, 2 write bit, 3 read byte, 4 write byte."""
        self._pins.check_own(gpio)
        self._clock.spend(_RESET_US if what == 0 else _SLOT_US * (8 if what > 2 else 1))
        answer = self._world.talk("onewire", gpio, _ONEWIRE[what], value)
        return (0, 1, 0, 0xFF, 0)[what] if answer is None else int(answer)

    @operation
    def dht_read(self, gpio: int, at: int, _: int) -> None:
        self._pins.check_own(gpio)
        self._clock.spend(_DHT_US)
        answer = self._world.talk("dht", gpio)
        if answer is None:
            raise OSError(_ETIMEDOUT, "no sensor answers")
        self._memory.write(at, bytes(answer)[:5].ljust(5, b"\0"))

    @operation
    def bitstream_timing(self, at: int, *_: int) -> None:
        """Four 32-bit numbers: high and low of a 0, high and low of a 1, in ns."""
        data = self._memory.read(at, 16)
        self._timing = tuple(int.from_bytes(data[i : i + 4], "little") for i in range(0, 16, 4))
        if not all(0 < ns < 1_000_000 for ns in self._timing):
            raise GuestError("ValueError", "timing")

    @operation
    def bitstream(self, gpio: int, at: int, size: int) -> None:
        self._pins.check_own(gpio)
        self.sent[gpio], self.timing[gpio] = self._memory.read(at, size), self._timing
        ones = sum(byte.bit_count() for byte in self.sent[gpio])
        zero_ns, one_ns = sum(self._timing[:2]), sum(self._timing[2:])
        self._clock.spend((ones * one_ns + (8 * size - ones) * zero_ns) // 1000)
        self._world.talk("bitstream", gpio, list(self._timing), list(self.sent[gpio]))
