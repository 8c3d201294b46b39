# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A virtual board's port as RFC 2217: a TCP port of this machine that carries DTR and RTS too.

On a board with a UART bridge they drive EN and GPIO0 as the two transistors of an ESP32 DevKit do
(Espressif, "Boot Mode Selection", automatic bootloader): EN is low while RTS is on and DTR is off,
GPIO0 while DTR is on and RTS is off. A tool that wants the bootloader goes from the first to the second line by
line, over both on; on a DevKit the capacitor at EN bridges that moment, which a network makes longer: so
does Espressif's own server of this protocol, and so does this port. On native USB they reset nothing; the board sends only while
DTR is on, and forgets what it says meanwhile, as TinyUSB's CDC does.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from serial.rfc2217 import PortManager

from .base import INPUT_BYTES
from .tcp import _HOST, TcpPort


_EN_RISES_S = 0.25  # pyserial takes up to 50 ms for each line


class _Lines:
    """The serial device that pyserial's PortManager works: settings that are kept, lines that act."""

    baudrate, bytesize, parity, stopbits = 115200, 8, "N", 1
    xonxoff = rtscts = break_condition = False
    cts = dsr = cd = True
    ri = False

    def __init__(self, moved: Callable[[], None], purge_output: Callable[[], None]) -> None:
        self._dtr = self._rts = False
        self._moved = moved
        self.reset_output_buffer = purge_output

    def reset_input_buffer(self) -> None:
        """What came from the client is with the board already."""

    @property
    def dtr(self) -> bool:
        return self._dtr

    @dtr.setter
    def dtr(self, on: bool) -> None:
        self._dtr = on
        self._moved()

    @property
    def rts(self) -> bool:
        return self._rts

    @rts.setter
    def rts(self, on: bool) -> None:
        self._rts = on
        self._moved()


class Rfc2217Port(TcpPort):
    """on_enable(high, boot) is called when EN changes: low holds the board in reset; boot: GPIO0 is low as it rises.

    edges_reset   DTR and RTS work EN and GPIO0 (the board file's `port.edges_reset`)
    needs_dtr     nothing is sent while DTR is off (`port.needs_dtr`)
    """

    def __init__(
        self, number: int = 0, *, edges_reset: bool, needs_dtr: bool, on_enable: Callable[[bool, bool], None] | None = None,
        **options,
    ) -> None:  # fmt: skip
        super().__init__(number, **options)
        self._edges_reset, self._needs_dtr = edges_reset, needs_dtr
        self.on_enable = on_enable
        self.enabled = True
        self._rising: threading.Timer | None = None
        self._owed = bytearray()  # bytes of the protocol, which go before the board's
        self._begin()

    @property
    def name(self) -> str:
        return f"rfc2217://{_HOST}:{self.number}"

    def _begin(self) -> None:
        self._owed.clear()
        self.lines = _Lines(self._moved, self._purge)
        self._manager = None

    def _purge(self) -> None:
        with self._state:
            self._output.clear()
            self._state.notify_all()

    def _moved(self) -> None:
        if not self._edges_reset:
            return
        with self._state:
            if self._rising is not None:
                self._rising.cancel()
                self._rising = None
            if self.lines.rts and not self.lines.dtr:
                self._enable(False)
            elif self.enabled:
                return
            elif self.lines.rts:  # both are on: half of the way to the bootloader, or the end
                self._rising = threading.Timer(_EN_RISES_S, self._enable, (True,))
                self._rising.daemon = True
                self._rising.start()
            else:
                self._enable(True)

    def _enable(self, high: bool) -> None:
        with self._state:
            if high != self.enabled:
                self.enabled = high
                if self.on_enable is not None:
                    self.on_enable(high, self.lines.dtr and not self.lines.rts)

    def _accept(self) -> None:
        before = self._client
        super()._accept()
        with self._state:
            if self._client is not None and self._client is not before:
                self._begin()
                self._manager = PortManager(self.lines, _Sender(self))

    def _hang_up(self) -> None:
        super()._hang_up()
        self._begin()
        self._moved()  # nobody holds the lines: EN goes up by its resistor

    def connected(self) -> bool:
        return super().connected() and (self.lines.dtr or not self._needs_dtr)

    def _say(self, data: bytes) -> None:
        """Bytes of the protocol itself; from the pump's thread."""
        with self._state:
            self._owed += data
            self._pay()

    def _pay(self) -> bool:
        """Send what the protocol owes; False while some of it waits."""
        if self._owed:
            del self._owed[: super()._send(bytes(self._owed))]
        return not self._owed

    def _receive(self) -> bytes:
        data = super()._receive()
        if not data or self._manager is None:
            return b""
        self._state.acquire()
        try:
            return b"".join(self._manager.filter(data))
        finally:
            self._state.release()

    def _send(self, data: bytes) -> int:
        with self._state:
            if not self._pay():
                return 0
            data = data[:INPUT_BYTES]
            wire = data.replace(b"\xff", b"\xff\xff")
            sent = super()._send(wire)
            self._owed += wire[sent:]  # a doubled byte is never left in half
            return len(data)


class _Sender:
    """What PortManager writes its answers to."""

    def __init__(self, port: Rfc2217Port) -> None:
        self._port = port

    def write(self, data: bytes) -> None:
        self._port._say(data)
