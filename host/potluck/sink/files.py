# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A text file that only grows: what was flushed before an error stays."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TextIO

from potluck import errors

_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


class Appender:
    """Whole lines appended to `path`, each `flush()` on its way to the disk."""

    def __init__(self, path: Path):
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = open(path, "ab", buffering=0)
        except OSError as error:
            raise told(error, path) from error
        self._waiting = bytearray()

    @property
    def empty(self) -> bool:
        try:
            return not self._waiting and os.fstat(self._file.fileno()).st_size == 0
        except OSError as error:
            raise told(error, self.path) from error

    def add(self, text: str) -> None:
        self._waiting += text.encode("utf-8", "backslashreplace")

    def flush(self) -> None:
        try:
            while self._waiting:
                del self._waiting[: self._file.write(self._waiting) or 0]
        except OSError as error:
            raise told(error, self.path) from error

    def close(self) -> None:
        try:
            self.flush()
        finally:
            self._waiting.clear()
            self._file.close()


class Lines:
    """The same for a stream that is somebody else's to close, such as stdout."""

    empty = True

    def __init__(self, stream: TextIO):
        self._stream = stream

    def add(self, text: str) -> None:
        self._stream.write(text)

    def flush(self) -> None:
        self._stream.flush()

    close = flush


def told(error: OSError, path: Path) -> errors.PotluckError:
    """The error that people are told."""
    if error.errno in _NO_ROOM:
        return errors.LogFull(
            "there is no room left for the log",
            where=str(path),
            do="free some space, or log elsewhere with --log FILE; all that was logged is there",
        )
    return errors.LogUnusable(
        f"the log cannot be written ({error.strerror})",
        where=str(path),
        do="choose another file with --log FILE",
    )
