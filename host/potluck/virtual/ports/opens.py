# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Who has a file open: Linux's inotify, by ctypes (man 7 inotify)."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Callable

_IN_CLOSE_WRITE, _IN_CLOSE_NOWRITE, _IN_OPEN, _IN_Q_OVERFLOW = 0x8, 0x10, 0x20, 0x4000
_IN_NONBLOCK, _IN_CLOEXEC = 0o4000, 0o2000000
_EVENT = struct.Struct("iIII")


class Opens:
    """Counts opens of one existing file from now on; those from before are not seen.

    on_last_close is called from `read` when the last one was closed.
    Raises OSError where there is no inotify or no instance of it is left.
    """

    def __init__(self, path: str, on_last_close: Callable[[], None]) -> None:
        if not sys.platform.startswith("linux"):
            raise OSError("inotify is Linux's")
        libc = ctypes.CDLL(None, use_errno=True)
        self._fd = libc.inotify_init1(_IN_NONBLOCK | _IN_CLOEXEC)
        if self._fd < 0:
            raise OSError(ctypes.get_errno(), "inotify_init1")
        events = _IN_OPEN | _IN_CLOSE_WRITE | _IN_CLOSE_NOWRITE
        if libc.inotify_add_watch(self._fd, os.fsencode(path), events) < 0:
            os.close(self._fd)
            raise OSError(ctypes.get_errno(), "inotify_add_watch")
        self._open = 0
        self._sure = True
        self._on_last_close = on_last_close

    def fileno(self) -> int:
        return self._fd

    def count(self) -> bool | None:
        """Whether anybody has it open; None after the kernel lost count."""
        return self._open > 0 if self._sure else None

    def read(self) -> None:
        """Take in what happened since the last call; never waits."""
        try:
            data = os.read(self._fd, 4096)
        except BlockingIOError:
            return
        before = self._open
        offset = 0
        while offset < len(data):
            _, mask, _, length = _EVENT.unpack_from(data, offset)
            offset += _EVENT.size + length
            if mask & _IN_Q_OVERFLOW:
                self._sure = False
            elif mask & _IN_OPEN:
                self._open += 1
            elif mask & (_IN_CLOSE_WRITE | _IN_CLOSE_NOWRITE):
                self._open -= 1
        if before > 0 and self._open <= 0 and self._sure:
            self._on_last_close()

    def close(self) -> None:
        os.close(self._fd)
