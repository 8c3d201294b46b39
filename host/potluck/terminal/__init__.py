# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A person's keyboard and screen at the other end of a board's line. What each of them is, is in keys_*.

Nothing is sent but what is typed, nothing is shown but what the board says: whoever types is at the board.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path

from potluck.link.base import Link

LEAVE = b"\x1d\x18"  # Ctrl-], Ctrl-X
CTRL_J, CTRL_K = 0x0A, 0x0B
_READ_S = 0.1


def keyboard():
    """This terminal's keyboard, for `talk`: a context in which keys come as they are pressed.

    Raises OSError where there is no terminal.
    """
    if sys.platform == "win32":
        from potluck.terminal.keys_windows import Keys
    else:
        from potluck.terminal.keys_posix import Keys
    return Keys()


def talk(
    link: Link,
    keys,
    screen: Callable[[bytes], None],
    *,
    inject: dict[int, Callable[[], bytes]] | None = None,
) -> None:
    """Carry keys to the board and what it says to the screen, until Ctrl-] or Ctrl-X is typed.

    keys     `.read(timeout_s) -> bytes`: what was typed, b"" for nothing, None at the end of all typing
    screen   takes what the board says, as it comes
    inject   a key's byte → what is sent in its place (Ctrl-J, Ctrl-K)

    Raises PortGone, BoardSilent.
    """
    over = threading.Event()
    failed: list[BaseException] = []

    def type_() -> None:
        try:
            while not over.is_set():
                typed = keys.read(_READ_S)
                if typed is None:
                    return
                before = typed
                for leave in LEAVE:
                    before = before.partition(bytes([leave]))[0]
                if before:
                    link.write(_injected(before, inject or {}))
                if len(before) < len(typed):
                    return
        except BaseException as wrong:  # told by the thread that waits for this one
            failed.append(wrong)
        finally:
            over.set()

    typist = threading.Thread(target=type_, name="keyboard", daemon=True)
    typist.start()
    try:
        while not over.is_set():
            said = link.read(_READ_S)
            if said:
                screen(said)
        while said := link.read(0):  # what was under way as the person left
            screen(said)
    finally:
        over.set()
        typist.join(timeout=2)
    if failed:
        raise failed[0]


def _injected(typed: bytes, inject: dict[int, Callable[[], bytes]]) -> bytes:
    return b"".join(inject[key]() if key in inject else bytes([key]) for key in typed)


def pasted(path: str) -> bytes:
    """A file as it is typed into a prompt's paste mode (Ctrl-E … Ctrl-D), read anew each time."""
    lines = Path(path).read_text("utf-8").splitlines()
    return b"\x05" + "".join(f"{line}\r" for line in lines).encode() + b"\x04"


def visible(data: bytes) -> bytes:
    """Bytes that are neither text nor line ends as [1e]: frames, escapes of a board gone mad."""
    return b"".join(
        bytes([one]) if one in (8, 9, 10, 13, 27) or 32 <= one <= 126 else b"[%02x]" % one for one in data
    )
