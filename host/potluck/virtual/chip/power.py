# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Resets asked for by the program, why the last one came, and the clock of the CPU."""

from __future__ import annotations

from potluck.model.board import Board
from potluck.virtual.hypercalls import operation
from potluck.virtual.resets import HardReset, SoftReset

# machine.reset_cause() by port. The RP2040 cannot tell machine.reset() from its watchdog, which it uses for it.
_CAUSES = {
    "rp2": {"power": 1, "pin": 1, "fault": 1, "reset": 3, "watchdog": 3, "deepsleep": 3},
    "esp32": {"power": 1, "pin": 1, "fault": 2, "reset": 2, "watchdog": 3, "deepsleep": 4, "soft": 5},
}
_CPU_HZ = {"rp2": 125_000_000, "esp32": 160_000_000}


class Power:
    def __init__(self, board: Board) -> None:
        self._platform = board.micropython.platform
        self._causes = _CAUSES[self._platform]
        self._cause = self._causes["power"]
        self._hz = _CPU_HZ[self._platform]

    def reset(self, cause: SoftReset | HardReset) -> None:
        self._cause = self._causes.get(cause.kind, self._cause)  # a soft reset on the RP2040 keeps the old one
        if isinstance(cause, HardReset):
            self._hz = _CPU_HZ[self._platform]

    @operation
    def reset_cause(self, *_: int) -> int:
        return self._cause

    @operation
    def machine_reset(self, *_: int) -> None:
        raise HardReset("reset")

    @operation
    def bootloader(self, *_: int) -> None:
        raise HardReset("reset", text="the bootloader of a virtual board has nothing to load: starting again")

    @operation
    def deepsleep(self, ms: int, *_: int) -> None:
        raise HardReset("deepsleep", off_us=ms * 1000)

    @operation
    def cpu_freq(self, hz: int, *_: int) -> int:
        if hz > 0:
            self._hz = hz
        return self._hz
