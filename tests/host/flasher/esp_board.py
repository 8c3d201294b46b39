# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""An ESP32 board at a port: its boot ROM when GPIO0 is low at reset, else what its flash holds.

What runs from flash is real MicroPython on a virtual board, if the flash holds the image that was
written; else the ROM's complaint, again and again, as on a bare board.
"""

import contextlib
import threading
import time

from potluck.virtual.board import VirtualBoard
from potluck.virtual.ports.base import Port

from tests.host.flasher.esp_rom import EspRom

DOWNLOAD = b"rst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))\r\nwaiting for download\r\n"
BARE = b"rst:0x7 (TG0WDT_SYS_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\ninvalid header: 0xffffffff\r\n"


class EspBoard:
    """port: a PtyPort (no DTR and RTS: BOOT is held from outside, EN pressed when esptool has ended) or an
    Rfc2217Port, whose lines work EN and GPIO0.

    expected   the image that makes it run MicroPython, at `offset`
    mute       so many resets into the bootloader pass before it answers
    paced      bytes take as long as they do on a wire of the speed that was agreed on
    stops_at   called once when that many data frames have come: the cable is pulled
    """

    def __init__(self, port, rom=None, *, expected=b"", offset=0x1000, mute=0, paced=False, kind="esp32_devkitc"):
        self.port, self.rom = port, rom or EspRom()
        self.expected, self.offset, self.mute, self.paced, self.kind = expected, offset, mute, paced, kind
        self.pulled_at, self.pull = 0, None
        self.resets_into_boot = 0
        self.mode = "off"
        self.micropython = None
        self._over = threading.Event()
        self._lock = threading.RLock()
        port.bind(self)
        port.open()

    # -- what happens to it ----------------------------------------------------------------

    def reset(self, boot_held=False):
        with self._lock:
            self.stop_running()
            if boot_held:
                self.resets_into_boot += 1
                self.mode = "mute" if self.resets_into_boot <= self.mute else "rom"
                self.rom.begin()
                if self.mode == "rom":
                    self.port.write(DOWNLOAD)
                return
            self.mode = "app"
            there = bytes(self.rom.flash[self.offset : self.offset + len(self.expected)])
            if self.expected and there == self.expected:
                self.micropython = VirtualBoard(self.kind)
                self.micropython.attach(_Outlet(self))
                self.micropython.start()
            else:
                threading.Thread(target=self.complain, args=(self._over,), daemon=True).start()

    def enable(self, high):
        """EN, as the lines of an RFC 2217 port move it.

        A real board's EN rises slowly over its capacitor, so that GPIO0 may come down a little later. Over
        a network that little is two messages of pyserial, which waits 50 ms for each answer.
        """
        if high:
            threading.Thread(target=self.rise, daemon=True).start()
        else:
            self.mode = "off"

    def rise(self):
        end = time.monotonic() + 0.15
        while time.monotonic() < end:
            if self.port.lines.dtr and not self.port.lines.rts:
                return self.reset(boot_held=True)
            if not self.port.enabled:
                return None  # down again
            time.sleep(0.002)
        return self.reset()

    def complain(self, over):
        while not over.wait(0.1):
            self.port.write(BARE)

    def stop_running(self):
        self._over.set()
        self._over = threading.Event()
        if self.micropython:
            with contextlib.suppress(Exception):
                self.micropython.stop()
            self.micropython = None

    def close(self):
        self.stop_running()
        self.mode = "off"
        self.port.close()

    # -- the line --------------------------------------------------------------------------

    def feed(self, data):
        """Bytes from the host; called by the port."""
        if self.mode == "app" and self.micropython:
            return self.micropython.feed(data)
        if self.mode == "rom":
            if self.paced:
                time.sleep(len(data) * 10 / self.rom.baud)
            answer = self.rom.feed(data)
            if answer:
                self.port.write(answer)
            if self.pull and self.rom.frames >= self.pulled_at:
                pull, self.pull = self.pull, None
                self.mode = "off"
                threading.Thread(target=pull, daemon=True).start()
            if self.rom.ended and not hasattr(self.port, "boot_held"):
                self.rom.ended = False
                threading.Timer(0.15, self.reset).start()
        return len(data)


class _Outlet(Port):
    """Where the virtual board speaks: the board's own port, as long as it runs."""

    def __init__(self, esp):
        super().__init__()
        self.esp = esp

    def bind(self, board):
        pass

    def connected(self):
        return self.esp.port.connected()

    def write(self, data):
        return self.esp.port.write(data) if self.esp.mode == "app" else len(data)
