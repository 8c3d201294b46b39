# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# DS18S20, DS1822 and DS18B20 thermometers, after their data sheets.
from micropython import const

_CONVERT = const(0x44)
_READ_SCRATCH = const(0xBE)
_WRITE_SCRATCH = const(0x4E)


class DS18X20:
    def __init__(self, onewire):
        self.ow = onewire
        self.buf = bytearray(9)

    def scan(self):
        return [rom for rom in self.ow.scan() if rom[0] in (0x10, 0x22, 0x28)]

    def convert_temp(self):
        self.ow.reset(True)
        self.ow.writebyte(self.ow.SKIP_ROM)
        self.ow.writebyte(_CONVERT)

    def read_scratch(self, rom):
        self.ow.reset(True)
        self.ow.select_rom(rom)
        self.ow.writebyte(_READ_SCRATCH)
        self.ow.readinto(self.buf)
        if self.ow.crc8(self.buf):
            raise Exception("CRC error")
        return self.buf

    def write_scratch(self, rom, buf):
        self.ow.reset(True)
        self.ow.select_rom(rom)
        self.ow.writebyte(_WRITE_SCRATCH)
        self.ow.write(buf)

    def read_temp(self, rom):
        buf = self.read_scratch(rom)
        raw = buf[1] << 8 | buf[0]
        if raw & 0x8000:
            raw -= 0x10000
        if rom[0] == 0x10:  # half degrees, refined by the remaining counts
            if buf[1]:
                return (raw >> 1) - 0.25 + (buf[7] - buf[6]) / buf[7]
            return (buf[0] >> 1) - 0.25 + (buf[7] - buf[6]) / buf[7]
        return raw / 16

    def resolution(self, rom, bits=None):
        if bits is not None and 9 <= bits <= 12:
            scratch = self.read_scratch(rom)
            self.write_scratch(rom, bytes([scratch[2], scratch[3], (bits - 9) << 5 | 0x1F]))
            return bits
        return (self.read_scratch(rom)[4] >> 5 & 3) + 9
