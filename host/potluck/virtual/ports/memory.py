# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A virtual board's port inside this process, for tests and for boards that nobody else needs to reach.

port = MemoryPort()
board.attach(port)
link = port.link          # what a tool holds: read(timeout_s), write(bytes), close()
"""

from __future__ import annotations

import threading
import time

from potluck.errors import BoardSilent, PortGone

from .base import RETRY_S, STALL_S, Port


class MemoryPort(Port):
    """capacity: bytes kept for a link that does not read; then as every port: wait, then drop.

    With 320 it is a host that has a CDC's port open and reads nothing at all.
    """

    def __init__(self, name: str = "memory:", *, capacity: int = 1 << 20, stall_s: float = STALL_S) -> None:
        super().__init__()
        self.name = name
        self.stall_s = stall_s
        self.dropped = 0
        self._capacity = capacity
        self._state = threading.Condition()
        self._output = bytearray()
        self._plugged = True
        self.link = MemoryLink(self)

    def open(self) -> None:
        with self._state:
            self._plugged = True

    def close(self) -> None:
        with self._state:
            self._plugged = False
            self._output.clear()
            self._state.notify_all()

    def connected(self) -> bool:
        return self._plugged and not self.link.closed

    def write(self, data: bytes) -> int:
        deadline = time.monotonic() + self.stall_s
        accepted = len(data)
        with self._state:
            while data and self.connected():
                room = self._capacity - len(self._output)
                if room:
                    self._output += data[:room]
                    data = data[room:]
                    self._state.notify_all()
                    deadline = time.monotonic() + self.stall_s
                    continue
                left = deadline - time.monotonic()
                if left <= 0:
                    self.dropped += len(data)
                    return accepted - len(data)
                self._state.wait(left)
        return accepted

    def writable(self) -> bool:
        return not self.connected() or len(self._output) < self._capacity


class MemoryLink:
    """The tool's end of a MemoryPort; has the methods of `potluck.link.base.Link`."""

    description = "virtual board in this process"
    has_reset = False

    def __init__(self, port: MemoryPort) -> None:
        self._port = port
        self.closed = False

    @property
    def name(self) -> str:
        return self._port.name

    def read(self, timeout_s: float) -> bytes:
        """What has arrived, as soon as anything has; b"" after timeout_s. Raises PortGone when unplugged."""
        port = self._port
        with port._state:
            port._state.wait_for(lambda: port._output or not port.connected(), timeout_s)
            if not port._output and not port.connected():
                raise PortGone("the virtual board's port is gone", where=self.name)
            data = bytes(port._output)
            port._output.clear()
            port._state.notify_all()
            return data

    def write(self, data: bytes, timeout_s: float = 10.0) -> None:
        """Send all of data. Raises PortGone, or BoardSilent if the board takes nothing for timeout_s."""
        deadline = time.monotonic() + timeout_s
        while data:
            if not self._port.connected() or self._port._board is None:
                raise PortGone("the virtual board's port is gone", where=self.name)
            taken = self._port._board.feed(bytes(data))
            data = b"" if taken is None else data[taken:]
            if data and time.monotonic() > deadline:
                raise BoardSilent("the virtual board takes no more bytes", where=self.name)
            if data:
                time.sleep(RETRY_S)

    def hard_reset(self) -> bool:
        """There is no reset line; as a pseudo-terminal has none."""
        return False

    def close(self) -> None:
        """Let go of the line. What the board sends from now on is forgotten."""
        with self._port._state:
            self.closed = True
            self._port._output.clear()
            self._port._state.notify_all()

    def __enter__(self) -> MemoryLink:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
