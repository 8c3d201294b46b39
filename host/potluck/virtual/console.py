# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The serial side of a virtual board: bytes in with Ctrl-C picked out, bytes out with CR before LF."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from potluck.virtual.engine import Memory
from potluck.virtual.hypercalls import operation
from potluck.virtual.wasi import ROM

CTRL_C = 3
_READABLE, _WRITABLE = 1, 4
_ROOM = 4096  # bytes that wait for the program


class Port(Protocol):
    """Where a board's serial line ends."""

    def write(self, data: bytes) -> int | None: ...


class Console:
    """`feed` may be called from any thread, everything else by the guest's."""

    def __init__(self, memory: Memory, nudge: Callable[[], None]) -> None:
        self._memory = memory
        self._nudge = nudge
        self.waiting = bytearray()  # bytes that came in and were not read yet
        self._lock = threading.Lock()
        self._traceback: bytearray | None = None
        self.port: Port | None = None
        self.silent = False  # the line does not exist yet: what is said is lost
        self.tail = b""  # the last that was printed
        self.interrupt_char = -1  # none while the prompt reads
        self.pressed = False
        self.wait_for_input: Callable[[], None] = lambda: None

    def reset(self) -> None:
        self.interrupt_char = -1
        self.pressed = False
        self.silent = False
        self._traceback = None

    # -- in --------------------------------------------------------------------------------------

    def feed(self, data: bytes) -> int:
        """Bytes from outside. Returns how many were taken: the ring is bounded, as on a board."""
        with self._lock:
            taken = max(0, min(len(data), _ROOM - len(self.waiting)))
            if self.interrupt_char >= 0 and self.interrupt_char in data:  # Ctrl-C empties the ring, so there is room for it
                taken = len(data)
            self.waiting += data[:taken]
            self._pick_ctrl_c()
        self._nudge()
        return taken

    def _pick_ctrl_c(self) -> None:
        if self.interrupt_char >= 0:
            at = self.waiting.rfind(self.interrupt_char)
            if at >= 0:  # as a board does: what was typed before it is forgotten
                del self.waiting[: at + 1]
                self.pressed = True

    def listen_for_interrupt(self, char: int) -> None:
        with self._lock:
            self.interrupt_char = char
            self._pick_ctrl_c()

    def forget(self) -> None:
        """What came in is lost."""
        with self._lock:
            self.waiting.clear()

    def take(self, size: int) -> bytes:
        with self._lock:
            data = bytes(self.waiting[:size])
            del self.waiting[:size]
        return data

    # -- out -------------------------------------------------------------------------------------

    def write(self, data: bytes) -> int:
        """Raw bytes to the line. Returns how many it took (a port that nobody reads drops the rest)."""
        taken = self.port.write(data) if self.port is not None and data and not self.silent else None
        return len(data) if taken is None else taken

    def write_cooked(self, data: bytes) -> None:
        """What `print` writes: LF becomes CR LF."""
        self.tail = (self.tail + data)[-400:]
        if self._traceback is not None:
            self._traceback += data
        else:
            self.write(data.replace(b"\n", b"\r\n"))

    @operation
    def error_begin(self, *_: int) -> None:
        self._traceback = bytearray()

    @operation
    def error_end(self, *_: int) -> None:
        """Tell the error without the frames of the board's own prompt."""
        text, self._traceback = bytes(self._traceback or b""), None
        own = ROM.encode() + b"/_vb"
        lines = text.split(b"\n")
        entry = [i for i, line in enumerate(lines) if own + b"_boot" in line and line.endswith(b"in _run")]
        if entry:
            del lines[1 : entry[-1] + 1]
        lines = [line for line in lines if own not in line]
        if len(lines) > 1 and lines[0].startswith(b"Traceback") and not lines[1].startswith(b"  File"):
            del lines[0]  # nothing but own frames: no traceback to show
        self.write_cooked(b"\n".join(lines).replace(ROM.encode()[1:] + b"/", b""))

    # -- operations ------------------------------------------------------------------------------

    @operation
    def kbd_intr(self, char: int, *_: int) -> None:
        self.listen_for_interrupt(char)

    @operation
    def console_ready(self, mask: int, *_: int) -> int:
        return (mask & _READABLE if self.waiting else 0) | mask & _WRITABLE

    @operation
    def stdin_read(self, address: int, size: int, _: int) -> int:
        if not self.waiting:
            self.wait_for_input()
        data = self.take(size)
        self._memory.write(address, data)
        return len(data)

    @operation
    def stdout_write(self, address: int, size: int, cooked: int) -> int:
        data = self._memory.read(address, size)
        if not cooked:
            return self.write(data)
        self.write_cooked(data)
        return size
