# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""SSD1306 at its commands and its memory (GDDRAM).

knobs (what it shows now; setting them changes nothing)
  on         1: the panel is lit
  lit        pixels that are lit
  picture    CRC-32 of its memory
  contrast   as set
  unplugged  1: off the bus
"""

from binascii import crc32

_WIDTH = 128
# How many bytes follow a command (table 9-1).
_TAKES = {0x20: 1, 0x21: 2, 0x22: 2, 0x26: 6, 0x27: 6, 0x29: 5, 0x2A: 5, 0x81: 1, 0x8D: 1, 0xA3: 2, 0xA8: 1, 0xAD: 1,
          0xD3: 1, 0xD5: 1, 0xD9: 1, 0xDA: 1, 0xDB: 1}  # fmt: skip


class World:
    knobs = {"on": 0, "lit": 0, "picture": 0, "contrast": 127, "unplugged": 0}

    def __init__(self, name, options):
        self._address = options.get("address", 0x3C)
        self._reset()

    def _reset(self):
        self._memory = bytearray([0xA5] * (_WIDTH * 8))  # noise
        self._mode = 2  # page addressing
        self._columns = [0, _WIDTH - 1]
        self._pages = [0, 7]
        self._column = self._page = 0
        self._rows = 64
        self._inverse = False
        self._pump = False
        self._powered = False
        self._told = []
        self._look()

    def poke(self, knob, value):
        if knob == "unplugged":
            self.unplugged = value
            if value:
                self._reset()

    def i2c(self, address, data, size):
        if self.unplugged or address != self._address:
            return None
        i = 0
        while i < len(data):
            control, i = data[i], i + 1
            last = not control & 0x80  # Co: 0, and the rest is all of one kind
            rest = data[i:] if last else data[i : i + 1]
            i += len(rest)
            for byte in rest:
                if control & 0x40:
                    self._data(byte)
                else:
                    self._command(byte)
        if data:
            self._look()
        return bytes([0x00 if self._powered else 0x40] * size)

    def _command(self, byte):
        told = self._told
        told.append(byte)
        code = told[0]
        if len(told) <= _TAKES.get(code, 0):
            return
        self._told = []
        if code == 0x20:
            self._mode = told[1] & 3
        elif code == 0x21:
            self._columns = [told[1] & 127, told[2] & 127]
            self._column = self._columns[0]
        elif code == 0x22:
            self._pages = [told[1] & 7, told[2] & 7]
            self._page = self._pages[0]
        elif code == 0x81:
            self.contrast = told[1]
        elif code == 0x8D:
            self._pump = bool(told[1] & 4)
        elif code == 0xA8:
            self._rows = (told[1] & 63) + 1
        elif code in (0xA6, 0xA7):
            self._inverse = code == 0xA7
        elif code in (0xAE, 0xAF):
            self._powered = code == 0xAF
        elif 0xB0 <= code <= 0xB7 and self._mode == 2:
            self._page = code & 7
        elif code < 0x20 and self._mode == 2:
            low = code < 0x10
            self._column = self._column & 0xF0 | code & 15 if low else self._column & 15 | (code & 7) << 4

    def _data(self, byte):
        self._memory[self._page * _WIDTH + self._column] = byte
        self._column += 1
        if self._mode == 2:
            self._column %= _WIDTH
        elif self._column > self._columns[1]:
            self._column = self._columns[0]
            if self._mode == 0:
                self._page = self._pages[0] if self._page == self._pages[1] else self._page + 1 & 7

    def _look(self):
        self.on = int(self._powered and self._pump)
        shown = self._memory[: _WIDTH * self._rows // 8]
        self.picture = crc32(shown)
        lit = sum([bin(byte).count("1") for byte in shown])
        self.lit = (8 * len(shown) - lit if self._inverse else lit) if self.on else 0
