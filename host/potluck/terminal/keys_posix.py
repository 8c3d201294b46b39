# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The keyboard of a terminal on Linux and macOS: every key at once, unchanged, Ctrl-C among them."""

from __future__ import annotations

import os
import select
import sys


class Keys:
    """`with Keys() as keys: keys.read(0.1)`; the terminal is as it was afterwards, whatever happens."""

    def __init__(self, fd: int | None = None):
        self.fd = sys.stdin.fileno() if fd is None else fd
        import termios  # there on POSIX only; this file can be looked at everywhere

        self._termios = termios
        try:
            self._before = termios.tcgetattr(self.fd)
        except termios.error as wrong:  # which is no OSError
            raise OSError(*wrong.args) from wrong

    def __enter__(self):
        import tty

        # TCSADRAIN: what was typed ahead is kept. Raw turns output's line ends off too: a board sends CR LF.
        tty.setraw(self.fd, self._termios.TCSADRAIN)
        return self

    def __exit__(self, *exc):
        self._termios.tcsetattr(self.fd, self._termios.TCSADRAIN, self._before)

    def read(self, timeout_s: float) -> bytes | None:
        """What was typed; b"" when nothing was for timeout_s, None when the terminal is closed."""
        if not select.select([self.fd], [], [], timeout_s)[0]:
            return b""
        try:
            return os.read(self.fd, 1024) or None
        except OSError:
            return None  # hung up
