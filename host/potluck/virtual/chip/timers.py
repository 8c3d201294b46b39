# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""machine.Timer: interrupts at virtual times. They come in a tight loop as in a sleep."""

from __future__ import annotations

from collections.abc import Callable

from potluck.model.board import Board
from potluck.virtual.clock import Clock
from potluck.virtual.hypercalls import GuestError, operation
from potluck.virtual.resets import HardReset, SoftReset

_FIRST = 64  # interrupt numbers below are pins
_PERIODIC = 1


class Timers:
    """Software timers, as many as a program opens. A hardware timer's number is reused by its id."""

    def __init__(self, board: Board, clock: Clock) -> None:
        self._numbered = board.mcu.peripherals.timers  # ids below this; 0: software timers alone, of id -1
        self._clock = clock
        self._running: dict[int, int] = {}
        self._next = _FIRST
        self._by_id: dict[int, int] = {}
        self._started_us: dict[int, int] = {}
        self.interrupt: Callable[[int], None] = lambda number: None

    def reset(self, _cause: SoftReset | HardReset) -> None:
        for handle in self._running.values():
            self._clock.cancel(handle)
        self._running.clear()
        self._by_id.clear()
        self._next = _FIRST

    @operation
    def timer_open(self, number: int, *_: int) -> int:
        if self._numbered and not 0 <= number < self._numbered:
            raise GuestError("ValueError", "invalid Timer number")
        if not self._numbered and number != -1:
            raise GuestError("ValueError", "Timer doesn't exist")
        if number >= 0 and number in self._by_id:
            return self._by_id[number]
        opened = self._next
        self._next += 1
        if number >= 0:
            self._by_id[number] = opened
        return opened

    @operation
    def timer_start(self, number: int, period_ms: int, rest_and_mode: int) -> None:
        period_us = max(1, period_ms * 1000 + (rest_and_mode & 0xFFFF))
        self.timer_stop(number, 0, 0)
        self._started_us[number] = self._clock.now_us()
        self._plan(number, self._clock.now_us() + period_us, period_us, rest_and_mode >> 16 == _PERIODIC)

    def _plan(self, number: int, when_us: int, period_us: int, periodic: bool) -> None:
        def fire() -> None:
            self._running.pop(number, None)
            self.interrupt(number)
            if periodic:  # a board that was busy for long gets one interrupt, not a crowd
                self._plan(number, max(when_us + period_us, self._clock.now_us()), period_us, True)

        self._running[number] = self._clock.at(when_us, fire)

    @operation
    def timer_stop(self, number: int, *_: int) -> None:
        self._clock.cancel(self._running.pop(number, None))

    @operation
    def timer_value(self, number: int, *_: int) -> int:
        return (self._clock.now_us() - self._started_us.get(number, 0)) // 1000
