# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The keyboard of a Windows console: keys as the bytes that a board's line editor knows, Ctrl-C among them."""

from __future__ import annotations

import ctypes
import sys
import time

# After the prefix 00 or e0 of msvcrt.getwch: what a terminal sends for the key (ECMA-48, xterm).
_SPECIAL = {
    "H": b"\x1b[A", "P": b"\x1b[B", "M": b"\x1b[C", "K": b"\x1b[D",  # arrows
    "G": b"\x1b[H", "O": b"\x1b[F", "I": b"\x1b[5~", "Q": b"\x1b[6~", "R": b"\x1b[2~", "S": b"\x1b[3~",
}  # fmt: skip
_STDIN, _STDOUT = -10, -11
_PROCESSED_INPUT = 0x0001  # Ctrl-C as a signal instead of a key
_TERMINAL_OUTPUT = 0x0004  # the console understands escape sequences
_POLL_S = 0.01


class Keys:
    """As keys_posix.Keys. The console's modes are as they were afterwards."""

    def __init__(self):
        if not sys.stdin.isatty():
            raise OSError("no console")
        self._modes = []
        import msvcrt  # there on Windows only; this file can be looked at everywhere

        self._console = msvcrt

    def __enter__(self):
        self._change(_STDIN, off=_PROCESSED_INPUT)
        self._change(_STDOUT, on=_TERMINAL_OUTPUT)
        return self

    def __exit__(self, *exc):
        kernel = ctypes.windll.kernel32
        for handle, mode in reversed(self._modes):
            kernel.SetConsoleMode(handle, mode)

    def _change(self, which: int, *, on: int = 0, off: int = 0) -> None:
        kernel = ctypes.windll.kernel32
        handle, mode = kernel.GetStdHandle(which), ctypes.c_uint32()
        if kernel.GetConsoleMode(handle, ctypes.byref(mode)):
            self._modes.append((handle, mode.value))
            kernel.SetConsoleMode(handle, mode.value & ~off | on)

    def read(self, timeout_s: float) -> bytes:
        """What was typed; b"" when nothing was for timeout_s."""
        end = time.monotonic() + timeout_s
        while not self._console.kbhit():
            if time.monotonic() >= end:
                return b""
            time.sleep(_POLL_S)
        typed = b""
        while self._console.kbhit():
            key = self._console.getwch()
            if key in "\x00\xe0" and self._console.kbhit():
                typed += _SPECIAL.get(self._console.getwch(), b"")
            else:
                typed += key.encode("utf-8", "ignore")
        return typed
