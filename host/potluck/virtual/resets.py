# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What ends a life of the interpreter."""

from __future__ import annotations

from potluck.virtual.engine import GuestExit


class SoftReset(GuestExit):
    """Ctrl-D, machine.soft_reset(), SystemExit: the interpreter starts anew, the chip goes on."""

    kind = "soft"
    text = ""


class HardReset(GuestExit):
    """The chip starts anew. kind: power, pin, reset (machine.reset), watchdog, deepsleep, fault, bootloader.

    off_us: how long it stays without power (or asleep) before it starts. text: said on the line first.
    """

    def __init__(self, kind: str, *, off_us: int = 0, text: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.off_us = off_us
        self.text = text


class Stop(GuestExit):
    """The board is switched off for good."""
