# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The part of WASI preview 1 that the engine imports, answered from a board's flash and clock.

The guest's root folder is the board's littlefs image: there is no way from here to the host's
files. Error numbers are MicroPython's (see `Flash`) on this side and WASI's on the engine's, which turns
them back where it raises them (`engine_export`). Layouts and constants: WASI snapshot_preview1 `witx` description.
"""

from __future__ import annotations

import contextlib
import ctypes
import random
import struct
from collections.abc import Callable
from typing import Any, Protocol

from potluck.virtual import flash
from potluck.virtual.engine import GuestExit, Memory
from potluck.virtual.engine_export import RAISED

_MODULE = "wasi_snapshot_preview1"
_WASI_EBADF = 8  # the one WASI number the C library itself looks for, when it lists the root folders
_EBADF, _EIO, _EISDIR, _EINVAL = 9, 5, 21, 22
_ROOT_FD = 3
_CREAT, _DIRECTORY, _EXCL, _TRUNC = 1, 2, 4, 8
_APPEND = 1
_RIGHT_READ, _RIGHT_WRITE = 1 << 1, 1 << 6
_TYPE_CHARACTER, _TYPE_DIRECTORY, _TYPE_FILE = 2, 3, 4
_RAISED_AS = {board: wasi for wasi, board in RAISED.items()}
ROM = "/.frozen"


class ProgramExit(GuestExit):
    """The guest program ended by itself."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Clock(Protocol):
    def now_us(self) -> int: ...


class Wasi:
    """WASI for one board. `flash` holds the files, `rom` the read-only texts under `/.frozen`."""

    def __init__(
        self,
        memory: Memory,
        flash: Any,
        *,
        rom: dict[str, bytes],
        monotonic_ns: Callable[[], int],
        realtime_ns: Callable[[], int],
        write_out: Callable[[bytes], None],
        sleep_us: Callable[[int], None],
        seed: int = 0,
        gives_way: Callable[[str], bool] = lambda path: False,
    ) -> None:
        """`gives_way`: whether a file of `rom` is not there because the board's flash has a better one."""
        self.memory = memory
        self.flash = flash
        self.rom = rom
        self._rom_folders = {path[:at] for path in rom for at, letter in enumerate(path) if letter == "/"}
        self._clocks = {0: realtime_ns, 1: monotonic_ns}
        self._monotonic_ns = monotonic_ns
        self._write_out = write_out
        self._sleep_us = sleep_us
        self._gives_way = gives_way
        self._random = random.Random(seed)
        self.args: list[bytes] = []
        self._files: dict[int, Any] = {}

    def imports(self) -> dict[tuple[str, str], Callable[..., int]]:
        """Every WASI function the engine asks for, by its import name."""
        names = (
            "args_get args_sizes_get environ_get environ_sizes_get fd_close fd_fdstat_get "
            "fd_prestat_get fd_prestat_dir_name fd_read fd_readdir fd_seek fd_sync fd_write "
            "path_create_directory path_filestat_get path_open path_readlink path_remove_directory "
            "path_rename path_unlink_file poll_oneoff proc_exit"
        )
        functions = {(_MODULE, name): self._errno(getattr(self, name)) for name in names.split()}
        functions[(_MODULE, "clock_time_get")] = self._clock_time_get
        return functions

    def reset(self, *, flushed: bool = False) -> None:
        """RAM is lost and open files with it. A soft reset has closed them first (`flushed`)."""
        for file in self._files.values() if flushed else ():
            with contextlib.suppress(OSError):
                file.close()
        self._files.clear()
        self.flash.reset()

    @staticmethod
    def _errno(function: Callable[..., int | None]) -> Callable[..., int]:
        def call(*args: int) -> int:
            try:
                return function(*args) or 0
            except OSError as error:
                number = error.errno or _EIO
                return _RAISED_AS.get(number, number)

        return call

    # -- arguments and clocks ------------------------------------------------------------------

    def args_sizes_get(self, count: int, size: int) -> None:
        self.memory.put_u32(count, len(self.args))
        self.memory.put_u32(size, sum(len(arg) + 1 for arg in self.args))

    def args_get(self, table: int, text: int) -> None:
        for i, arg in enumerate(self.args):
            self.memory.put_u32(table + 4 * i, text)
            self.memory.write(text, arg + b"\0")
            text += len(arg) + 1

    def environ_sizes_get(self, count: int, size: int) -> None:
        self.memory.put_u32(count, 0)
        self.memory.put_u32(size, 0)

    def environ_get(self, _table: int, _text: int) -> None:
        pass

    def _clock_time_get(self, trap: Callable[[BaseException], int]) -> Callable[..., int]:
        """clock_time_get(id, precision, out) as the engine's callback: programs ask the time a lot."""
        clocks, monotonic_ns, memory = self._clocks, self._monotonic_ns, self.memory
        word, pack_into = ctypes.c_uint32.from_address, struct.Struct("<Q").pack_into

        def get(_env: int, _caller: int, slots: int, _count: int) -> int:
            try:
                which = word(slots)
                pack_into(memory.view, word(slots + 32).value, clocks.get(which.value, monotonic_ns)())
                which.value = 0
                return 0
            except BaseException as failure:
                return trap(failure)

        return get

    _clock_time_get.whole = True  # type: ignore[attr-defined]

    def poll_oneoff(self, subscriptions: int, events: int, count: int, ready: int) -> None:
        """Only the engine's own sleeps come here: wait for the nearest clock, report it."""
        for i in range(count):
            data, tag, _clock, timeout_ns, _precision, flags = struct.unpack(
                "<QB7xI4xQQH6x", self.memory.read(subscriptions + 48 * i, 48)
            )
            if tag == 0:
                wait_ns = timeout_ns - (self._monotonic_ns() if flags & 1 else 0)
                self._sleep_us(max(0, wait_ns) // 1000)
                self.memory.write(events, struct.pack("<QHB21x", data, 0, 0))
                self.memory.put_u32(ready, 1)
                return
        self.memory.put_u32(ready, 0)

    def proc_exit(self, code: int) -> None:
        raise ProgramExit(code)

    # -- open files ----------------------------------------------------------------------------

    def _file(self, fd: int) -> Any:
        try:
            return self._files[fd]
        except KeyError:
            raise OSError(_EBADF, "no such open file") from None

    def fd_prestat_get(self, fd: int, out: int) -> int:
        if fd != _ROOT_FD:
            return _WASI_EBADF
        self.memory.write(out, struct.pack("<BxxxI", 0, 1))
        return 0

    def fd_prestat_dir_name(self, _fd: int, path: int, _size: int) -> None:
        self.memory.write(path, b"/")

    def fd_fdstat_get(self, fd: int, out: int) -> None:
        if fd < _ROOT_FD:
            kind = _TYPE_CHARACTER
        elif fd == _ROOT_FD:
            kind = _TYPE_DIRECTORY
        else:
            kind = _TYPE_DIRECTORY if isinstance(self._file(fd), _Folder) else _TYPE_FILE
        self.memory.write(out, struct.pack("<BxHxxxxQQ", kind, 0, (1 << 64) - 1, (1 << 64) - 1))

    def fd_close(self, fd: int) -> None:
        self._file(fd)
        self._files.pop(fd).close()

    def fd_sync(self, fd: int) -> None:
        self._file(fd).flush()

    def fd_seek(self, fd: int, offset: int, whence: int, out: int) -> None:
        if offset >= 1 << 63:
            offset -= 1 << 64
        position = self._file(fd).seek(offset, whence)
        self.memory.write(out, position.to_bytes(8, "little"))

    def _buffers(self, vector: int, count: int) -> list[tuple[int, int]]:
        return [struct.unpack("<II", self.memory.read(vector + 8 * i, 8)) for i in range(count)]

    def fd_read(self, fd: int, vector: int, count: int, out: int) -> None:
        total = 0
        if fd != 0:  # standard input reaches programs through the board's own sys.stdin
            file = self._file(fd)
            for address, size in self._buffers(vector, count):
                data = file.read(size)
                self.memory.write(address, data)
                total += len(data)
                if len(data) < size:
                    break
        self.memory.put_u32(out, total)

    def fd_write(self, fd: int, vector: int, count: int, out: int) -> None:
        total = 0
        for address, size in self._buffers(vector, count):
            data = self.memory.read(address, size)
            if fd in (1, 2):
                self._write_out(data)
                total += size
            else:
                total += self._file(fd).write(data)
        self.memory.put_u32(out, total)

    # -- paths ---------------------------------------------------------------------------------

    def _path(self, address: int, size: int) -> str:
        text = self.memory.read(address, size).decode("utf-8", "surrogateescape")
        return "/" + text.lstrip("/")

    def path_open(
        self, _fd: int, _follow: int, path: int, size: int, oflags: int,
        rights: int, _inheriting: int, fdflags: int, out: int,
    ) -> None:  # fmt: skip
        name = self._path(path, size)
        fd = next(i for i in range(_ROOT_FD + 1, 1 << 20) if i not in self._files)
        if name.startswith(ROM + "/") and name in self.rom:
            file: Any = _Text(self.rom[name])
        elif name in ("/dev/random", "/dev/urandom"):
            file = _Random(self._random)
        elif oflags & _DIRECTORY:
            file = _Folder(self.flash.listdir(name))
        else:
            wanted = (
                (rights & _RIGHT_READ, flash.READ), (rights & _RIGHT_WRITE, flash.WRITE), (oflags & _CREAT, flash.CREATE),
                (oflags & _EXCL, flash.EXCLUSIVE), (oflags & _TRUNC, flash.TRUNCATE), (fdflags & _APPEND, flash.APPEND),
            )  # fmt: skip
            file = self.flash.open(name, sum(flag for bit, flag in wanted if bit))
        self._files[fd] = file
        self.memory.put_u32(out, fd)

    def path_filestat_get(self, _fd: int, _follow: int, path: int, size: int, out: int) -> None:
        name = self._path(path, size)
        mtime = 0
        if name == ROM or name.startswith(ROM + "/"):
            if name in self.rom and not self._gives_way(name):
                kind, length = _TYPE_FILE, len(self.rom[name])
            elif name in self._rom_folders:
                kind, length = _TYPE_DIRECTORY, 0
            else:
                raise OSError(2, "no such module")
        else:
            stat = self.flash.stat(name)
            kind, length, mtime = (_TYPE_DIRECTORY if stat.is_dir else _TYPE_FILE), stat.size, stat.mtime
        ns = int(mtime) * 1_000_000_000
        self.memory.write(out, struct.pack("<QQB7xQQQQQ", 0, 0, kind, 0, length, ns, ns, ns))

    def path_create_directory(self, _fd: int, path: int, size: int) -> None:
        self.flash.mkdir(self._path(path, size))

    def path_remove_directory(self, _fd: int, path: int, size: int) -> None:
        self.flash.remove(self._path(path, size))

    def path_unlink_file(self, _fd: int, path: int, size: int) -> None:
        self.flash.remove(self._path(path, size))

    def path_rename(self, _fd: int, old: int, old_size: int, _new_fd: int, new: int, new_size: int) -> None:
        self.flash.rename(self._path(old, old_size), self._path(new, new_size))

    def path_readlink(self, _fd: int, _path: int, _size: int, _out: int, _room: int, _used: int) -> None:
        raise OSError(_EINVAL, "littlefs has no links")

    def fd_readdir(self, fd: int, out: int, room: int, cookie: int, used: int) -> None:
        entries = self.flash.listdir("/") if fd == _ROOT_FD else self._file(fd).entries
        data = bytearray()
        for i, (name, is_dir, _size) in enumerate(entries[cookie:], start=cookie):
            raw = name.encode("utf-8", "surrogateescape")
            # an inode that is not 0, or libc asks for it by a path relative to this folder
            data += struct.pack("<QQIB3x", i + 1, i + 1, len(raw), _TYPE_DIRECTORY if is_dir else _TYPE_FILE) + raw
            if len(data) >= room:
                break
        self.memory.write(out, bytes(data[:room]))
        self.memory.put_u32(used, min(len(data), room))


class _Folder:
    """An open folder: the list as it was when it was opened."""

    def __init__(self, entries: list[tuple[str, bool, int]]) -> None:
        self.entries = entries

    def read(self, _size: int) -> bytes:
        raise OSError(_EISDIR, "is a folder")

    write = seek = read

    def flush(self) -> None:
        pass

    close = flush


class _Text:
    """A read-only file of the board's own firmware."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def read(self, size: int) -> bytes:
        piece = self.data[self.at : self.at + size]
        self.at += len(piece)
        return piece

    def seek(self, offset: int, whence: int) -> int:
        self.at = max(0, offset + (0, self.at, len(self.data))[whence])
        return self.at

    def write(self, _data: bytes) -> int:
        raise OSError(_EBADF, "read-only")

    def flush(self) -> None:
        pass

    close = flush


class _Random(_Text):
    """`/dev/random`: the engine seeds its `random` module from it. Same seed, same bytes."""

    def __init__(self, source: random.Random) -> None:
        super().__init__(b"")
        self.source = source

    def read(self, size: int) -> bytes:
        return self.source.randbytes(size)
