# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a board says of itself: names, versions, serial number, size of its memory."""

from __future__ import annotations

import random

from potluck.model.board import Board
from potluck.virtual.flash import Flash
from potluck.virtual.hypercalls import operation, text

# The engine's own version, as it prints it: MicroPython is real here, only the chip is played.
VERSION = "1.27.0-preview.225.g3f6d144cb8"
DATE = "2026-06-02"
# Heap that the board's own modules take here and that official firmware has in its ROM.
_MODULES_BYTES = {"rp2": 44_550, "esp32": 46_370}
_TABLES = 3 / 128  # of a heap go to the collector's own tables: 2 + 1 bits for each block of 16 bytes
_EPOCH_2000_S = 946_684_800


class Identity:
    """The identity of one board; `seed` chooses its serial number."""

    def __init__(self, board: Board, seed: int) -> None:
        self._board = board
        firmware = board.micropython
        self.banner = (
            f"MicroPython v{VERSION} on {DATE}; {firmware.machine}\r\n"
            'Type "help()" for more information.\r\n'
        ).encode()  # fmt: skip
        self.heap_bytes = int(firmware.free_heap_bytes * (1 + _TABLES)) + _MODULES_BYTES[firmware.platform]
        size = 6 if firmware.platform == "esp32" else 8
        self.unique_id = random.Random(f"unique id {seed}").randbytes(size)

    @text
    def identity(self, _: str) -> str:
        firmware = self._board.micropython
        return "\n".join((firmware.platform, firmware.machine, firmware.firmware, self._board.name))

    @text
    def uname(self, _: str) -> str:
        firmware = self._board.micropython
        return "\n".join(
            (firmware.platform, firmware.platform, "1.27.0", f"v{VERSION} on {DATE}", firmware.machine)
        )  # fmt: skip

    @text
    def unique_id_bytes(self, _: str) -> str:
        return " ".join(str(byte) for byte in self.unique_id)

    @operation
    def flash_chip(self, *_: int) -> int:
        """Bytes of an ESP32's flash chip, firmware and all: the file system ends where the chip does."""
        firmware = self._board.micropython
        return 1 << (firmware.fs_blocks * firmware.fs_block_bytes).bit_length()

    @operation
    def epoch_s(self, *_: int) -> int:
        """Seconds from 1970 to this port's year zero (docs: time.gmtime)."""
        return _EPOCH_2000_S if self._board.micropython.platform == "esp32" else 0


class FlashOperations:
    """os.statvfs, which the engine has no call for."""

    def __init__(self, flash: Flash) -> None:
        self._flash = flash

    @operation
    def flash_block(self, *_: int) -> int:
        return self._flash.statvfs()[0]

    @operation
    def flash_blocks(self, *_: int) -> int:
        return self._flash.statvfs()[1]

    @operation
    def flash_free(self, *_: int) -> int:
        return self._flash.statvfs()[2]
