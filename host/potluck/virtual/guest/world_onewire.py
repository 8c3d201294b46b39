# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# For world models of 1-Wire parts: the network layer of the DS18B20's data sheet (presence, ROM
# commands), so that a model writes its function commands only.
#
#     from world_onewire import Device
#     class World(Device):
#         family = 0x28
#         def command(self, code): ...   # a function command came; return bytes to be read, or None
#         def written(self, code, data): ...   # `code` takes `takes[code]` bytes: here they are


def crc8(data):
    crc = 0
    for byte in data:
        for _ in range(8):
            carry = (crc ^ byte) & 1
            crc >>= 1
            byte >>= 1
            if carry:
                crc ^= 0x8C
    return crc


_SEARCH, _READ, _MATCH, _SKIP = 0xF0, 0x33, 0x55, 0xCC
_IDLE, _ROM, _SEARCHING, _MATCHING, _FUNCTION, _TAKING, _GIVING = range(7)


class Device:
    family = 0
    takes = {}  # function command -> how many bytes the master writes after it

    def serial(self, number):
        """Set the address from the family and a number of up to 48 bits."""
        rom = bytes([self.family]) + number.to_bytes(6, "little")
        self.rom = rom + bytes([crc8(rom)])

    def onewire_reset(self):
        self._state = _ROM
        self._in = 0
        self._count = 0
        if getattr(self, "unplugged", 0):
            self._state = _IDLE
            return False
        return True

    def _rom_bit(self, i):
        return self.rom[i >> 3] >> (i & 7) & 1

    def onewire_write(self, bit):
        if self._state == _SEARCHING:
            if bit != self._rom_bit(self._count // 3):
                self._state = _IDLE  # another device is meant
            self._count += 1
            return
        if self._state == _MATCHING:
            if bit != self._rom_bit(self._count):
                self._state = _IDLE
            self._count += 1
            if self._count == 64 and self._state == _MATCHING:
                self._begin(_FUNCTION)
            return
        if self._state not in (_ROM, _FUNCTION, _TAKING):
            return
        self._in |= bit << (self._count & 7)
        self._count += 1
        if self._count & 7:
            return
        byte, self._in = self._in, 0
        if self._state == _ROM:
            self._count = 0
            if byte == _READ:
                self._give(self.rom, _FUNCTION)
            else:
                self._begin({_SEARCH: _SEARCHING, _MATCH: _MATCHING, _SKIP: _FUNCTION}.get(byte, _IDLE))
        elif self._state == _FUNCTION:
            self._code = byte
            if byte in self.takes:
                self._taken = bytearray()
                self._begin(_TAKING)
            else:
                answer = self.command(byte)
                if answer is None:
                    self._begin(_IDLE)
                else:
                    self._give(answer, _IDLE)
        else:
            self._taken.append(byte)
            if len(self._taken) == self.takes[self._code]:
                self._begin(_IDLE)
                self.written(self._code, bytes(self._taken))

    def _begin(self, state):
        self._state = state
        self._count = self._in = 0

    def _give(self, data, then):
        self._out = bytes(data)
        self._then = then
        self._begin(_GIVING)

    def onewire_read(self):
        if self._state == _SEARCHING:
            i, turn = self._count // 3, self._count % 3
            self._count += 1
            return self._rom_bit(i) ^ turn if i < 64 else 1
        if self._state == _GIVING:
            bit = self._out[self._count >> 3] >> (self._count & 7) & 1
            self._count += 1
            if self._count == 8 * len(self._out):
                self._begin(self._then)
            return bit
        return 1

    def command(self, code):
        return None

    def written(self, code, data):
        pass
