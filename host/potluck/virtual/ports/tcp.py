# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A virtual board's port as a TCP socket of this machine alone, for one client at a time.

Raw bytes, so `mpremote connect socket://127.0.0.1:PORT` works. RFC 2217, which carries
DTR and RTS as well, is another port on the same pump.
"""

from __future__ import annotations

import os
import selectors
import socket

from .base import INPUT_BYTES, PumpedPort

_HOST = "127.0.0.1"
# Longer than a CDC waits: a socket's buffers are so large that a client which reads byte by byte
# makes the system report progress only every few seconds.
_STALL_S = 10.0


class TcpPort(PumpedPort):
    """number: the TCP port, 0 for any free one, which is then kept over unplug and plug."""

    def __init__(self, number: int = 0, *, stall_s: float = _STALL_S) -> None:
        super().__init__(stall_s=stall_s)
        self.number = number
        self._listener: socket.socket | None = None
        self._client: socket.socket | None = None

    @property
    def name(self) -> str:
        return f"socket://{_HOST}:{self.number}"

    def _move(self) -> None:
        self.number = 0

    def connected(self) -> bool:
        return self._client is not None

    def _appear(self, selector) -> None:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            # elsewhere this lets a closed port be used again at once; on Windows it would share it
            if os.name != "nt":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((_HOST, self.number))
            listener.listen()
            listener.setblocking(False)
        except OSError:
            listener.close()
            raise
        self.number = listener.getsockname()[1]
        self._listener = listener
        selector.register(listener, selectors.EVENT_READ, self._accept)

    def _accept(self) -> None:
        try:
            client, _ = self._listener.accept()
        except OSError:
            return  # gone before it was let in
        with self._state:
            if self._client is not None:
                client.close()  # a serial port has one user
                return
            client.setblocking(False)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._stalled = False
            self._client = client

    def _vanish(self) -> None:
        self._hang_up()
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _hang_up(self) -> None:
        with self._state:
            if self._client is not None:
                self._client.close()
                self._client = None
            self._output.clear()
            self._state.notify_all()

    def _channel(self) -> socket.socket | None:
        return self._client

    def _receive(self) -> bytes:
        try:
            data = self._client.recv(INPUT_BYTES)
        except (BlockingIOError, InterruptedError):
            return b""
        except OSError:
            data = b""
        if not data:
            self._hang_up()
        return data

    def _send(self, data: bytes) -> int:
        try:
            return self._client.send(data)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError:
            # the pump sees the same end when it reads, and hangs up there
            return len(data)
