# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The flash chip under a virtual board's file system.

A NOR flash: a program clears bits, only an erase sets them, and both take time
during which a real board can do nothing else. Every program and erase is one
numbered operation, and power can be cut at any of them, before it happens or
half-way through.

Times are those of official firmware 1.26.1 on an RP2040 (45 ms to erase 4 KB,
0.4 ms to program one 256-byte page); an ESP32's flash chip is of the same kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

ERASE_MS = 45.0
PROGRAM_MS = 0.4
PAGE = 256

_EIO = -5


class PowerCut(Exception):
    """Power went away in the middle of a flash operation.

    Deliberately no OSError: MicroPython code on the board must not be able to
    catch it. Whoever runs the board ends the run and calls `Flash.power_on()`.
    """


@dataclass(frozen=True)
class Geometry:
    """The part of a board's flash that holds its files.

    prog_size is what the port's firmware passes to VfsLfs2 (rp2: 256, others the
    default 32). MicroPython derives the cache, 4 × prog_size, and with it the size
    up to which a file lives inside its directory entry and costs no block.
    """

    block_count: int
    prog_size: int = 32
    block_size: int = 4096
    read_size: int = 32

    @property
    def cache_size(self) -> int:
        return min(self.block_size, 4 * max(self.read_size, self.prog_size))

    @property
    def size(self) -> int:
        return self.block_count * self.block_size


class FlashDevice:
    """Blocks of flash in memory, written through to a file if there is one.

    Erased blocks cost no memory. With a file, each operation has reached the
    operating system before the next one starts, so killing the process at any
    instant leaves what a power cut would leave on a chip.

    operations: programs and erases done since the device was made.
    erases: list with the number of erases of each block.
    """

    def __init__(self, geometry: Geometry) -> None:
        self.geometry = geometry
        self.operations = 0
        self.erases = [0] * geometry.block_count
        self.busy_ms = 0.0  # since somebody last set it to 0
        self.powered = True
        self._blocks: list[bytearray | None] = [None] * geometry.block_count
        self.backing: BinaryIO | None = None  # unbuffered file that each operation is written to
        self._cut_at: int | None = None
        self._torn = False

    # --- what littlefs calls (littlefs.lfs.LFSConfig's user context) -----------

    def read(self, _cfg: object, block: int, off: int, size: int) -> bytes:
        data = self._blocks[block]
        return b"\xff" * size if data is None else bytes(data[off : off + size])

    def prog(self, _cfg: object, block: int, off: int, data: bytes) -> int:
        # one operation per page, as the chip does it: power can go between two pages
        while data:
            room = PAGE - off % PAGE
            page, data = data[:room], data[room:]
            if not self._begin():
                if self._tearing():
                    self._clear_bits(block, off, page[: len(page) // 2])
                return _EIO
            self._clear_bits(block, off, page)
            self.busy_ms += PROGRAM_MS
            off += len(page)
        return 0

    def erase(self, _cfg: object, block: int) -> int:
        size = self.geometry.block_size
        if not self._begin():
            data = self._blocks[block]
            if self._tearing() and data is not None:
                data[: size // 2] = b"\xff" * (size // 2)
                self._write_through(block, 0, size // 2)
            return _EIO
        self.erases[block] += 1
        self.busy_ms += ERASE_MS
        if self._blocks[block] is not None:
            self._blocks[block] = None
            self._write_through(block, 0, size)
        return 0

    def sync(self, _cfg: object) -> int:
        return 0 if self.powered else _EIO

    # --- power -------------------------------------------------------------------

    def cut_power_at(self, operation: int, *, torn: bool = False) -> None:
        """Let power go at the operation-th program or erase from now (1 = the next).

        torn=False: that operation does not happen. torn=True: half of it does.
        """
        if operation < 1:
            raise ValueError("operations are counted from 1")
        self._cut_at = self.operations + operation
        self._torn = torn

    def power_on(self) -> None:
        """Power is back; a planned cut that has not come is forgotten."""
        self.powered = True
        self._cut_at = None

    def _begin(self) -> bool:
        if not self.powered:
            return False
        if self._cut_at is not None and self.operations + 1 >= self._cut_at:
            self.powered = False
            return False
        self.operations += 1
        return True

    def _tearing(self) -> bool:
        """True once: at the operation that the power cut falls into."""
        if self._cut_at is None:
            return False
        self._cut_at = None
        return self._torn

    # --- bytes --------------------------------------------------------------------

    def _clear_bits(self, block: int, off: int, new: bytes) -> None:
        data = self._blocks[block]
        if data is None:
            data = self._blocks[block] = bytearray(b"\xff" * self.geometry.block_size)
        end = off + len(new)
        old = data[off:end]
        if old.count(0xFF) != len(old):
            new = (int.from_bytes(old, "big") & int.from_bytes(new, "big")).to_bytes(len(new), "big")
        data[off:end] = new
        self._write_through(block, off, len(new))

    def _write_through(self, block: int, off: int, size: int) -> None:
        if self.backing is not None:
            self.backing.seek(block * self.geometry.block_size + off)
            self.backing.write(self.read(None, block, off, size))

    def image(self) -> bytes:
        """All bytes of the flash, erased ones as 0xFF (as a flash reader gives them)."""
        blank = b"\xff" * self.geometry.block_size
        return b"".join(blank if data is None else bytes(data) for data in self._blocks)

    def load(self, image: bytes) -> None:
        """Take over a whole image. Raises ValueError if its size is not this flash's."""
        if len(image) != self.geometry.size:
            raise ValueError(f"{len(image)} bytes, but this flash holds {self.geometry.size}")
        size = self.geometry.block_size
        blank = b"\xff" * size
        for block in range(self.geometry.block_count):
            data = image[block * size : (block + 1) * size]
            self._blocks[block] = None if data == blank else bytearray(data)
            self._write_through(block, 0, size)

    def close(self) -> None:
        """Let go of the file. The device can no longer be used."""
        self.powered = False
        if self.backing is not None:
            self.backing.close()
            self.backing = None
