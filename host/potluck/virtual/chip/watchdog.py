# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The watchdog: survives a soft reset, goes on at the prompt, bites whoever forgets it."""

from __future__ import annotations

import math

from potluck.model.board import Board
from potluck.virtual.clock import Clock
from potluck.virtual.hypercalls import GuestError, operation
from potluck.virtual.resets import HardReset, SoftReset


class Watchdog:
    """One watchdog. Limits and whether it can be stopped are the board's."""

    def __init__(self, board: Board, clock: Clock) -> None:
        self._clock = clock
        self._max_ms = board.mcu.watchdog_max_ms
        self._esp32 = board.micropython.platform == "esp32"
        self._timeout_us = 0

    def reset(self, cause: SoftReset | HardReset) -> None:
        if isinstance(cause, HardReset):
            self.stop()

    @property
    def armed(self) -> bool:
        return self._timeout_us > 0

    def stop(self) -> None:
        self._timeout_us = 0
        self._clock.put_off(math.inf)

    @operation
    def wdt_start(self, timeout_ms: int, *_: int) -> None:
        if self._max_ms and not 0 <= timeout_ms <= self._max_ms:  # it is unsigned there
            raise GuestError("ValueError", f"timeout exceeds {self._max_ms}")
        if self._esp32 and timeout_ms <= 0:
            raise GuestError("ValueError", "WDT timeout too short")
        if not timeout_ms:
            self._bite()  # pico-sdk's watchdog_enable pulls the trigger itself
        self._timeout_us = timeout_ms * 1000
        self._clock.set_alarm(self._clock.now_us() + self._timeout_us, self._bite)

    @operation
    def wdt_feed(self, *_: int) -> None:
        if self._timeout_us:
            self._clock.put_off(self._clock.now_us() + self._timeout_us)

    def _bite(self) -> None:
        text = ""
        if self._esp32:  # what the chip says on its port (docs: Task Watchdog Timer)
            text = (
                "E (%d) task_wdt: Task watchdog got triggered. The following tasks/users did not reset the watchdog"
                " in time:\r\nE (%d) task_wdt:  - mp_task (CPU 1)" % ((self._clock.now_us() // 1000,) * 2)
            )
        raise HardReset("watchdog", text=text)
