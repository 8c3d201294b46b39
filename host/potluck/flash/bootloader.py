# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Bring a board into its bootloader: by itself where it can, with the maker's hand where it cannot."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from potluck.errors import BootloaderSilent
from potluck.flash import ask
from potluck.flash.kinds import Kind
from potluck.flash.targets import Target
from potluck.flash.watcher import Watcher

HAND_S = 180.0  # so long somebody may look for a button
ALONE_S = 8.0  # so long a board may take that was asked
TOUCH_BAUD = 1200


def enter(
    target: Target,
    kind: Kind,
    arrived: Callable[[], object | None],
    watcher: Watcher,
    *,
    hand_s: float = HAND_S,
):
    """What `arrived` finds once the board is in its bootloader.

    Asks over the prompt, then by opening the port at 1200 baud (Arduino's convention, which
    MicroPython's and Arduino's own programs follow on native USB), then asks the maker.
    Raises BootloaderSilent when nobody helped within hand_s.
    """
    watcher.step("enter")
    if found := arrived():
        return found
    if target.port:
        for ask_it in (ask.enter_bootloader, touch):
            if ask_it(target.port) and (found := _wait(arrived, ALONE_S)):
                return found
    watcher.help_in(kind.picture, kind.enter)
    if found := _wait(arrived, hand_s):
        return found
    raise silent(target, hand_s)


def silent(target: Target, hand_s: float) -> BootloaderSilent:
    return BootloaderSilent(
        f"the board did not come into its bootloader within {hand_s:.0f} s",
        where=target.name,
        do="follow the picture: the button is held while the board is plugged in or reset; a cable that carries data?",
    )


def touch(port: str) -> bool:
    """Open the port at 1200 baud and close it again; whether there was a port to open."""
    import serial

    if "://" in port:
        return False
    with contextlib.suppress(OSError, ValueError):
        line = serial.Serial(port, TOUCH_BAUD)
        with contextlib.suppress(OSError):
            line.dtr = False
        line.close()
        return True
    return False


def _wait(arrived: Callable[[], object | None], seconds: float):
    end = time.monotonic() + seconds
    while True:
        found = arrived()
        if found or time.monotonic() >= end:
            return found
        time.sleep(0.1)
