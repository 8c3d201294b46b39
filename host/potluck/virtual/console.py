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
from potluck.virtual.wire import FIFO_BYTES, Wire

CTRL_C = 3
_READABLE, WRITABLE = 1, 4
# Bytes that wait for the program, less the one place that a ring buffer keeps free (ports/{rp2,esp32}/mphalport.c),
# and behind them what a CDC has taken off its host (shared/tinyusb/tusb_config.h).
_USB_RING = {"rp2": 511, "esp32": 259}
_USB_FIFO = 256


class Port(Protocol):
    """Where a board's serial line ends."""

    def write(self, data: bytes) -> int | None: ...

    def writable(self) -> bool: ...

    def more(self) -> None: ...


class Console:
    """`feed` may be called from any thread, everything else by the guest's."""

    def __init__(self, memory: Memory, nudge: Callable[[], None], platform: str = "rp2") -> None:
        self._memory = memory
        self._nudge = nudge
        self.waiting = bytearray()  # bytes that came in and were not read yet: the ring
        self._behind = bytearray()  # those of a CDC that the ring had no room for: nobody has looked at them
        self._refused = False  # the host has more, which did not fit in there either
        self._lock = threading.Lock()
        self._traceback: bytearray | None = None
        self.port: Port | None = None
        self.silent = False  # the line does not exist yet: what is said is lost
        self.tail = b""  # the last that was printed
        self.interrupt_char = -1  # none while the prompt reads
        self.pressed = False
        self.wait_for_input: Callable[[], None] = lambda: None
        self.wire: Wire | None = None  # a UART's; None: USB, where the host waits for room
        self._ring_bytes = _USB_RING[platform]
        self.takes: Callable[[bytes], int] | None = None  # something else than the firmware listens: a boot ROM
        self.lost = 0  # bytes that came over the wire while the ring was full
        self.stall: Callable[[], None] = lambda: None  # lets the time pass that a CDC waits for its host

    def use_wire(self, wire: Wire, ring_bytes: int) -> None:
        """A UART: bytes take their time, and what comes when the ring is full is lost."""
        self.wire, self._ring_bytes = wire, ring_bytes - 1  # a ring buffer that is full keeps one place free

    def reset(self) -> None:
        self.interrupt_char = -1
        self.pressed = False
        self.silent = False
        self._traceback = None

    # -- in --------------------------------------------------------------------------------------

    def feed(self, data: bytes) -> int:
        """Bytes from outside. Returns how many were taken: the ring is bounded, as on a board."""
        if self.takes is not None:
            return self.takes(data)
        if self.wire is not None:
            taken = self.wire.feed(data)
            self._nudge()
            return taken
        taken = 0
        with self._lock:
            while taken < len(data) and len(self._behind) < _USB_FIFO:
                piece = data[taken : taken + _USB_FIFO - len(self._behind)]
                self._behind += piece
                taken += len(piece)
                self._fill_ring()
            self._refused = taken < len(data)
        self._nudge()
        return taken

    def _fill_ring(self) -> None:
        """tud_cdc_rx_cb of shared/tinyusb: byte by byte while the ring has room, so Ctrl-C does not pass a full one."""
        behind, waiting = self._behind, self.waiting
        while behind and len(waiting) < self._ring_bytes:
            piece = bytes(behind[: self._ring_bytes - len(waiting)])
            at = piece.find(self.interrupt_char) if self.interrupt_char >= 0 else -1
            if at >= 0:  # what was typed before it is forgotten
                waiting.clear()
                self.pressed = True
                del behind[: at + 1]
            else:
                waiting += piece
                del behind[: len(piece)]

    def arrive(self) -> None:
        """Take in what has come over the wire by now."""
        wire = self.wire
        if wire is None or not wire.coming:
            return
        data = wire.arrived()
        with self._lock:
            if self.interrupt_char >= 0 and self.interrupt_char in data:  # the ring stays as it is (ports/esp32/uart.c)
                self.pressed = True
                data = data.replace(bytes([self.interrupt_char]), b"")
            room = max(0, self._ring_bytes - len(self.waiting))
            self.waiting += data[:room]
            self.lost += len(data[room:])

    @property
    def on_wire(self) -> bool:
        """Whether bytes are under way to the board."""
        return self.wire is not None and self.wire.coming

    def comes_us(self, on_input: bool) -> int | None:
        """When the next byte comes, or the next Ctrl-C when input is not waited for."""
        wire = self.wire
        if wire is None or not wire.coming or not (on_input or self.interrupt_char >= 0):
            return None
        return wire.next_us(None if on_input else self.interrupt_char)

    def listen_for_interrupt(self, char: int) -> None:
        with self._lock:
            self.interrupt_char = char
            at = self.waiting.rfind(char) if char >= 0 else -1
            if at >= 0:  # it came while the program was on its way: a board would have begun it by then
                del self.waiting[: at + 1]
                self.pressed = True
            self._fill_ring()

    def forget(self) -> None:
        """What came in is lost."""
        if self.wire is not None:
            self.wire.forget()
        with self._lock:
            self.waiting.clear()
            self._behind.clear()

    def take(self, size: int) -> bytes:
        with self._lock:
            data = bytes(self.waiting[:size])
            del self.waiting[:size]
            if self._behind:
                self._fill_ring()
            refused, self._refused = self._refused, False
        if refused and self.port is not None:
            self.port.more()
        return data

    # -- out -------------------------------------------------------------------------------------

    def write(self, data: bytes) -> int:
        """Raw bytes to the line. Returns how many it took (a CDC that nobody reads drops the rest)."""
        port = self.port
        if port is None or not data or self.silent:
            return len(data)
        if self.wire is not None:  # which knows nothing of who listens
            for at in range(0, len(data), FIFO_BYTES):
                piece = data[at : at + FIFO_BYTES]
                port.write(piece)
                self.wire.send(len(piece))
            return len(data)
        taken = port.write(data)
        if taken is None or taken == len(data):
            return len(data)
        self.stall()
        return taken + (port.write(data[taken:]) or 0)

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
        if self.on_wire:
            self.arrive()
        ready = mask & _READABLE if self.waiting else 0
        if mask & WRITABLE and (self.wire is not None or self.silent or self.port is None or self.port.writable()):
            ready |= WRITABLE
        return ready

    @operation
    def stdin_read(self, address: int, size: int, _: int) -> int:
        self.arrive()
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
