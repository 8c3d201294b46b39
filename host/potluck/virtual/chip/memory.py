# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""machine.mem8/16/32: the few registers that programs really use. Others read 0 and forget."""

from __future__ import annotations

from potluck.model.board import Board
from potluck.virtual.chip.watchdog import Watchdog
from potluck.virtual.hypercalls import operation
from potluck.virtual.resets import HardReset, SoftReset

# RP2040 datasheet 4.7.6: WATCHDOG_CTRL with its atomic set and clear aliases (2.1.2), and SCRATCH0…7.
_CTRL, _CTRL_SET, _CTRL_CLEAR = 0x40058000, 0x4005A000, 0x4005B000
_ENABLE = 1 << 30
_SCRATCH = range(0x4005800C, 0x4005802C, 4)


class Registers:
    """Peripheral registers by address."""

    def __init__(self, board: Board, watchdog: Watchdog) -> None:
        self._rp2 = board.micropython.platform == "rp2"
        self._watchdog = watchdog
        self.scratch = [0] * 8
        self._value = 0
        self._width = 4
        self._high = 0

    def reset(self, cause: SoftReset | HardReset) -> None:
        if isinstance(cause, HardReset) and cause.kind in ("power", "pin", "fault"):
            self.scratch = [0] * 8

    def _read(self, address: int) -> int:
        if self._rp2 and address in _SCRATCH:
            return self.scratch[_SCRATCH.index(address)]
        if self._rp2 and address == _CTRL:
            return _ENABLE if self._watchdog.armed else 0
        return 0

    def _write(self, address: int, value: int) -> None:
        if not self._rp2:
            return
        if address in _SCRATCH:
            self.scratch[_SCRATCH.index(address)] = value
        elif (address == _CTRL_CLEAR and value & _ENABLE) or (address == _CTRL and not value & _ENABLE):
            self._watchdog.stop()

    @operation
    def peek(self, page: int, offset: int, width: int) -> int:
        address = (page & 0xFFFF) << 16 | offset
        word = self._read(address & ~3) >> 8 * (address & 3) & ((1 << 8 * width) - 1)
        self._high = word >> 16
        return word & 0xFFFF

    @operation
    def peek_high(self, *_: int) -> int:
        return self._high

    @operation
    def poke_value(self, low: int, high: int, width: int) -> None:
        self._value, self._width = high << 16 | low, width

    @operation
    def poke(self, page: int, offset: int, _: int) -> None:
        address = (page & 0xFFFF) << 16 | offset
        shift = 8 * (address & 3)
        mask = ((1 << 8 * self._width) - 1) << shift
        self._write(address & ~3, self._read(address & ~3) & ~mask | self._value << shift & mask)
