# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""UARTs: a ring for what comes in, a wire that takes its time for what goes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from potluck.model.board import Board
from potluck.virtual.chip.pins import Pins
from potluck.virtual.clock import Clock
from potluck.virtual.engine import Memory
from potluck.virtual.hypercalls import GuestError, operation
from potluck.virtual.resets import HardReset, SoftReset
from potluck.virtual.world import World

FIRST = 56  # interrupt numbers: above the pins, below the timers
_LISTEN_US = 10_000  # how often an open line is asked for what a part says by itself
_BITS = 10  # on the wire for a byte of 8N1
_NONE = 255


@dataclass
class _Line:
    tx: int
    rx: int
    baud: int
    room: int
    ring: bytearray = field(default_factory=bytearray)
    lost: int = 0
    busy_until_us: int = 0
    event: int | None = None


class Uart:
    """The lines that programs opened, by UART number."""

    def __init__(self, board: Board, clock: Clock, pins: Pins, world: World, memory: Memory) -> None:
        self._board = board
        self._clock = clock
        self._pins = pins
        self._world = world
        self._memory = memory
        self._rp2 = board.micropython.platform == "rp2"
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
        room = self._lines[number].room if number in self._lines else 256
        self.uart_close(number)
        self._lines[number] = _Line(tx, rx, max(baud, 1), room)
        self._listen(number)

    @operation
    def uart_buffer(self, number: int, size: int, _: int) -> None:
        self._lines[number].room = size

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
                    had = len(line.ring)
                    self._exchange(line, b"")
                    if len(line.ring) > had:
                        self.interrupt(FIRST + number)
                    self._listen(number)

            line.event = self._clock.at(self._clock.now_us() + _LISTEN_US, look)

    def _exchange(self, line: _Line, data: bytes) -> None:
        tx, rx = (None if gpio == _NONE else gpio for gpio in (line.tx, line.rx))
        answer = bytes(self._world.talk("uart", tx, rx, list(data), line.baud) or [])
        taken = answer[: max(0, line.room - len(line.ring))]
        line.ring += taken
        line.lost += len(answer) - len(taken)

    @operation
    def uart_write(self, number: int, at: int, size: int) -> int:
        line = self._open(number)
        now_us = self._clock.now_us()
        line.busy_until_us = max(line.busy_until_us, now_us) + size * _BITS * 1_000_000 // line.baud
        had = len(line.ring)
        self._exchange(line, self._memory.read(at, size))
        if len(line.ring) > had:
            self.interrupt(FIRST + number)
        if not line.event:
            self._listen(number)
        return size

    def _open(self, number: int) -> _Line:
        if number not in self._lines:
            raise GuestError("OSError", "5")
        return self._lines[number]

    @operation
    def uart_any(self, number: int, *_: int) -> int:
        line = self._open(number)
        if not line.event:  # parts that were connected after it was opened
            self._listen(number)
        return len(line.ring)

    @operation
    def uart_read(self, number: int, at: int, size: int) -> int:
        line = self._open(number)
        data, line.ring = bytes(line.ring[:size]), line.ring[size:]
        self._memory.write(at, data)
        return len(data)

    @operation
    def uart_busy_us(self, number: int, *_: int) -> int:
        """How long the wire still carries what was written."""
        return max(0, self._open(number).busy_until_us - self._clock.now_us())
