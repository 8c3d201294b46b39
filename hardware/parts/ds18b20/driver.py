# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""DS18B20 on a 1-Wire line that others may share; commands after its data sheet (19-7487)."""

import asyncio
from errno import ENODEV

from micropython import const

_FAMILY = const(0x28)
_CONVERT, _READ_PAD = const(0x44), const(0xBE)
_CONVERTS_MS = const(750)
_POWER_ON, _POWER_ON_MARK = const(0x0550), const(0x0C)


class DS18B20:
    """wire: a onewire.OneWire. index: which one on it. OSError at birth: there are not so many."""

    def __init__(self, wire, *, index=0):
        found = sorted([bytes(rom) for rom in wire.scan() if rom[0] == _FAMILY and not wire.crc8(rom)], key=_order)
        if index >= len(found):
            raise OSError(ENODEV, "there is no thermometer %d on the wire, but %d of them" % (index, len(found)))
        self.rom = found[index]
        self._wire = wire
        self._pad = bytearray(9)

    def _asked(self, command):
        if not self._wire.reset():
            return False
        self._wire.select_rom(self.rom)
        self._wire.writebyte(command)
        return True

    async def read(self):
        """Cel, in steps of 1/16; None: no answer, a damaged one, or none since it got its power."""
        if not self._asked(_CONVERT):
            return None
        await asyncio.sleep_ms(_CONVERTS_MS)
        if not self._asked(_READ_PAD):
            return None
        pad = self._pad
        self._wire.readinto(pad)
        return None if self._wire.crc8(pad) else self.celsius(pad)

    def celsius(self, pad):
        """Of a scratchpad of nine bytes; None for what is no measurement."""
        raw = pad[0] | pad[1] << 8
        if raw == _POWER_ON and pad[6] == _POWER_ON_MARK:
            return None  # 85 Cel that were never measured: it lost its power during the conversion
        if pad[4] & 0x9F != 0x1F:
            return None  # a line that is held low gives nine zeros, whose CRC is right
        if raw & 0x8000:
            raw -= 0x10000
        celsius = raw / 16
        return celsius if -55 <= celsius <= 125 else None


def _order(rom):
    # As a search finds them: bits from the lowest on, 0 before 1.
    found = 0
    for byte in rom:
        for i in range(8):
            found = found << 1 | byte >> i & 1
    return found
