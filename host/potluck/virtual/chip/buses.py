# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""I2C: a bus is the pair of pins it runs on; parts of the world answer on their pins."""

from __future__ import annotations

from potluck.model.board import Board
from potluck.virtual.chip.pins import Pins
from potluck.virtual.engine import Memory
from potluck.virtual.hypercalls import GuestError, operation
from potluck.virtual.resets import HardReset, SoftReset
from potluck.virtual.world import World

_EIO, _ENODEV = 5, 19
# Pins that an I2C bus takes when none are given: ports/rp2 and ports/esp32, machine_i2c.
_DEFAULTS = {"rp2": {0: (4, 5), 1: (6, 7)}, "esp32": {0: (19, 18), 1: (26, 25)}}


class I2c:
    def __init__(self, board: Board, pins: Pins, world: World, memory: Memory) -> None:
        self._board = board
        self._pins = pins
        self._world = world
        self._memory = memory
        self._platform = board.micropython.platform
        self._buses: list[tuple[int, int]] = []

    def reset(self, _cause: SoftReset | HardReset) -> None:
        self._buses.clear()

    @operation
    def i2c_open(self, number: int, sda: int, scl: int) -> int:
        if number >= 0:
            if number not in _DEFAULTS[self._platform]:
                raise GuestError("ValueError", f"I2C({number}) doesn't exist")
            default_sda, default_scl = _DEFAULTS[self._platform][number]
            sda = default_sda if sda < 0 else sda
            scl = default_scl if scl < 0 else scl
            if self._platform == "rp2":
                for gpio, name in ((scl, "SCL"), (sda, "SDA")):
                    self._pins.check(gpio)
                    if f"I2C{number}_{name}" not in self._board.mcu.pins[gpio].functions:
                        raise GuestError("ValueError", f"bad {name} pin")
        for gpio in (sda, scl):
            self._pins.check(gpio)
        if (sda, scl) not in self._buses:
            self._buses.append((sda, scl))
        return self._buses.index((sda, scl))

    def _transfer(self, bus: int, address: int, data: bytes, size: int) -> bytes:
        sda, scl = self._buses[bus]
        answer = self._world.i2c(sda, scl, address, data, size) if self._world.connected else None
        if answer is None:
            raise OSError(_EIO if self._platform == "rp2" else _ENODEV, "nobody answers")
        return answer

    @operation
    def i2c_probe(self, bus: int, address: int, _: int) -> int:
        try:
            self._transfer(bus, address, b"", 0)
        except OSError:
            return 0
        return 1

    @operation
    def i2c_write(self, bus_and_address: int, at: int, size: int) -> None:
        self._transfer(bus_and_address >> 8, bus_and_address & 0x7F, self._memory.read(at, size), 0)

    @operation
    def i2c_read(self, bus_and_address: int, at: int, size: int) -> None:
        self._memory.write(at, self._transfer(bus_and_address >> 8, bus_and_address & 0x7F, b"", size)[:size])
