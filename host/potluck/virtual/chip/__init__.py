# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The chip of a virtual board: one file for each kind of hardware, put together here."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from potluck.model.board import Board
from potluck.virtual.chip.analog import Adc, Pwm
from potluck.virtual.chip.buses import I2c
from potluck.virtual.chip.memory import Registers
from potluck.virtual.chip.pins import Pins
from potluck.virtual.chip.power import Power
from potluck.virtual.chip.rtc import Rtc
from potluck.virtual.chip.strips import Neopixels
from potluck.virtual.chip.timers import Timers
from potluck.virtual.chip.watchdog import Watchdog
from potluck.virtual.clock import Clock
from potluck.virtual.engine import Memory
from potluck.virtual.resets import HardReset, SoftReset
from potluck.virtual.world import World


class Chip:
    """All hardware of one board."""

    def __init__(self, board: Board, clock: Clock, memory: Memory, world: World, seed: int) -> None:
        noise = random.Random(f"noise {seed}")
        self.pins = Pins(board, clock, world, noise)
        self.adc = Adc(board, self.pins, noise)
        self.pwm = Pwm(board, self.pins)
        self.i2c = I2c(board, self.pins, world, memory)
        self.timers = Timers(clock)
        self.watchdog = Watchdog(board, clock)
        self.rtc = Rtc(board, clock, memory)
        self.power = Power(board)
        self.registers = Registers(board, self.watchdog)
        self.strips = Neopixels(self.pins, memory)
        self._all = (
            self.pins, self.adc, self.pwm, self.i2c, self.timers, self.watchdog, self.rtc, self.power,
            self.registers, self.strips,
        )  # fmt: skip

    def providers(self) -> tuple[Any, ...]:
        return self._all

    def connect(self, interrupt: Callable[[int], None]) -> None:
        self.pins.interrupt = interrupt
        self.timers.interrupt = interrupt

    def reset(self, cause: SoftReset | HardReset) -> None:
        """The interpreter starts anew: each kind of hardware knows what it keeps."""
        for part in self._all:
            part.reset(cause)

    def connect_world(self, config: dict[str, Any] | None) -> None:
        self.pins.connect_world(config)

    def poke(self, path: str, value: float) -> None:
        self.pins.poke(path, value)
