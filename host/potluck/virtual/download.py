# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A virtual ESP32 that waits for a download: its serial boot loader at its line, at the line's speed."""

from __future__ import annotations

import threading
from collections import deque

from potluck.virtual.clock import Clock
from potluck.virtual.console import Console
from potluck.virtual.esp_loader import FlashChip, SerialLoader

_OUTSIDE_BYTES = 65_536  # held by the bridge and the tool's computer; then the tool waits


class Download:
    """`take` may be called from any thread, the rest by the board's."""

    def __init__(self, console: Console, clock: Clock, store: FlashChip, chip: str, mac: bytes) -> None:
        self._console, self._clock = console, clock
        self._loader = SerialLoader(chip, store, mac)
        self._came: deque[bytes] = deque()
        self._bytes = 0
        self._lock = threading.Lock()
        console.takes = self.take

    def take(self, data: bytes) -> int:
        with self._lock:
            data = data[: _OUTSIDE_BYTES - self._bytes]
            if data:
                self._came.append(bytes(data))
                self._bytes += len(data)
        self._clock.nudge()
        return len(data)

    def look(self) -> bool:
        """Whether something came."""
        return bool(self._came)

    def work(self) -> bool:
        """Answer one piece of what came. False: there is none."""
        with self._lock:
            if not self._came:
                return False
            data = self._came.popleft()
            self._bytes -= len(data)
        if self._console.wire is not None:  # nobody's limit else
            self._clock.spend(len(data) * 10_000_000 // self._loader.baud)
        answer = self._loader.feed(data)
        if answer and self._console.port is not None:
            self._console.port.write(answer)
        if self._console.port is not None:
            self._console.port.more()
        return True
