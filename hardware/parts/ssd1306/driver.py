# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""SSD1306: 128 columns, rows in pages of eight. Draw with `canvas` (a framebuf), then `await show()`.

Commands after the data sheet's table 9-1 and its application note. The chip has no id that can be read over
I2C: what answers at its address is taken for one.
"""

import asyncio
from errno import ENODEV

from framebuf import MONO_VLSB, FrameBuffer
from micropython import const

_WIDTH = const(128)
_COMMANDS = b"\x00"  # a control byte: commands follow
_DATA = const(0x40)  # a control byte: data follow
_OFF, _ON = const(0xAE), const(0xAF)
_CONTRAST = const(0x81)
_COLUMNS, _PAGES = const(0x21), const(0x22)


class SSD1306:
    """i2c: the bus. OSError at birth: nobody answers at that address."""

    width = _WIDTH

    def __init__(self, i2c, *, address=0x3C, height=64, contrast=127):
        if height not in (32, 64):
            raise ValueError("an SSD1306 has 32 or 64 rows here, not %s" % height)
        self.height = height
        self._i2c = i2c
        self._address = address
        self._pages = height // 8
        # A page is sent as it lies here: its control byte, then its 128 columns.
        self._page = bytearray(1 + _WIDTH)
        self._page[0] = _DATA
        self._where = bytearray((0, _COLUMNS, 0, _WIDTH - 1, _PAGES, 0, self._pages - 1))
        self._picture = bytearray(_WIDTH * self._pages)
        self._view = memoryview(self._picture)
        self.canvas = FrameBuffer(self._picture, _WIDTH, height, MONO_VLSB)
        try:
            self._set_up(contrast)
        except OSError:
            raise OSError(ENODEV, "no display at 0x%02x" % address)

    def _set_up(self, contrast):
        self._command(
            _OFF,
            0xD5, 0x80,  # clock: as after reset
            0xA8, self.height - 1,  # rows that are driven
            0xD3, 0, 0x40,  # no shift, first row first
            0x8D, 0x14,  # charge pump: it makes the panel's voltage
            0x20, 0,  # horizontal addressing: page after page
            0xA1, 0xC8,  # as the modules are mounted
            0xDA, 0x12 if self.height == 64 else 0x02,  # how the rows are wired
            _CONTRAST, int(contrast), 0xD9, 0xF1, 0xDB, 0x20,
            0xA4, 0xA6,  # show the memory, a 1 is light
        )  # fmt: skip
        self._send()  # its memory wakes up with noise
        self._command(_ON)

    def _command(self, *commands):
        self._i2c.writeto(self._address, _COMMANDS + bytes(commands))

    def _begin(self):
        self._i2c.writeto(self._address, self._where)

    def _send_page(self, page):
        at = page * _WIDTH
        self._page[1:] = self._view[at : at + _WIDTH]
        self._i2c.writeto(self._address, self._page)

    def _send(self):
        self._begin()
        for page in range(self._pages):
            self._send_page(page)

    async def show(self):
        """Send the canvas, page by page (3 ms each). False: nobody listens."""
        try:
            self._begin()
            for page in range(self._pages):
                self._send_page(page)
                await asyncio.sleep_ms(0)
        except OSError:
            return False
        return True

    def contrast(self, value):
        """0 … 255."""
        self._command(_CONTRAST, min(max(int(value), 0), 255))

    def power(self, on):
        """False: dark, and its memory kept."""
        self._command(_ON if on else _OFF)
