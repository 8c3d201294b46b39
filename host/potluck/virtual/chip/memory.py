# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""machine.mem8/16/32: the program's own memory, and the few registers that programs really use.

Every other one says that it is not simulated: a zero would be a lie.
"""

from __future__ import annotations

from potluck.model.board import Board
from potluck.virtual.chip.pins import Pins
from potluck.virtual.chip.watchdog import Watchdog
from potluck.virtual.engine import Memory
from potluck.virtual.hypercalls import GuestError, operation
from potluck.virtual.resets import HardReset, SoftReset

# RP2040 datasheet 4.7.6: WATCHDOG_CTRL with its atomic set and clear aliases (2.1.2), and SCRATCH0…7.
_CTRL, _CTRL_SET, _CTRL_CLEAR = 0x40058000, 0x4005A000, 0x4005B000
_ENABLE = 1 << 30
_SCRATCH = range(0x4005800C, 0x4005802C, 4)
_CHIP_ID, _B2 = 0x40000000, 0x20002927  # 2.20.2: the stepping that boards are sold with
# 2.3.1.7: single-cycle IO, what programs use that set many pins at once
_GPIO_IN, _GPIO_OUT, _OUT_SET, _OUT_CLEAR, _OUT_FLIP = 0xD0000004, 0xD0000010, 0xD0000014, 0xD0000018, 0xD000001C
_LEVELS = {_GPIO_OUT: lambda old, value: value, _OUT_SET: lambda old, value: old | value,
           _OUT_CLEAR: lambda old, value: old & ~value, _OUT_FLIP: lambda old, value: old ^ value}  # fmt: skip


def _unknown(address: int) -> GuestError:
    return GuestError("NotImplementedError", f"the register {address:#010x} is not simulated")


class Registers:
    """Peripheral registers by address."""

    def __init__(self, board: Board, watchdog: Watchdog, pins: Pins, memory: Memory) -> None:
        self._rp2 = board.micropython.platform == "rp2"
        self._gpios = board.mcu.pins
        self._pins = pins
        self._memory = memory
        self._watchdog = watchdog
        self.scratch = [0] * 8
        self._value = 0
        self._width = 4
        self._high = 0

    def reset(self, cause: SoftReset | HardReset) -> None:
        if isinstance(cause, HardReset) and cause.kind in ("power", "pin", "fault"):
            self.scratch = [0] * 8

    def _is_memory(self, address: int) -> bool:
        return address + 4 <= len(self._memory.view)

    def _read(self, address: int) -> int:
        if self._is_memory(address):
            return self._memory.u32(address)
        if self._rp2:
            if address in _SCRATCH:
                return self.scratch[_SCRATCH.index(address)]
            if address == _CTRL:
                return _ENABLE if self._watchdog.armed else 0
            if address == _GPIO_OUT:
                return self._latches()
            if address == _GPIO_IN:
                return sum(self._pins.level(self._pins.pin(gpio)) << gpio for gpio in self._gpios)
            if address == _CHIP_ID:
                return _B2
            if address in (_CTRL_SET, _CTRL_CLEAR, *_LEVELS):  # to write only
                return 0
        raise _unknown(address)

    def _latches(self) -> int:
        return sum(self._pins.pin(gpio).latch << gpio for gpio in self._gpios)

    def _write(self, address: int, value: int) -> None:
        if self._is_memory(address):
            self._memory.put_u32(address, value)
        elif self._rp2 and address in _SCRATCH:
            self.scratch[_SCRATCH.index(address)] = value
        elif self._rp2 and address in (_CTRL, _CTRL_SET, _CTRL_CLEAR):
            if (address == _CTRL_CLEAR and value & _ENABLE) or (address == _CTRL and not value & _ENABLE):
                self._watchdog.stop()
        elif self._rp2 and address in _LEVELS:
            old = self._latches()
            new = _LEVELS[address](old, value)
            for gpio in self._gpios:
                if (old ^ new) >> gpio & 1:
                    self._pins.pin_write(gpio, new >> gpio & 1, 0)
        else:
            raise _unknown(address)

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
