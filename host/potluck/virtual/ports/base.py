# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What every port of a virtual board does, and the pump that most of them share."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Callable
from typing import Protocol

STALL_S = 0.5  # how long an RP2040's CDC waits for a host that does not read (facts: 500-1000 ms)
OUTPUT_BYTES = 320  # held for a client that reads slowly, besides what the system holds: a CDC's FIFO and endpoint
GREET_S = 0.016  # a CDC lets a client get ready before it sends what it has kept (shared/tinyusb/mp_usbd_cdc.c)
LATEST_BYTES = 256  # of what a CDC says while its port is closed: its FIFO
INPUT_BYTES = 1024
RETRY_S = 0.002  # a board that took nothing is asked again so soon


class Board(Protocol):
    """What a port needs of a board."""

    def feed(self, data: bytes) -> int | None:
        """Bytes from outside. Gives how many were taken (None: all); the rest comes again."""


class Port:
    """One end of a line; the other is a tool's.

    name        what a person gives to a tool ("/run/user/1000/potluck/pico-1", "socket://127.0.0.1:4000")
    dropped     bytes from the board that a connected client never read
    keeps       bytes that a client gets first when it opens the port: the latest of those said while nobody
                had it open. A CDC has them in its FIFO, a UART has not.
    """

    name = ""
    dropped = 0
    keeps = 0

    def __init__(self) -> None:
        self._board: Board | None = None

    def bind(self, board: Board) -> None:
        """Bytes from outside go to this board from now on."""
        self._board = board

    def open(self) -> None:
        """Appear: a tool can open the port from now on."""
        raise NotImplementedError

    def close(self) -> None:
        """Disappear for good."""
        raise NotImplementedError

    def unplug(self) -> None:
        """Disappear as when the cable is pulled. The board runs on."""
        self.close()

    def plug(self) -> None:
        """Come back under the same name."""
        self.open()

    def leave_bus(self) -> None:
        """The chip is reset, and with it native USB: the port goes, for every tool. Nothing on other lines."""

    def join_bus(self) -> None:
        """Native USB starts: the port comes back, if its cable is in."""

    def connected(self) -> bool | None:
        """Whether a client has the port open; None where that cannot be known."""
        raise NotImplementedError

    def write(self, data: bytes) -> int:
        """Bytes from the board; gives how many were accepted.

        Never waits longer than the port's stall_s. With no client everything is accepted
        and forgotten (but see `keeps`), as by a board whose port is closed.
        """
        raise NotImplementedError

    def writable(self) -> bool:
        """Whether `write` would take at least a byte at once."""
        return True

    def more(self) -> None:
        """The board, which did not take all that came, has room again."""


class PumpedPort(Port):
    """A port over a selectable file: a thread carries bytes, with bounded buffers both ways.

    The pump sleeps in select() whenever there is nothing to do. A subclass opens its files
    in `_appear`, closes them in `_vanish` and names its data channel by `_receive`, `_send`.
    stall_s: how long `write` waits for a client that reads nothing at all before bytes are
    dropped; then nothing more waits until the client has read something.
    """

    def __init__(self, *, stall_s: float = STALL_S) -> None:
        super().__init__()
        self.stall_s = stall_s
        self.dropped = 0
        self._state = threading.Condition(threading.RLock())
        self._output = bytearray()
        self._latest = b""  # see `keeps`
        self._came_s = 0.0  # when somebody came for it; 0: nobody has
        self._input = b""
        self._stalled = False
        self._thread: threading.Thread | None = None
        self._running = False
        self._hand = threading.RLock()  # one hand at the plug at a time
        self._wanted = False  # a person has plugged it in
        self._on_bus = True
        self.moves = False  # comes back under another name, as a port does that a tool still holds
        self.on_move: Callable[[], None] = lambda: None

    # --- for subclasses -------------------------------------------------------------

    def _appear(self, selector: selectors.BaseSelector) -> None:
        """Open the files; register those that must wake the pump with a callable as their data."""
        raise NotImplementedError

    def _vanish(self) -> None:
        raise NotImplementedError

    def _move(self) -> None:
        """Take another name."""

    def _channel(self) -> int | socket.socket | None:
        """The file that carries the bytes now; None when nobody is there."""
        raise NotImplementedError

    def _receive(self) -> bytes:
        """What came, at most INPUT_BYTES; b"" when there was nothing after all."""
        raise NotImplementedError

    def _send(self, data: bytes) -> int:
        """How many bytes were sent without waiting."""
        raise NotImplementedError

    def _unread(self) -> int | None:
        """Bytes that wait in the system for the client's next read; None where that is not known."""
        return None

    # --- Port -----------------------------------------------------------------------

    def open(self) -> None:
        with self._hand:
            self._wanted = True
            if self._on_bus:
                self._show()

    def close(self) -> None:
        with self._hand:
            self._wanted = False
            self._hide()

    def leave_bus(self) -> None:
        with self._hand:
            self._on_bus = False
            self._hide()
            self._latest = b""

    def join_bus(self) -> None:
        with self._hand:
            if self._on_bus:
                return
            self._on_bus = True
            if self.moves:
                self._move()
            if self._wanted:
                self._show()
            if self.moves:
                self.on_move()

    def _show(self) -> None:
        with self._state:
            if self._running:
                return
            selector = selectors.DefaultSelector()
            self._wake_out, wake_in = socket.socketpair()
            self._wake_out.setblocking(False)
            wake_in.setblocking(False)
            selector.register(wake_in, selectors.EVENT_READ, lambda: _drain(wake_in))
            try:
                self._appear(selector)
            except BaseException:
                selector.close()
                wake_in.close()
                self._wake_out.close()
                raise
            self._running = True
            self._stalled = False
            self._output.clear()
            self._input = b""
            self._thread = threading.Thread(
                target=self._pump, args=(selector, wake_in), name=f"port {self.name}", daemon=True
            )
            self._thread.start()

    def _hide(self) -> None:
        with self._state:
            if not self._running:
                return
            self._running = False
            self._state.notify_all()
            thread = self._thread
        self._wake()
        if thread is not threading.current_thread():
            thread.join()

    def write(self, data: bytes) -> int:
        with self._state:
            accepted = len(data)
            if self._nobody():
                self._latest = (self._latest + data)[-self.keeps :] if self.keeps else b""
                return accepted
            self._catch_up()
            if not self._output:
                data = data[self._send(data) :]
            deadline, unread = time.monotonic() + self.stall_s, self._unread()
            while data and not self._nobody():
                room = OUTPUT_BYTES - len(self._output)
                if room > 0:
                    self._output += data[:room]
                    data = data[room:]
                    self._wake()
                    deadline = time.monotonic() + self.stall_s
                    continue
                left = deadline - time.monotonic()
                if self._stalled or left <= 0:
                    self._stalled = True
                    self.dropped += len(data)
                    return accepted - len(data)
                # Linux wakes the pump only when a terminal is nearly empty. A client that reads
                # byte by byte must not be taken for one that does not read: look in between.
                self._state.wait(min(left, self.stall_s / 8))
                if not self._nobody():
                    self._flush_output()
                    if unread != (unread := self._unread()):
                        deadline = time.monotonic() + self.stall_s
            return accepted

    def writable(self) -> bool:
        if not self._output:
            return True
        with self._state:
            if not self._nobody():
                self._flush_output()
            return self._nobody() or len(self._output) < OUTPUT_BYTES

    def _catch_up(self) -> None:
        """A client has come: what was said last comes first."""
        self._came_s = 0.0
        if self._latest:
            self._output[:0], self._latest = self._latest, b""
            self._flush_output()

    def _nobody(self) -> bool:
        return not self._running or self._channel() is None or self.connected() is False

    def more(self) -> None:
        self._wake()

    # --- the pump -----------------------------------------------------------------------

    def _wake(self) -> None:
        try:
            self._wake_out.send(b"!")
        except OSError:
            pass  # full: it is awake already; closed: it has ended

    def _pump(self, selector: selectors.BaseSelector, wake_in: socket.socket) -> None:
        watched = None
        try:
            while self._running:
                watched = self._watch(selector, watched)
                events = selector.select(RETRY_S if self._input else GREET_S if self._came_s else None)
                # who came and went first: what a client sends is answered only when it is known
                for key, _ in sorted(events, key=lambda event: event[0].data is None):
                    if key.data is not None:
                        key.data()
                with self._state:
                    if not self._latest or self._nobody():
                        self._came_s = 0.0
                    elif not self._came_s:
                        self._came_s = time.monotonic()
                    elif time.monotonic() - self._came_s >= GREET_S:
                        self._catch_up()
                    mask = next((mask for key, mask in events if key.data is None), 0)
                    if mask & selectors.EVENT_WRITE and self._output and self._channel() is not None:
                        self._flush_output()
                if mask & selectors.EVENT_READ and self._channel() is not None:
                    self._input = self._receive()
                if self._input:
                    self._feed()
        finally:
            with self._state:
                self._running = False
                self._vanish()
                self._output.clear()
                self._state.notify_all()
            selector.close()
            wake_in.close()
            self._wake_out.close()

    def _watch(self, selector, watched):
        """Have the selector wait for exactly what can be done; gives the (file, mask) it waits for."""
        with self._state:
            channel = self._channel()
            mask = 0 if self._input else selectors.EVENT_READ
            if self._output:
                mask |= selectors.EVENT_WRITE
        wanted = (channel, mask) if channel is not None and mask else None
        if wanted != watched:
            if watched is not None:
                try:
                    selector.unregister(watched[0])
                except (KeyError, ValueError):
                    pass  # closed meanwhile
            if wanted is not None:
                selector.register(channel, mask, None)
        return wanted

    def _flush_output(self) -> None:
        sent = self._send(bytes(self._output)) if self._output else 0
        if sent:
            del self._output[:sent]
            self._stalled = False
            self._state.notify_all()

    def _feed(self) -> None:
        if self._board is None:
            self._input = b""
            return
        taken = self._board.feed(self._input)
        self._input = b"" if taken is None else self._input[taken:]


def _drain(wake_in: socket.socket) -> None:
    try:
        while wake_in.recv(4096):
            pass
    except BlockingIOError:
        pass
