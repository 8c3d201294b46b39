# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A virtual board's port as a pseudo-terminal with a name that stays (POSIX).

The board keeps the slave end open itself, so that it survives clients that come and go
and its settings do too. On Linux inotify tells who has it open; elsewhere that is not known
and what nobody reads is dropped once the buffers are full.
"""

from __future__ import annotations

import fcntl
import os
import struct
import termios
import tty
from pathlib import Path

from .base import INPUT_BYTES, STALL_S, PumpedPort
from .opens import Opens

_PIECE = 256


class PtyPort(PumpedPort):
    """link: path of the symbolic link to the terminal; its folder is made (0700) if need be.

    Raises FileExistsError from `open` if something that is not a link has that name.
    """

    def __init__(self, link: Path, *, stall_s: float = STALL_S) -> None:
        super().__init__(stall_s=stall_s)
        self.name = str(link)
        self.device = ""  # the terminal itself ("/dev/pts/7"); another one after each plug()
        self._link = self._first_link = Path(link)
        self._moved = 0
        self._master: int | None = None
        self._slave: int | None = None
        self._opens: Opens | None = None

    def connected(self) -> bool | None:
        return self._opens.count() if self._opens is not None else None

    def _appear(self, selector) -> None:
        self._master, self._slave = os.openpty()
        os.set_blocking(self._master, False)
        tty.setraw(self._slave)
        self.device = os.ttyname(self._slave)
        try:
            self._opens = Opens(self.device, self._last_client_left)
            selector.register(self._opens.fileno(), 1, self._opens.read)
        except OSError:
            self._opens = None
        try:
            self._make_link()
        except OSError:
            self._vanish()
            raise

    def _move(self) -> None:
        self._moved += 1
        self._link = self._first_link.with_name(f"{self._first_link.name}.{self._moved}")
        self.name = str(self._link)

    def _make_link(self) -> None:
        self._link.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._link.exists() and not self._link.is_symlink():
            raise FileExistsError(f"{self._link} is in the way")
        aside = self._link.with_name(f".{self._link.name}.{os.getpid()}")
        aside.unlink(missing_ok=True)
        aside.symlink_to(self.device)
        os.replace(aside, self._link)

    def _vanish(self) -> None:
        try:
            if os.readlink(self._link) == self.device:
                self._link.unlink()
        except OSError:
            pass  # somebody else's by now
        if self._opens is not None:
            self._opens.close()
            self._opens = None
        for end in (self._slave, self._master):
            if end is not None:
                os.close(end)
        self._slave = self._master = None

    def _last_client_left(self) -> None:
        # the next client gets neither the rest of an old talk nor its terminal settings
        with self._state:
            self._output.clear()
            self._stalled = False
            self._state.notify_all()
            termios.tcflush(self._slave, termios.TCIFLUSH)
            tty.setraw(self._slave, termios.TCSANOW)

    def _channel(self) -> int | None:
        return self._master

    def _receive(self) -> bytes:
        try:
            return os.read(self._master, INPUT_BYTES)
        except (BlockingIOError, InterruptedError):
            return b""

    def _unread(self) -> int | None:
        return struct.unpack("i", fcntl.ioctl(self._slave, termios.FIONREAD, b"\0" * 4))[0]

    def _send(self, data: bytes) -> int:
        # In small pieces: Linux gives the room of a write back only when all of it was read.
        sent = 0
        try:
            while sent < len(data):
                sent += os.write(self._master, data[sent : sent + _PIECE])
        except (BlockingIOError, InterruptedError):
            pass
        return sent
