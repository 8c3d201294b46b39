# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""UARTs: rings, and a wire that takes its time both ways.

A part hears a message when its last byte is over the wire, and what it answers comes in byte by byte.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from potluck.model.board import Board
from potluck.virtual.chip.pins import UART, Pins
from potluck.virtual.clock import Clock
from potluck.virtual.engine import Memory
from potluck.virtual.hypercalls import GuestError, operation
from potluck.virtual.resets import HardReset, SoftReset
from potluck.virtual.world import World

FIRST = 56  # interrupt numbers: above the pins, below the timers
_LISTEN_US = 10_000  # how often an open line is asked for what a part says by itself
_FIFO_BYTES = {"rp2": 32, "esp32": 128}  # besides the rings: RP2040 datasheet 4.2.2.2, ESP32 manual 13.3.1
_NONE = 255
RECEIVED, SENT = 1, 2


@dataclass
class _Line:
    """char_us: a byte's time on the wire. coming: (when its first byte began, bytes) still under way to the board."""

    tx: int
    rx: int
    baud: int
    room: int = 256
    out_room: int = 256
    char_us: float = 0.0
    ring: bytearray = field(default_factory=bytearray)
    coming: deque[tuple[float, bytes]] = field(default_factory=deque)
    lost: int = 0
    sent_us: float = 0.0  # when the last that was written is over the wire
    came_us: float = 0.0  # when the last that is under way has come
    event: int | None = None
    happened: int = 0
    tells_sent: bool = False


class Uart:
    """The lines that programs opened, by UART number."""

    def __init__(self, board: Board, clock: Clock, pins: Pins, world: World, memory: Memory) -> None:
        self._board = board
        self._clock = clock
        self._pins = pins
        self._world = world
        self._memory = memory
        self._rp2 = board.micropython.platform == "rp2"
        self._fifo_bytes = _FIFO_BYTES[board.micropython.platform]
        self._lines: dict[int, _Line] = {}
        self.interrupt: Callable[[int], None] = lambda number: None

    def reset(self, _cause: SoftReset | HardReset) -> None:
        for number in list(self._lines):
            self.uart_close(number)

    @operation
    def uart_check(self, number: int, *_: int) -> None:
        if number not in self._board.mcu.peripherals.uart:
            said = "doesn't" if self._rp2 else "does not"
            raise GuestError("ValueError", f"UART({number}) {said} exist")

    @operation
    def uart_open(self, number: int, tx_and_rx: int, baud: int) -> None:
        """`tx_and_rx`: two 16-bit numbers, -1: the default."""
        self.uart_check(number)
        usual = self._board.defaults.get(f"UART{number}", (_NONE, _NONE))
        tx, rx = tx_and_rx >> 16, (tx_and_rx & 0xFFFF ^ 0x8000) - 0x8000
        tx, rx = usual[0] if tx < 0 else tx, usual[1] if rx < 0 else rx
        for gpio, name in ((tx, "TX"), (rx, "RX")):
            if gpio == _NONE:
                continue
            self._pins.check_own(gpio)
            if self._rp2 and f"UART{number}_{name}" not in self._board.mcu.pins[gpio].functions:
                raise GuestError("ValueError", f"bad {name} pin")
        if not self._rp2 and tx != _NONE and "output" in self._pins.blocked(tx) and number:
            raise GuestError("OSError", "-258 ESP_ERR_INVALID_ARG")
        self.uart_close(number)
        if self._rp2:
            for gpio in (tx, rx):
                if gpio != _NONE:
                    self._pins.connect(gpio, UART)
        self._lines[number] = _Line(tx, rx, max(baud, 1))
        self._listen(number)

    @operation
    def uart_frame(self, number: int, half_bits: int, sizes: int) -> None:
        """`half_bits` of a byte with all around it; `sizes`: of the rings for what comes and what goes, 16 bits each."""
        line = self._lines[number]
        line.char_us = half_bits * 500_000 / line.baud
        line.room, line.out_room = sizes & 0xFFFF, sizes >> 16 & 0xFFFF

    @operation
    def uart_close(self, number: int, *_: int) -> None:
        line = self._lines.pop(number, None)
        if line is not None:
            self._clock.cancel(line.event)

    def _listen(self, number: int) -> None:
        """A part may speak at any time: while one could, it is asked now and then."""
        line = self._lines[number]
        if "uart" in self._world.ways:

            def look() -> None:
                if self._lines.get(number) is line:
                    self._exchange(number, line, b"")
                    self._listen(number)

            line.event = self._clock.at(self._clock.now_us() + _LISTEN_US, look)

    def _exchange(self, number: int, line: _Line, data: bytes) -> None:
        """The parts hear `data`; what they say is under way from now on."""
        tx, rx = (None if gpio == _NONE else gpio for gpio in (line.tx, line.rx))
        answer = bytes(self._world.talk("uart", tx, rx, list(data), line.baud) or [])
        if not answer:
            return
        begin_us = max(line.came_us, self._clock.now_us())
        line.coming.append((begin_us, answer))
        line.came_us = begin_us + len(answer) * line.char_us

        def came() -> None:
            if self._lines.get(number) is line:
                self._take_in(line)
                self._happened(number, line, RECEIVED)

        self._clock.at(math.ceil(line.came_us), came)

    def _happened(self, number: int, line: _Line, what: int) -> None:
        line.happened |= what
        self.interrupt(FIRST + number)

    @operation
    def uart_events(self, number: int, *_: int) -> int:
        """What has happened since it was asked last: RECEIVED, SENT."""
        line = self._open(number)
        happened, line.happened = line.happened, 0
        return happened

    @operation
    def uart_tell_sent(self, number: int, wanted: int, _: int) -> None:
        """Whether an interrupt comes when all has gone out."""
        self._open(number).tells_sent = bool(wanted)

    def _take_in(self, line: _Line) -> None:
        """What has come by now: into the ring, then into the FIFO, else lost."""
        now_us = self._clock.now_us()
        while line.coming:
            begin_us, data = line.coming[0]
            count = min(len(data), int((now_us - begin_us) / line.char_us + 1e-6))
            if count <= 0:
                return
            taken = data[:count][: max(0, line.room + self._fifo_bytes - len(line.ring))]
            line.ring += taken
            line.lost += count - len(taken)
            if count == len(data):
                line.coming.popleft()
            else:
                line.coming[0] = (begin_us + count * line.char_us, data[count:])

    @operation
    def uart_write(self, number: int, at: int, size: int) -> int:
        """Returns how long the writer has to wait until the last byte fits into ring and FIFO, in us."""
        line = self._open(number)
        now_us, data = self._clock.now_us(), self._memory.read(at, size)
        line.sent_us = max(line.sent_us, now_us) + size * line.char_us

        def heard() -> None:
            if self._lines.get(number) is line:
                self._exchange(number, line, data)

        def sent() -> None:
            if self._lines.get(number) is line and line.sent_us <= self._clock.now_us():
                self._happened(number, line, SENT)

        if self._world.connected:
            self._clock.at(math.ceil(line.sent_us), heard)
        if line.tells_sent:
            self._clock.at(math.ceil(line.sent_us), sent)
        if not line.event:
            self._listen(number)
        return max(0, math.ceil(line.sent_us - now_us - (line.out_room + self._fifo_bytes) * line.char_us))

    def _open(self, number: int) -> _Line:
        if number not in self._lines:
            raise GuestError("OSError", "5")
        return self._lines[number]

    @operation
    def uart_any(self, number: int, *_: int) -> int:
        line = self._open(number)
        if not line.event:  # parts that were connected after it was opened
            self._listen(number)
        if line.coming:
            self._take_in(line)
        return min(len(line.ring), line.room)

    @operation
    def uart_read(self, number: int, at: int, size: int) -> int:
        line = self._open(number)
        self._take_in(line)
        data, line.ring = bytes(line.ring[:size]), line.ring[size:]
        self._memory.write(at, data)
        return len(data)

    @operation
    def uart_busy_us(self, number: int, *_: int) -> int:
        """How long the wire still carries what was written."""
        return max(0, math.ceil(self._open(number).sent_us - self._clock.now_us()))
