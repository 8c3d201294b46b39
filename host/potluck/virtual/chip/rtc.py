# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The real-time clock: starts at the port's first day, like a board that nobody told the time."""

from __future__ import annotations

from potluck.model.board import Board
from potluck.virtual.clock import Clock
from potluck.virtual.engine import Memory
from potluck.virtual.hypercalls import GuestError, operation
from potluck.virtual.resets import HardReset, SoftReset

_START_S = {"rp2": 1_609_459_200, "esp32": 946_684_800}  # 2021-01-01 and 2000-01-01
_MEMORY_LIMIT = 2048
_LOST = ("power", "pin", "fault")  # EN is CHIP_PU: it takes the power of all domains (ESP32 Series Datasheet, 2.4)


class Rtc:
    """Seconds since 1970, and the ESP32's RTC memory, which lives through all that leaves the RTC its power.

    An RP2040's firmware sets the clock at each start of its own (ports/rp2/main.c).
    """

    def __init__(self, board: Board, clock: Clock, memory: Memory) -> None:
        self._clock = clock
        self._memory = memory
        self._rp2 = board.micropython.platform == "rp2"
        self._start_ns = _START_S.get(board.micropython.platform, 0) * 1_000_000_000
        self._offset_ns = self._start_ns
        self._stored = b""

    def reset(self, cause: SoftReset | HardReset) -> None:
        if isinstance(cause, HardReset) and (self._rp2 or cause.kind in _LOST):
            self._stored = b""
            self._offset_ns = self._start_ns - self._clock.now_us() * 1000

    def kept(self) -> tuple[int, str]:
        """What outlives a reset: offset to the board's clock in ns, RTC memory in hex."""
        return self._offset_ns, self._stored.hex()

    def bring_back(self, offset_ns: int, stored: str) -> None:
        self._offset_ns, self._stored = offset_ns, bytes.fromhex(stored)

    def now_ns(self) -> int:
        return self._offset_ns + self._clock.now_us() * 1000

    @operation
    def rtc_s(self, *_: int) -> int:
        return min(self.now_ns() // 1_000_000_000, 0x7FFFFFFF)

    @operation
    def rtc_ns(self, *_: int) -> int:
        return self.now_ns() % 1_000_000_000

    @operation
    def rtc_set(self, high: int, low: int, us: int) -> None:
        self._offset_ns = (high << 16 | low) * 1_000_000_000 + (us - self._clock.now_us()) * 1000

    @operation
    def rtc_memory_size(self, *_: int) -> int:
        return len(self._stored)

    @operation
    def rtc_memory_read(self, address: int, *_: int) -> None:
        self._memory.write(address, self._stored)

    @operation
    def rtc_memory_write(self, address: int, size: int, _: int) -> None:
        if size > _MEMORY_LIMIT:
            raise GuestError("ValueError", "buffer too long")
        self._stored = self._memory.read(address, size)
