# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# The 1-Wire bus as boards have it frozen in; commands after the DS18B20 data sheet.
import _onewire as _ow


class OneWireError(Exception):
    pass


class OneWire:
    SEARCH_ROM = 0xF0
    MATCH_ROM = 0x55
    SKIP_ROM = 0xCC

    def __init__(self, pin):
        self.pin = pin
        pin.init(pin.OPEN_DRAIN, pin.PULL_UP)

    def reset(self, required=False):
        present = _ow.reset(self.pin)
        if required and not present:
            raise OneWireError
        return present

    def readbit(self):
        return _ow.readbit(self.pin)

    def readbyte(self):
        return _ow.readbyte(self.pin)

    def readinto(self, buf):
        for i in range(len(buf)):
            buf[i] = _ow.readbyte(self.pin)

    def writebit(self, value):
        _ow.writebit(self.pin, value)

    def writebyte(self, value):
        _ow.writebyte(self.pin, value)

    def write(self, buf):
        for byte in buf:
            _ow.writebyte(self.pin, byte)

    def select_rom(self, rom):
        self.reset()
        self.writebyte(self.MATCH_ROM)
        self.write(rom)

    def crc8(self, data):
        return _ow.crc8(data)

    def scan(self):
        # Walk the tree of addresses: at each bit where devices differ, take 0 first, come back for 1.
        found = []
        branches = [()]  # paths of bits that lead to an unexplored 1
        while branches:
            path = list(branches.pop())
            if not self.reset():
                return []
            self.writebyte(self.SEARCH_ROM)
            bits = []
            for i in range(64):
                low, high = self.readbit(), self.readbit()
                if low and high:  # nobody left on this path
                    bits = None
                    break
                if i < len(path):
                    bit = path[i]
                elif low != high:
                    bit = low
                else:
                    bit = 0
                    branches.append(tuple(bits) + (1,))
                bits.append(bit)
                self.writebit(bit)
            if bits:
                found.append(bytearray([sum(bits[8 * b + k] << k for k in range(8)) for b in range(8)]))
        return found
