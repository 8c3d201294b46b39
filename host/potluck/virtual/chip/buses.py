# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""I2C and SPI: a bus is the pins it runs on; parts of the world answer on their pins."""

from __future__ import annotations

import math
from typing import NamedTuple

from potluck.model.board import Board
from potluck.virtual.chip import rates
from potluck.virtual.chip.pins import I2C, PULL_UP, SPI, Pins
from potluck.virtual.clock import Clock
from potluck.virtual.engine import Memory
from potluck.virtual.hypercalls import GuestError, operation
from potluck.virtual.resets import HardReset, SoftReset
from potluck.virtual.world import World

_EIO, _ENODEV, _ETIMEDOUT = 5, 19, 110
_STUCK_V, _STUCK_OHMS = 0.8, 1000.0  # held lower, and more strongly, than pull-ups can lift


class _Bus(NamedTuple):
    sda: int
    scl: int
    hz: int
    soft: bool
    timeout_us: int


class I2c:
    """A transfer takes the time of its bits: start, nine for each byte and the address, stop.

    Sources: MicroPython ports/rp2/machine_i2c.c, ports/esp32/machine_i2c.c, extmod/machine_i2c.c (MIT).
    """

    def __init__(self, board: Board, clock: Clock, pins: Pins, world: World, memory: Memory) -> None:
        self._board = board
        self._clock = clock
        self._pins = pins
        self._world = world
        self._memory = memory
        self._rp2 = board.micropython.platform == "rp2"
        self._buses: list[_Bus] = []
        self._timeout_us = 50_000

    def reset(self, _cause: SoftReset | HardReset) -> None:
        self._buses.clear()

    def bus(self, number: int) -> tuple[int, int, int]:
        """sda, scl, Hz."""
        bus = self._buses[number]
        return bus.sda, bus.scl, bus.hz

    @operation
    def i2c_timeout(self, us: int, *_: int) -> None:
        """Of the bus that is opened next."""
        self._timeout_us = us

    @operation
    def i2c_open(self, number: int, pins: int, hz: int) -> int:
        """`number` -1: any pins (SoftI2C). `pins`: sda and scl, 16 bits each; -1: the default. Returns the bus."""
        sda, scl = pins >> 16, (pins & 0xFFFF ^ 0x8000) - 0x8000
        if number >= 0:
            if number not in self._board.mcu.peripherals.i2c:
                raise GuestError("ValueError", f"I2C({number}) doesn't exist")
            default_scl, default_sda = self._board.defaults.get(f"I2C{number}", (-1, -1))
            sda = default_sda if sda < 0 else sda
            scl = default_scl if scl < 0 else scl
            if self._rp2:
                for gpio, name in ((scl, "SCL"), (sda, "SDA")):
                    self._pins.check_own(gpio)
                    if f"I2C{number}_{name}" not in self._board.mcu.pins[gpio].functions:
                        raise GuestError("ValueError", f"bad {name} pin")
        for gpio in (sda, scl):
            self._pins.check_own(gpio)
            if "output" in self._pins.blocked(gpio):  # an open drain has to pull it low
                raise GuestError("OSError", "-258 ESP_ERR_INVALID_ARG")
        hz = max(hz, 1)
        if number < 0:
            hz = rates.soft_i2c(hz)
        else:
            hz = rates.i2c(self._board.micropython.cpu_hz, hz) if self._rp2 else rates.esp32_i2c(hz)
        if self._rp2 and number >= 0:
            for gpio in (sda, scl):
                self._pins.connect(gpio, I2C, PULL_UP)
        bus = _Bus(sda, scl, hz, number < 0, self._timeout_us)
        if bus not in self._buses:
            self._buses.append(bus)
        return self._buses.index(bus)

    def _low(self, gpio: int) -> bool:
        """Whether something holds the wire lower than pull-ups can lift."""
        volts, ohms = self._world.sources.get(gpio, (0.0, None))
        return ohms is not None and ohms < _STUCK_OHMS and volts < _STUCK_V

    def _transfer(self, number: int, address: int, data: bytes, size: int, stop: bool = True) -> bytes:
        bus = self._buses[number]
        empty = not (data or size)
        # The RP2040's I2C cannot send an address alone: its driver does that by hand, a little slower.
        by_hand = bus.soft or (self._rp2 and empty)
        bit_us = 2 * (500_000 // bus.hz + 1) if by_hand and not bus.soft else 1e6 / bus.hz
        if self._low(bus.scl) or (self._low(bus.sda) and not by_hand):
            self._clock.spend(bus.timeout_us)
            raise OSError(_ETIMEDOUT, "something holds the bus low")
        if self._low(bus.sda):  # by hand nobody looks whether the bus is free, and low is what an ACK looks like
            answer: bytes | None = bytes(size)
        else:
            answer = self._world.i2c(bus.sda, bus.scl, address, data, size) if self._world.connected else None
        count = 0 if answer is None else len(data) + size
        self._clock.spend(math.ceil((10 + 9 * count + (stop or answer is None)) * bit_us))
        if answer is None:
            raise OSError(_EIO if self._rp2 and not by_hand else _ENODEV, "nobody answers")
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
        """Bit 7 of the first: without a stop."""
        stop = not bus_and_address & 0x80
        self._transfer(bus_and_address >> 8, bus_and_address & 0x7F, self._memory.read(at, size), 0, stop)

    @operation
    def i2c_read(self, bus_and_address: int, at: int, size: int) -> None:
        stop = not bus_and_address & 0x80
        answer = self._transfer(bus_and_address >> 8, bus_and_address & 0x7F, b"", size, stop)
        self._memory.write(at, answer[:size])


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
        if self._rp2 and number >= 0:
            for gpio in asked:
                if gpio != 255:
                    self._pins.connect(gpio, SPI)
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
