# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The whole flash chip of a virtual ESP32 as its boot ROM sees it: the firmware's part, and behind it the file system.

The firmware that a virtual board runs is no file: its part holds the head of an image and what was written to it since.
"""

from __future__ import annotations

from potluck.virtual.flash import Flash

_SECTOR = 4096
_IMAGE = 0xE9  # ESP-IDF esp_app_format.h: how an image begins


class BoardChip:
    """offset: where the image of the firmware begins. The file system is what the chip ends with."""

    def __init__(self, size: int, offset: int, flash: Flash) -> None:
        self.size, self._offset, self._flash = size, offset, flash
        self._files_at = size - flash.geometry.size
        self._sectors: dict[int, bytearray] = {}
        self.program(offset, bytes([_IMAGE]))

    @property
    def has_firmware(self) -> bool:
        return self.read(self._offset, 1)[0] == _IMAGE

    def read(self, offset: int, size: int) -> bytes:
        found = bytearray()
        while len(found) < size:
            number, inside = divmod(offset + len(found), _SECTOR)
            found += self._sector(number)[inside : inside + size - len(found)]
        return bytes(found)

    def _sector(self, number: int) -> bytes:
        if number * _SECTOR < self._files_at:
            return bytes(self._sectors.get(number, b"\xff" * _SECTOR))
        return self._flash.device.read(None, number - self._files_at // _SECTOR, 0, _SECTOR)

    def program(self, offset: int, data: bytes) -> None:
        """Turns ones into zeros: what was not erased before shows."""
        while data:
            number, inside = divmod(offset, _SECTOR)
            piece, data = data[: _SECTOR - inside], data[_SECTOR - inside :]
            if offset >= self._files_at:
                self._flash.rewritten = True
                self._flash.device.prog(None, number - self._files_at // _SECTOR, inside, piece)
            else:
                sector = self._sectors.setdefault(number, bytearray(b"\xff" * _SECTOR))
                old = int.from_bytes(sector[inside : inside + len(piece)], "little")
                sector[inside : inside + len(piece)] = (old & int.from_bytes(piece, "little")).to_bytes(len(piece), "little")
            offset += len(piece)

    def erase(self, offset: int, size: int) -> None:
        for number in range(offset // _SECTOR, (offset + size) // _SECTOR):
            if number * _SECTOR >= self._files_at:
                self._flash.rewritten = True
                self._flash.device.erase(None, number - self._files_at // _SECTOR)
            else:
                self._sectors.pop(number, None)
