# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A virtual board's files: a real littlefs image with the geometry of the board's flash.

Full flash, rename, leftovers of a power cut and wear are littlefs's own doing, in the
same C code that a board runs; this module only gives it a chip (`flash_device`), roots
every path and translates errors into the numbers that MicroPython raises on a board
(ENOENT 2, EEXIST 17, ENOTDIR 20, EISDIR 21, EINVAL 22, ENOSPC 28, ENAMETOOLONG 36,
ENOTEMPTY 39, whatever the host calls them).

Paths are absolute, "/"-separated; "." and ".." are resolved here and never leave the root.
All methods may be called from any thread.

Modification times are kept while the process lives, not on the flash: littlefs-python
cannot put them into the commit that closes a file, and a commit of their own would
falsify wear and the places where power can be cut.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from littlefs import LittleFSError, lfs

from potluck.errors import FlashImageInUse, FlashImageWrong

from .flash_device import FlashDevice, Geometry, PowerCut
from .flash_file import (
    APPEND,
    CODEC,
    CREATE,
    EINVAL,
    ENOMEM,
    EXCLUSIVE,
    READ,
    READ_WRITE,
    TRUNCATE,
    WRITE,
    FileHandle,
    normalise,
    oserror,
    to_text,
)
from .flash_image import board_flash, fresh_image, lfs_config, open_image

__all__ = [
    "APPEND",
    "CREATE",
    "EXCLUSIVE",
    "READ",
    "READ_WRITE",
    "TRUNCATE",
    "WRITE",
    "FileHandle",
    "Flash",
    "Geometry",
    "PowerCut",
    "Stat",
]

MAX_OPEN = 200  # a Pico's heap holds about so many littlefs file objects

_TYPE_DIR = 2


@dataclass(frozen=True)
class Stat:
    """size in bytes (0 for a folder), mtime in seconds since 1970 (0: not known)."""

    is_dir: bool
    size: int
    mtime: int


class Flash:
    """The mounted file system.

    geometry   size and shape; see `for_board`
    image      bytes to start from (a flash dump); None: freshly formatted
    path       keep the bytes in this file, made if it is not there; excludes `image`
    factory    {path: bytes}: files that a new image has (what the official firmware puts there)
    on_busy    called after an operation with the milliseconds that the chip was busy with
               erasing and programming, during which a real board stands still
    clock      gives seconds since 1970 for mtime

    Raises FlashImageInUse if another process has the file, FlashImageWrong if it is no
    littlefs image of this geometry.
    """

    def __init__(
        self,
        geometry: Geometry,
        *,
        image: bytes | None = None,
        path: Path | None = None,
        factory: dict[str, bytes] | None = None,
        on_busy: Callable[[float], None] | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.geometry = geometry
        self.on_busy = on_busy
        self.clock = clock
        self.path = path
        self._lock = threading.RLock()
        self._handles: dict[int, FileHandle] = {}
        self._mtimes: dict[str, int] = {}
        self._factory = factory
        self.rewritten = False  # block by block, past the file system (`flash_chip`)
        backing = None
        if path is not None:
            if image is not None:
                raise ValueError("an image comes from bytes or from a file, not from both")
            try:
                backing, image = open_image(path, geometry.size, lambda: fresh_image(geometry, factory))
            except BlockingIOError:
                raise FlashImageInUse(
                    "this board's files are in use by another running board",
                    where=str(path),
                    do="stop that board (`potluck board list`) or choose another --dir",
                ) from None
            except ValueError as error:
                raise FlashImageWrong(
                    f"this is not the flash of this board: {error}",
                    where=str(path),
                    do="start the board that it belongs to, or choose another --dir",
                ) from None
        elif image is None:
            image = fresh_image(geometry, factory)
        self.device = FlashDevice(geometry)
        self.device.load(image)
        self.device.backing = backing
        try:
            self._mount()
        except OSError:
            self.device.close()
            raise FlashImageWrong(
                "there is no littlefs file system in this image",
                where=str(path or "image"),
                do="move the file away to start with an empty board",
            ) from None

    @classmethod
    def for_board(cls, board: str, path: Path | None = None, **options) -> Flash:
        """The flash of a board as it comes from the factory, or what the file at path holds."""
        geometry, factory = board_flash(board)
        return cls(geometry, path=path, factory=factory, **options)

    # --- power and reset --------------------------------------------------------------

    def reset(self) -> None:
        """The board's RAM is lost: open files close without being flushed, then a fresh mount.

        Where the chip was rewritten and holds no file system, firmware formats it at its next start.
        """
        with self._lock:
            self._unmount()
            rewritten, self.rewritten = self.rewritten, False
            try:
                self._mount()
            except OSError:
                if not rewritten:
                    raise
                self.device.load(fresh_image(self.geometry, self._factory))
                self._mount()

    def power_cut(self) -> None:
        """Power goes now. Every call raises PowerCut until `power_on`."""
        with self._lock:
            self.device.powered = False

    def power_on(self) -> None:
        """Power is back: a fresh mount of what had reached the chip."""
        with self._lock:
            self._unmount()
            self.device.power_on()
            if not self.rewritten:  # else `reset` comes and looks what is there
                self._mount()

    def close(self) -> None:
        """Unmount without flushing and let go of the file. Nothing may be called after it."""
        with self._lock:
            self._unmount()
            self.device.close()

    def image(self) -> bytes:
        """The bytes on the chip, geometry.size long; what is only in open files is not among them."""
        with self._lock:
            return self.device.image()

    # --- files ----------------------------------------------------------------------

    def open(self, path: str, flags: int = READ) -> FileHandle:
        """Open a file. flags: READ, WRITE, CREATE … of this module, or-ed.

        Raises OSError (MicroPython's numbers); ENOMEM when MAX_OPEN files are open.
        """
        path = normalise(path)
        if not flags & READ_WRITE:
            raise oserror(EINVAL)
        with self._lock:
            if len(self._handles) >= MAX_OPEN:
                raise oserror(ENOMEM)
            handle = FileHandle(self, path, flags, self._call(lfs.file_open, path, flags, CODEC))
            self._handles[id(handle)] = handle
            return handle

    def stat(self, path: str) -> Stat:
        path = normalise(path)
        if path == "/":
            return Stat(True, 0, 0)
        with self._lock:
            found = self._call(lfs.stat, path, CODEC)
            is_dir = found.type == _TYPE_DIR
            return Stat(is_dir, 0 if is_dir else found.size, self._mtimes.get(path, 0))

    def listdir(self, path: str) -> list[tuple[str, bool, int]]:
        """[(name, is_dir, size)], in littlefs's order (by name), without "." and ".."."""
        path = normalise(path)
        entries = []
        with self._lock:
            directory = self._call(lfs.dir_open, path, CODEC)
            try:
                while (entry := self._call(lfs.dir_read, directory, CODEC)) is not None:
                    if entry.name not in (".", ".."):
                        is_dir = entry.type == _TYPE_DIR
                        entries.append((to_text(entry.name), is_dir, 0 if is_dir else entry.size))
            finally:
                # also after an error: littlefs keeps a list of open directories
                lfs.dir_close(self._fs, directory)
        return entries

    def mkdir(self, path: str) -> None:
        self._call(lfs.mkdir, normalise(path), CODEC)

    def remove(self, path: str) -> None:
        """Remove a file or an empty folder. As on a board, os.remove and os.rmdir are the same."""
        path = normalise(path)
        with self._lock:
            self._call(lfs.remove, path, CODEC)
            self._mtimes.pop(path, None)

    unlink = remove
    rmdir = remove

    def rename(self, old: str, new: str) -> None:
        """File over file replaces, folder over empty folder too; old or new survives a power cut."""
        old, new = normalise(old), normalise(new)
        if new.startswith(old.rstrip("/") + "/"):
            raise oserror(EINVAL)  # littlefs would let a folder vanish into itself
        with self._lock:
            self._call(lfs.rename, old, new, CODEC)
            for path in [p for p in self._mtimes if p == old or p.startswith(old + "/")]:
                self._mtimes[new + path[len(old) :]] = self._mtimes.pop(path)

    def statvfs(self) -> tuple[int, int, int]:
        """(block_size in bytes, blocks in all, blocks free)."""
        used = self._call(lfs.fs_size)
        total = self.geometry.block_count
        return self.geometry.block_size, total, max(0, total - used)

    # --- whole files, for tests and tools ----------------------------------------------

    def read_bytes(self, path: str) -> bytes:
        with self._lock, self.open(path) as file:
            return file.read()

    def write_bytes(self, path: str, data: bytes) -> None:
        # In one piece: a reset of the running board, half-way, would close the file unwritten.
        with self._lock, self.open(path, WRITE | CREATE | TRUNCATE) as file:
            file.write(data)

    # --- inside -------------------------------------------------------------------------

    def _mount(self) -> None:
        self._fs = lfs.LFSFilesystem()
        self._config = lfs_config(self.geometry, self.device)
        try:
            lfs.mount(self._fs, self._config)
        except LittleFSError as error:
            raise oserror(-error.code) from None
        self._mounted = True

    def _unmount(self) -> None:
        if not self._mounted:
            return
        self._mounted = False
        for handle in self._handles.values():
            # Closing a file that was written to would flush it, and littlefs aborts the
            # process when a flush fails twice. Such a file is abandoned together with the
            # file system that knows it, at the price of its cache (at most 1 KB).
            if not handle._flags & WRITE:
                lfs.file_close(self._fs, handle._file)
            handle._file = None
        self._handles.clear()
        lfs.unmount(self._fs)

    def _call(self, function, *arguments):
        with self._lock:
            if not self.device.powered or not self._mounted:
                raise PowerCut
            error = 0
            result = None
            try:
                result = function(self._fs, *arguments)
            except LittleFSError as failure:
                error = -failure.code
            busy_ms, self.device.busy_ms = self.device.busy_ms, 0.0
            if busy_ms and self.on_busy is not None:
                self.on_busy(busy_ms)
            if not self.device.powered:
                raise PowerCut
            if error:
                raise oserror(error)
            return result
