# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""An open file on a virtual board's flash, and how its paths and errors are spelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from littlefs import lfs

from .flash_device import PowerCut

if TYPE_CHECKING:
    from .flash import Flash

# Flags of Flash.open, littlefs's own numbers: READ and WRITE are bits, the rest is or-ed in.
READ = 1
WRITE = 2
READ_WRITE = READ | WRITE
CREATE = 0x100
EXCLUSIVE = 0x200
TRUNCATE = 0x400
APPEND = 0x800

EBADF, ENOMEM, EINVAL = 9, 12, 22  # MicroPython's numbers (py/mperrno.h), not the host's
OFFSET_MAX = 0x7FFFFFFF

# littlefs names are bytes. They travel to it as str with one character per byte, so that
# an image with names in another encoding can be listed too.
CODEC = "latin-1"


def normalise(path: str) -> str:
    """An absolute path without "", "." and "..", in the form that CODEC wants."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    joined = "/" + "/".join(parts)
    if "\0" in joined:
        raise oserror(EINVAL)
    if joined.isascii():
        return joined
    try:
        return joined.encode("utf-8", "surrogateescape").decode(CODEC)
    except UnicodeEncodeError:
        raise oserror(EINVAL) from None


def to_text(name: str) -> str:
    """A name as littlefs gave it with CODEC → as a person writes it."""
    return name if name.isascii() else name.encode(CODEC).decode("utf-8", "surrogateescape")


_TEXT = {
    2: "no such file or folder",
    5: "input or output error",
    9: "the file is not open for this",
    12: "out of memory",
    17: "exists already",
    20: "not a folder",
    21: "is a folder",
    22: "invalid argument",
    27: "file too large",
    28: "no space left on the board",
    36: "name too long",
    39: "folder not empty",
    84: "file system is damaged",
}


def oserror(number: int) -> OSError:
    """OSError with MicroPython's number and a text that does not depend on the host."""
    return OSError(number, _TEXT.get(number, "littlefs error"))


class FileHandle:
    """An open file. Closed, or after a reset, every method but close raises OSError(EBADF)."""

    def __init__(self, flash: Flash, path: str, flags: int, file: lfs.LFSFile) -> None:
        self._flash = flash
        self._path = path
        self._flags = flags
        self._file: lfs.LFSFile | None = file
        self._written = bool(flags & TRUNCATE)

    def _use(self, needs: int, function, *arguments):
        with self._flash._lock:
            if self._file is None or (needs and not self._flags & needs):
                raise oserror(EBADF)  # littlefs itself would abort the process
            return self._flash._call(function, self._file, *arguments)

    def read(self, n: int = -1) -> bytes:
        """At most n bytes from here on (all for n < 0), b"" at the end."""
        with self._flash._lock:
            left = max(0, self.size() - self.tell())
            n = left if n < 0 else min(n, left)
            return self._use(READ, lfs.file_read, n)

    def readinto(self, buffer: bytearray | memoryview) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def write(self, data: bytes) -> int:
        """Write all of data at the current place (at the end with APPEND) or raise OSError."""
        with self._flash._lock:
            count = self._use(WRITE, lfs.file_write, bytes(data))
            self._written = True
            return count

    def seek(self, offset: int, whence: int = 0) -> int:
        """whence: 0 start, 1 here, 2 end. Gives the new place; behind the end is allowed."""
        if not -OFFSET_MAX <= offset <= OFFSET_MAX or whence not in (0, 1, 2):
            raise oserror(EINVAL)
        return self._use(0, lfs.file_seek, offset, whence)

    def tell(self) -> int:
        return self._use(0, lfs.file_tell)

    def size(self) -> int:
        return self._use(0, lfs.file_size)

    def truncate(self, size: int) -> None:
        if not 0 <= size <= OFFSET_MAX:
            raise oserror(EINVAL)
        with self._flash._lock:
            self._use(WRITE, lfs.file_truncate, size)
            self._written = True

    def flush(self) -> None:
        """Commit to flash: a power cut from now on leaves what was written."""
        with self._flash._lock:
            self._use(0, lfs.file_sync)
            self._stamp()

    def close(self) -> None:
        """Commit and close; the handle is gone even if committing raises (ENOSPC, PowerCut)."""
        with self._flash._lock:
            if self._file is None:
                return
            if not self._flash.device.powered:
                raise PowerCut  # littlefs's memory is freed by power_on
            file, self._file = self._file, None
            del self._flash._handles[id(self)]
            self._flash._call(lfs.file_close, file)
            self._stamp()

    def _stamp(self) -> None:
        if self._written and self._flash.clock is not None:
            self._flash._mtimes[self._path] = int(self._flash.clock())
        self._written = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
