# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""I2C and SPI: a bus is the pins it runs on; parts of the world answer on their pins."""

from __future__ import annotations

from potluck.model.board import Board
from potluck.virtual.chip.pins import Pins
from potluck.virtual.clock import Clock
from potluck.virtual.engine import Memory
from potluck.virtual.hypercalls import GuestError, operation
from potluck.virtual.resets import HardReset, SoftReset
from potluck.virtual.world import World

_EIO, _ENODEV, _ETIMEDOUT = 5, 19, 110
_STUCK_V, _STUCK_OHMS = 0.8, 1000.0  # held lower, and more strongly, than pull-ups can lift


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
            if number not in self._board.mcu.peripherals.i2c:
                raise GuestError("ValueError", f"I2C({number}) doesn't exist")
            default_scl, default_sda = self._board.defaults.get(f"I2C{number}", (-1, -1))
            sda = default_sda if sda < 0 else sda
            scl = default_scl if scl < 0 else scl
            if self._platform == "rp2":
                for gpio, name in ((scl, "SCL"), (sda, "SDA")):
                    self._pins.check_own(gpio)
                    if f"I2C{number}_{name}" not in self._board.mcu.pins[gpio].functions:
                        raise GuestError("ValueError", f"bad {name} pin")
        for gpio in (sda, scl):
            self._pins.check_own(gpio)
            if "output" in self._pins.blocked(gpio):  # an open drain has to pull it low
                raise GuestError("OSError", "-258 ESP_ERR_INVALID_ARG")
        if (sda, scl) not in self._buses:
            self._buses.append((sda, scl))
        return self._buses.index((sda, scl))

    def _transfer(self, bus: int, address: int, data: bytes, size: int) -> bytes:
        sda, scl = self._buses[bus]
        for gpio in (sda, scl):
            volts, ohms = self._world.sources.get(gpio, (0.0, None))
            if ohms is not None and ohms < _STUCK_OHMS and volts < _STUCK_V:
                raise OSError(_ETIMEDOUT, "something holds the bus low")
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


class Spi:
    """Full duplex: what a selected part sends back takes the place of what was sent."""

    def __init__(self, board: Board, clock: Clock, pins: Pins, world: World, memory: Memory) -> None:
        self._board = board
        self._clock = clock
        self._pins = pins
        self._world = world
        self._memory = memory
        self._rp2 = board.micropython.platform == "rp2"
        self._buses: list[tuple[int, int, int]] = []

    def reset(self, _cause: SoftReset | HardReset) -> None:
        self._buses.clear()

    @operation
    def spi_open(self, number: int, sck: int, mosi_and_miso: int) -> int:
        """`number` -1: any pins (SoftSPI). A pin -1: the default; 255: none. Returns the bus."""
        asked = [sck, mosi_and_miso >> 16, (mosi_and_miso & 0xFFFF ^ 0x8000) - 0x8000]
        if number >= 0:
            if number not in self._board.mcu.peripherals.spi:
                raise GuestError("ValueError", f"SPI({number}) doesn't exist")
            usual = self._board.defaults.get(f"SPI{number}", (255, 255, 255))
            asked = [own if gpio == -1 else gpio for gpio, own in zip(asked, usual, strict=True)]
        for gpio, name, function in zip(asked, ("SCK", "MOSI", "MISO"), ("SCK", "TX", "RX"), strict=True):
            if gpio == 255:
                continue
            self._pins.check_own(gpio)
            if number >= 0 and self._rp2 and f"SPI{number}_{function}" not in self._board.mcu.pins[gpio].functions:
                raise GuestError("ValueError", f"bad {name} pin")
            if name != "MISO" and "output" in self._pins.blocked(gpio):
                raise GuestError("ValueError" if number < 0 else "OSError", "pin can only be input" if number < 0
                                 else "invalid configuration")  # fmt: skip
        bus = (asked[0], asked[1], asked[2])
        if bus not in self._buses:
            self._buses.append(bus)
        return self._buses.index(bus)

    @operation
    def spi_transfer(self, bus: int, at: int, size: int) -> None:
        """Send `size` bytes at `at` and put there what came back; nobody there: zeros."""
        data = self._memory.read(at, size)
        answer = self._world.talk("spi", *self._buses[bus], list(data)) or []
        self._memory.write(at, bytes(answer)[:size].ljust(size, b"\0"))

    @operation
    def spi_time(self, us: int, *_: int) -> None:
        self._clock.spend(us)
