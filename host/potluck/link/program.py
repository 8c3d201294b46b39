# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Programs at a board's prompt: heard as they print, ended when asked, on a heap of their own.

Repl.exec is for short questions of ours, whose answers come at once; these are for what a person wants
to run, which may print for hours or never end.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from potluck.errors import BoardSilent, FirmwareError, NotMicroPython
from potluck.link.repl import CTRL_A, CTRL_C, CTRL_D, RAW_PROMPT, Repl

IDLE_S = 0.3  # a prompt answers within milliseconds, over a UART too
RESET_S = 10.0
_END = b"\x04"  # after what a program printed, and after its traceback
_PIECE = 4096


def enter_if_idle(repl: Repl) -> bool:
    """Reach the raw REPL without a Ctrl-C: True when nothing ran on the board.

    False when something runs, which got the bytes CR and Ctrl-A to read and nothing else.
    """
    repl.link.write(b"\r" + CTRL_A)
    answer, end = bytearray(), time.monotonic() + IDLE_S
    while (left_s := end - time.monotonic()) > 0:
        answer += repl.link.read(left_s)
        if answer.endswith(RAW_PROMPT):
            repl.adopt()
            return True
    return False


def fresh_heap(repl: Repl) -> None:
    """Soft-reset from inside the raw REPL: boot.py runs, main.py does not, and every name is gone.

    Raises NotMicroPython when the prompt does not come back.
    """
    repl.link.write(CTRL_D)
    # the prompt that stands there already is not the one that we wait for
    _until(repl, b"soft reboot\r\n")
    _until(repl, RAW_PROMPT)
    repl.adopt()


def follow(
    repl: Repl, code: str | bytes, heard: Callable[[bytes], None], *, silence_s: float | None = None
) -> None:
    """Run code and hand on what it prints, as it comes, until it ends.

    silence_s   how long it may say nothing (None: for ever)
    Raises FirmwareError, whose `trace` is the traceback, when it raises on the board; BoardSilent.
    """
    repl.start(code)
    _pass_on(repl, heard, silence_s)
    try:
        repl.finish()
    except FirmwareError as wrong:
        wrong.trace = wrong.trace.replace("\r\n", "\n")
        raise


def end(repl: Repl, heard: Callable[[bytes], None] = lambda data: None) -> None:
    """Stop the program that `follow` was hearing (Ctrl-C) and be at the raw prompt again.

    What it still prints, its traceback included, goes to `heard` if the program gives in at once.
    Raises NotMicroPython for one that does not end at all.
    """
    repl.link.write(CTRL_C)
    try:
        _pass_on(repl, heard, 1.0)
        repl.finish(1.0)
    except FirmwareError as wrong:
        heard(wrong.trace.encode())
    except BoardSilent:
        again(repl)


def again(repl: Repl) -> None:
    """Be at the raw prompt after something ended in the middle of a sentence. Raises NotMicroPython."""
    repl.read(_PIECE, 0)  # half an answer, to a question that is over
    repl.enter()


def _pass_on(repl: Repl, heard: Callable[[bytes], None], silence_s: float | None) -> None:
    """Everything up to the end mark, which stays to be read."""
    while True:
        waited_s = 0.0
        # in short turns, so that a Ctrl-C of the person is seen on Windows too
        while not (piece := repl.read(1, 0.25)):
            waited_s += 0.25
            if silence_s is not None and waited_s >= silence_s:
                raise BoardSilent(
                    f"the program on the board said nothing for {silence_s:g} s",
                    where=repl.link.name,
                    do="press the board's reset button and try again",
                )
        piece += repl.read(_PIECE, 0)
        printed, mark, rest = piece.partition(_END)
        if printed:
            heard(printed)
        if mark:
            repl.push_back(mark + rest)
            return


def _until(repl: Repl, mark: bytes) -> None:
    seen, last = bytearray(), time.monotonic() + RESET_S
    while not seen.endswith(mark):
        got = repl.read(1, last - time.monotonic())
        if not got:
            raise NotMicroPython(
                f"the board did not come back from its soft reset; the last bytes were {bytes(seen[-80:])!r}",
                where=repl.link.name,
                do="press its reset button and try again",
            )
        seen += got
