# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The stages of a rescue, in their order: each knocks in its own way, and says whether the raw REPL answered.

MicroPython raises KeyboardInterrupt at the next jump or call after Ctrl-C has come. `except:` around the body
of a loop swallows it, unless it comes in the few microseconds of the loop's own jump: so a flood may win where
single presses do not. A board that starts is open to Ctrl-C before main.py has reached its first `try`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from potluck.link.repl import CTRL_C
from potluck.rescue.door import Door
from potluck.telemetry import command

HANDS_S = 30.0
_PRESS_S = 0.06  # between two presses: a `finally` has its time
_FLOOD_S = 0.5
_ANSWER_S = 0.4  # to Ctrl-A: the prompt is 30 bytes, 3 ms at 115,200 baud
# A recipe that crashed starts again after 3 s and leaves the launcher's window open for 5 s; the RP2's
# watchdog bites after 8.4 s at most. So within this time such a board has been open once.
_WINDOW_S = 14.0


class Stage(NamedTuple):
    """open(door, hands_s) → whether the raw REPL answers now."""

    id: str
    what: str
    open: Callable[[Door, float], bool]
    possible: Callable[[Door, float], bool] = lambda door, hands_s: True


def _ctrl_c(door: Door, _: float) -> bool:
    for _ in range(3):
        for _ in range(3):
            door.press(b"\r" + CTRL_C)
            door.hear(_PRESS_S)
        if door.ask_raw(_ANSWER_S):
            return True
    return False


def _raw(door: Door, _: float) -> bool:
    for burst, every_s in ((8, 0.005), (1, 0.0013), (64, 0.011)):
        door.flood(_FLOOD_S, every_s=every_s, burst=burst)
        if door.ask_raw(_ANSWER_S):
            return True
    return False


def _window(door: Door, _: float) -> bool:
    end = time.monotonic() + _WINDOW_S
    # to potluck's own runtime: every actuator safe, then the launcher opens the REPL. Others ignore the line
    door.press(command(int(time.time() * 1000) % (1 << 29), "stop"))
    while time.monotonic() < end:
        door.flood(0.25)
        if door.ask_raw(0.15):
            return True
    return False


def _reset(door: Door, _: float) -> bool:
    for _ in range(3):
        if not door.reset():
            return False
        door.flood(1.2, every_s=0.002)
        if door.ask_raw(_ANSWER_S):
            return True
        door.flood(1.5)  # a long boot.py, or the launcher's window
        if door.ask_raw(_ANSWER_S):
            return True
    return False


def _hands(door: Door, hands_s: float) -> bool:
    end = time.monotonic() + hands_s
    while time.monotonic() < end:
        door.flood(0.3, every_s=0.002)
        if door.ask_raw(0.1):
            return True
    return False


STAGES = (
    Stage("ctrl-c", "Ctrl-C, as a person presses it", _ctrl_c),
    Stage("raw", "a flood of Ctrl-C, then the raw REPL without a soft reset", _raw),
    Stage("window", "asking the program to stop, and waiting for a start of its own", _window),
    Stage("reset", "a reset by the DTR and RTS lines, Ctrl-C while it starts", _reset, lambda door, _: door.can_reset),
    Stage(
        "hands",
        "press the board's RESET button now, or unplug it and plug it in again",
        _hands,
        lambda _, hands_s: hands_s > 0,
    ),
)
GENTLE = {"ctrl-c"}  # a program that stops at Ctrl-C is to blame for nothing
