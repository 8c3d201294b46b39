# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""An ESP chip's serial boot loader, in Python: what the unmodified esptool talks to.

Written after Espressif's "Serial Protocol" page (docs.espressif.com, esptool) and the chips' Technical
Reference Manuals (register addresses). A chip here cannot run the loader that esptool puts into its RAM:
from the moment it is started (MEM_END with an entry point) this answers as that loader is
documented to: OHAI, two status bytes instead of four, blocks of 16 KB, an MD5 of 16 bytes, erasing as it writes.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections import deque
from collections.abc import MutableSequence
from typing import Any, Protocol

SYNC = b"\x07\x07\x12\x20" + b"\x55" * 32
FLASH_BEGIN, FLASH_DATA, FLASH_END, MEM_BEGIN, MEM_END, MEM_DATA = 2, 3, 4, 5, 6, 7
SYNC_CMD, WRITE_REG, READ_REG, SPI_PARAMS, SPI_ATTACH, BAUD = 8, 9, 10, 11, 13, 15
DEFL_BEGIN, DEFL_DATA, DEFL_END, MD5, SECURITY = 16, 17, 18, 19, 20
ERASE_FLASH, ERASE_REGION, READ_FLASH = 0xD0, 0xD1, 0xD2
INVALID, BAD_CHECKSUM, FAILED = 5, 7, 6
SECTOR = 4096
_ROM_BAUD = 115_200
_CLOCK_DIVIDER, _XTAL_HZ = 0x3FF40014, 40_000_000  # the first ESP32's UART_CLKDIV_REG, which tells of its crystal

# chip id for GET_SECURITY_INFO (None: the ROM has no such command or no id), value at 0x40001000,
# SPI1 base with the offsets of USR2 and W0, address of the MAC's first word
CHIPS = {
    "esp32": (None, 0x00F01D83, 0x3FF42000, 0x24, 0x80, 0x3FF5A004),
    "esp32s2": (None, 0x000007C6, 0x3F402000, 0x20, 0x58, 0x3F41A044),
    "esp32s3": (9, 0, 0x60002000, 0x20, 0x58, 0x60007044),
    "esp32c3": (5, 0, 0x60002000, 0x20, 0x58, 0x60008844),
    "esp32c6": (13, 0, 0x60003000, 0x20, 0x58, 0x600B0844),
}


class FlashChip(Protocol):
    """The SPI flash behind the chip. Offsets and sizes in bytes; `erase` whole sectors; `program` only clears bits."""

    size: int

    def read(self, offset: int, size: int) -> bytes: ...

    def program(self, offset: int, data: bytes) -> None: ...

    def erase(self, offset: int, size: int) -> None: ...


class SerialLoader:
    """feed(bytes) → bytes to send back. baud: of the line, as agreed on. commands: what was asked, the last ones."""

    def __init__(self, chip: str, store: FlashChip, mac: bytes) -> None:
        self.chip, self.store = chip, store
        self.id, magic, self.spi, self._usr2, self._w0, mac_at = CHIPS[chip]
        self.flash_id = 0xEF | 0x40 << 8 | store.size.bit_length() - 1 << 16  # the third byte is log2 of the size
        self.registers = {
            0x40001000: magic, mac_at: int.from_bytes(mac[2:], "big"), mac_at + 4: int.from_bytes(mac[:2], "big"),
        }  # fmt: skip
        self.commands: MutableSequence[int] = deque(maxlen=64)
        self.begin()

    def begin(self) -> None:
        """As after a reset into the bootloader."""
        self.stub = False
        self.ended = False  # what was written has been compared: esptool's last command
        self.baud = _ROM_BAUD
        self._buffer = bytearray()
        self._at = self._left = 0
        self._inflate: Any = None
        self._erased: set[int] = set()
        self._reading: tuple[int, int, int, int] | None = None  # offset, size, packet, sent

    # -- SLIP (RFC 1055) -----------------------------------------------------------------------------

    def feed(self, data: bytes) -> bytes:
        self._buffer += data
        answer = b""
        while (end := self._buffer.find(b"\xc0")) >= 0:
            frame = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            if frame:
                answer += self.frame(frame.replace(b"\xdb\xdc", b"\xc0").replace(b"\xdb\xdd", b"\xdb"))
        return answer

    @staticmethod
    def slip(packet: bytes) -> bytes:
        return b"\xc0" + packet.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc") + b"\xc0"

    def reply(self, command: int, value: int = 0, data: bytes = b"", error: int = 0) -> bytes:
        status = bytes([bool(error), error]) + (b"" if self.stub else b"\0\0")
        body = data + status
        return self.slip(struct.pack("<BBHI", 1, command, len(body), value) + body)

    # -- commands ------------------------------------------------------------------------------------

    def frame(self, frame: bytes) -> bytes:
        if self._reading is not None:
            return self._read_on(frame)
        if len(frame) < 8 or frame[0] != 0:
            return b""  # noise
        command, length, check = struct.unpack_from("<xBHI", frame)
        data = frame[8:]
        if len(data) != length:
            return self.reply(command, error=INVALID)
        self.commands.append(command)
        if command in (MEM_DATA, FLASH_DATA, DEFL_DATA):
            total = 0xEF
            for byte in data[16:]:
                total ^= byte
            if total != check & 0xFF:
                return self.reply(command, error=BAD_CHECKSUM)
        method = getattr(self, f"do_{command}", None)
        try:
            return self.reply(command, error=INVALID) if method is None else method(data)
        except (struct.error, zlib.error):
            return self.reply(command, error=INVALID)

    def do_8(self, data: bytes) -> bytes:
        if data != SYNC:
            return self.reply(SYNC_CMD, error=INVALID)
        return self.reply(SYNC_CMD, value=0 if self.stub else 0x20120707) * 8

    def do_10(self, data: bytes) -> bytes:
        address = struct.unpack("<I", data)[0]
        if self.chip == "esp32" and address == _CLOCK_DIVIDER:
            return self.reply(READ_REG, value=_XTAL_HZ // self.baud)
        return self.reply(READ_REG, value=self.registers.get(address, 0))

    def do_9(self, data: bytes) -> bytes:
        for address, value, mask, _ in struct.iter_unpack("<IIII", data):
            if len(self.registers) < 4096 or address in self.registers:
                self.registers[address] = self.registers.get(address, 0) & ~mask | value & mask
            if address == self.spi and value & 1 << 18:  # "user command": done at once
                opcode = self.registers.get(self.spi + self._usr2, 0) & 0xFF
                self.registers[self.spi + self._w0] = self.flash_id if opcode == 0x9F else 0
                self.registers[self.spi] = 0
        return self.reply(WRITE_REG)

    def do_11(self, _data: bytes) -> bytes:
        return self.reply(SPI_PARAMS)

    def do_13(self, _data: bytes) -> bytes:
        return self.reply(SPI_ATTACH)

    def do_15(self, data: bytes) -> bytes:
        self.baud = max(struct.unpack_from("<I", data)[0], 1)
        return self.reply(BAUD)

    def do_20(self, _data: bytes) -> bytes:
        if self.chip == "esp32":
            return self.reply(SECURITY, error=INVALID)
        info = bytes(12) if self.id is None else bytes(12) + struct.pack("<II", self.id, 0)
        return self.reply(SECURITY, data=info)

    def do_5(self, _data: bytes) -> bytes:
        return self.reply(MEM_BEGIN)

    def do_7(self, _data: bytes) -> bytes:
        return self.reply(MEM_DATA)

    def do_6(self, data: bytes) -> bytes:
        answer = self.reply(MEM_END)
        if struct.unpack("<II", data)[1]:
            self.stub = True
            answer += self.slip(b"OHAI")
        return answer

    # -- flash ---------------------------------------------------------------------------------------

    def do_2(self, data: bytes) -> bytes:
        size, _, _, offset = struct.unpack_from("<IIII", data)
        return self.reply(FLASH_BEGIN, error=0 if not size or self._begin_write(size, offset) else FAILED)

    def do_16(self, data: bytes) -> bytes:
        size, _, _, offset = struct.unpack_from("<IIII", data)
        self._inflate = zlib.decompressobj()
        return self.reply(DEFL_BEGIN, error=0 if self._begin_write(size, offset) else FAILED)

    def _begin_write(self, size: int, offset: int) -> bool:
        self._at, self._left, self._erased = offset, size, set()
        # the ROM erases all of it first, the loader in RAM as it goes
        return self.stub or self._erase(offset, size)

    def do_3(self, data: bytes) -> bytes:
        return self.reply(FLASH_DATA, error=0 if self._program(data[16:]) else FAILED)

    def do_17(self, data: bytes) -> bytes:
        if self._inflate is None:
            return self.reply(DEFL_DATA, error=INVALID)
        plain = self._inflate.decompress(data[16:], self._left + 1)
        return self.reply(DEFL_DATA, error=0 if self._program(plain) else FAILED)

    def _program(self, data: bytes) -> bool:
        data = data[: self._left]  # the last block is padded
        if self._at + len(data) > self.store.size:
            return False
        if self.stub and data:
            for sector in range(self._at // SECTOR, (self._at + len(data) - 1) // SECTOR + 1):
                if sector not in self._erased:
                    self.store.erase(sector * SECTOR, SECTOR)
                    self._erased.add(sector)
        self.store.program(self._at, data)
        self._at += len(data)
        self._left -= len(data)
        return True

    def _erase(self, offset: int, size: int) -> bool:
        first, last = offset // SECTOR * SECTOR, -(-(offset + size) // SECTOR) * SECTOR
        if last > self.store.size:
            return False
        self.store.erase(first, last - first)
        return True

    def do_4(self, _data: bytes) -> bytes:
        return self.reply(FLASH_END)

    def do_18(self, _data: bytes) -> bytes:
        return self.reply(DEFL_END)

    def do_19(self, data: bytes) -> bytes:
        offset, size = struct.unpack_from("<II", data)
        self.ended = True
        if offset + size > self.store.size:
            return self.reply(MD5, error=FAILED)
        digest = hashlib.md5(self.store.read(offset, size))
        return self.reply(MD5, data=digest.digest() if self.stub else digest.hexdigest().encode())

    def do_208(self, _data: bytes) -> bytes:
        self.store.erase(0, self.store.size)
        return self.reply(ERASE_FLASH)

    def do_209(self, data: bytes) -> bytes:
        return self.reply(ERASE_REGION, error=0 if self._erase(*struct.unpack("<II", data)) else FAILED)

    def do_210(self, data: bytes) -> bytes:
        """The loader in RAM sends packets, each acknowledged by how much has come, and an MD5 in the end."""
        offset, size, packet, _ = struct.unpack("<IIII", data)
        if not self.stub or not packet or offset + size > self.store.size:
            return self.reply(READ_FLASH, error=INVALID)
        self._reading = (offset, size, packet, 0)
        return self.reply(READ_FLASH) + self._next_packet()

    def _next_packet(self) -> bytes:
        assert self._reading is not None
        offset, size, packet, sent = self._reading
        piece = self.store.read(offset + sent, min(packet, size - sent))
        self._reading = (offset, size, packet, sent + len(piece))
        return self.slip(piece)

    def _read_on(self, acknowledged: bytes) -> bytes:
        assert self._reading is not None
        offset, size, _, sent = self._reading
        if len(acknowledged) != 4 or struct.unpack("<I", acknowledged)[0] != sent:
            self._reading = None
            return b""
        if sent < size:
            return self._next_packet()
        self._reading = None
        return self.slip(hashlib.md5(self.store.read(offset, size)).digest())
