# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The chip of a virtual board: one file for each kind of hardware, put together here."""

from __future__ import annotations

import random
from typing import Any

from potluck.model.board import Board
from potluck.virtual.chip.analog import Adc, Touch
from potluck.virtual.chip.boot_rom import BootRom
from potluck.virtual.chip.buses import I2c, Spi
from potluck.virtual.chip.memory import Registers
from potluck.virtual.chip.net import Net
from potluck.virtual.chip.nvs import Nvs
from potluck.virtual.chip.pins import Pins
from potluck.virtual.chip.power import Power
from potluck.virtual.chip.pwm_esp32 import Esp32Pwm
from potluck.virtual.chip.pwm_rp2 import Rp2Pwm
from potluck.virtual.chip.radio import Radio
from potluck.virtual.chip.rtc import Rtc
from potluck.virtual.chip.told import Told
from potluck.virtual.chip.timers import Timers
from potluck.virtual.chip.uart import Uart
from potluck.virtual.chip.watchdog import Watchdog
from potluck.virtual.chip.wires import Wires
from potluck.virtual.clock import Clock
from potluck.virtual.engine import Memory
from potluck.virtual.hypercalls import Hypercalls
from potluck.virtual.resets import HardReset, SoftReset
from potluck.virtual.world import World


class Chip:
    """All hardware of one board."""

    def __init__(self, board: Board, clock: Clock, memory: Memory, world: World, seed: int, net: bool = False) -> None:
        noise = random.Random(f"noise {seed}")
        self.pins = Pins(board, clock, world, noise)
        self.boot_rom = BootRom(board, self.pins)
        self.adc = Adc(board, self.pins, noise)
        self.i2c = I2c(board, clock, self.pins, world, memory)
        self.spi = Spi(board, clock, self.pins, world, memory)
        self.uart = Uart(board, clock, self.pins, world, memory)
        self.wires = Wires(clock, self.pins, world, memory)
        self.touch = Touch(board, self.pins, noise)
        self.nvs = Nvs(memory)
        self.radio = Radio(board, clock, seed)
        self.adc.radio_is_on = lambda: self.radio.active
        self.net = Net(clock, self.radio, memory, net)
        self.timers = Timers(board, clock)
        self.watchdog = Watchdog(board, clock)
        self.rtc = Rtc(board, clock, memory)
        self.power = Power(board, clock, self.pins)
        self.power.let_go = self._let_go
        rp2 = board.micropython.platform == "rp2"
        self.pwm = Rp2Pwm(self.pins, lambda: self.power.cpu_hz) if rp2 else Esp32Pwm(board, self.pins)
        self.registers = Registers(board, self.watchdog, self.pins, memory)
        self.told = Told(board, self.i2c, self.spi, self.uart, self.adc)
        self._all = (
            self.pins, self.adc, self.pwm, self.i2c, self.spi, self.uart, self.wires, self.touch, self.timers,
            self.watchdog, self.rtc, self.power, self.registers, self.radio, self.nvs,
            self.net, self.told,
        )  # fmt: skip

    def providers(self) -> tuple[Any, ...]:
        return self._all

    def connect(self, calls: Hypercalls) -> None:
        self.pins.interrupt = self.timers.interrupt = self.uart.interrupt = self.net.interrupt = calls.interrupt
        self.power.take_interrupts, self.power.interrupt = calls.take_interrupts, calls.interrupt

    def _let_go(self) -> None:
        """A deep sleep begins: all but the clock, RTC memory and what wakes goes dark."""
        for part in self._all:
            if part not in (self.rtc, self.power):
                part.reset(HardReset("deepsleep"))

    def reset(self, cause: SoftReset | HardReset) -> None:
        """The interpreter starts anew: each kind of hardware knows what it keeps."""
        for part in self._all:
            part.reset(cause)

    def connect_world(self, config: dict[str, Any] | None) -> None:
        self.pins.connect_world(config)
        self.radio.connect_world(config)

    def bring_world_back(self, config: dict[str, Any], image: dict[str, Any]) -> None:
        self.pins.world.bring_back(image)
        self.pins.refresh()
        self.radio.connect_world(config)

    def poke(self, path: str, value: float) -> None:
        self.pins.poke(path, value)
