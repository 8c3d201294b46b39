# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A UART between a virtual board and its USB bridge: every byte takes its time, both ways.

What comes from outside arrives at the line's rate, whatever the board is doing meanwhile; who keeps
it, and that what does not fit is lost, is `console`'s. What the board says waits for the wire once the
chip's FIFO is full (MicroPython ports/esp32/uart.c: 128 bytes). Times are virtual.
"""

from __future__ import annotations

import threading
from collections import deque

from potluck.virtual.clock import Clock

FIFO_BYTES = 128
_BITS = 10  # start, 8 data, stop
_OUTSIDE_BYTES = 4096  # held by the bridge and the tool's computer; then the tool waits
_TOGETHER_S = 0.0005  # at a finite speed a waiting board is woken so seldom, not for each byte
_TOGETHER_BYTES = 32


class Wire:
    """`feed` may be called from any thread, everything else by the guest's."""

    def __init__(self, clock: Clock, baud: int) -> None:
        if not baud > 0:
            raise ValueError(f"a line needs a baud rate over 0, not {baud}")
        self.byte_us = _BITS * 1e6 / baud
        self._clock = clock
        self._lock = threading.Lock()
        self._coming: deque[list] = deque()  # [when its first byte started (None: the board sees it start), bytes]
        self._outside = 0
        self._sent_us = 0.0  # when the last byte out is on the other side

    # -- in --------------------------------------------------------------------------------------

    def feed(self, data: bytes) -> int:
        """Put bytes on the line; gives how many it took."""
        with self._lock:
            taken = data[: _OUTSIDE_BYTES - self._outside]
            if taken:
                # A clock that jumps says nothing of when this was: it starts when the board next looks.
                self._coming.append([self._clock.outside_us(), taken])
                self._outside += len(taken)
        return len(taken)

    @property
    def coming(self) -> bool:
        """Whether bytes are under way, or have come and were not taken in yet."""
        return bool(self._coming)

    def arrived(self) -> bytes:
        """What has come since the last time."""
        now_us, came = self._clock.now_us(), bytearray()
        with self._lock:
            self._settle()
            while self._coming:
                start_us, data = self._coming[0]
                count = int((now_us - start_us) / self.byte_us + 1e-6)
                if count < len(data):
                    if count > 0:
                        came += data[:count]
                        self._coming[0] = [start_us + count * self.byte_us, data[count:]]
                    break
                came += data
                self._coming.popleft()
            self._outside -= len(came)
        return bytes(came)

    def next_us(self, char: int | None) -> int | None:
        """When something comes: a byte, or the first that is `char`. None: nothing is under way."""
        with self._lock:
            self._settle()
            if char is None:
                if not self._coming:
                    return None
                start_us, data = self._coming[0]
                more = 0
                if not self._clock.jumps:
                    more = min(len(data) - 1, _TOGETHER_BYTES - 1, int(_TOGETHER_S * 1e6 * self._clock.speed / self.byte_us))
                return int(start_us + (1 + more) * self.byte_us) + 1
            for start_us, data in self._coming:
                at = data.find(char)
                if at >= 0:
                    return int(start_us + (1 + at) * self.byte_us) + 1
        return None

    def _settle(self) -> None:
        """Give every piece its start: not before the one ahead of it has passed, nor after now."""
        latest_us = max(self._clock.now_us(), self._clock.outside_us() or 0)
        free_us = 0.0
        for piece in self._coming:
            start_us = latest_us if piece[0] is None else min(piece[0], latest_us)
            piece[0] = max(start_us, free_us)
            free_us = piece[0] + len(piece[1]) * self.byte_us

    def forget(self) -> None:
        with self._lock:
            self._coming.clear()
            self._outside = 0

    # -- out -------------------------------------------------------------------------------------

    def send(self, count: int) -> None:
        """`count` bytes go out (at most FIFO_BYTES): wait until the last of them is in the chip's FIFO."""
        now_us = self._clock.now_us()
        self._sent_us = max(now_us, self._sent_us) + count * self.byte_us
        wait_us = int(self._sent_us - FIFO_BYTES * self.byte_us) - now_us
        if wait_us > 0:
            self._clock.spend(wait_us)
            if self._clock.due():
                self._clock.run_due()
