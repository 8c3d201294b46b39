# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""An ESP chip's serial boot loader, in Python: what the unmodified esptool talks to.

Written after Espressif's "Serial Protocol" page (docs.espressif.com, esptool) and the chips' Technical
Reference Manuals (register addresses). A chip cannot run the loader that esptool puts into its RAM:
from the moment it is started (MEM_END with an entry point) this answers as that loader is
documented to: OHAI, two status bytes instead of four, blocks of 16 KB, an MD5 of 16 bytes, erasing as it writes.
"""

import hashlib
import struct
import zlib

SYNC = b"\x07\x07\x12\x20" + b"\x55" * 32
FLASH_BEGIN, FLASH_DATA, FLASH_END, MEM_BEGIN, MEM_END, MEM_DATA = 2, 3, 4, 5, 6, 7
SYNC_CMD, WRITE_REG, READ_REG, SPI_PARAMS, SPI_ATTACH, BAUD = 8, 9, 10, 11, 13, 15
DEFL_BEGIN, DEFL_DATA, DEFL_END, MD5, SECURITY = 16, 17, 18, 19, 20
ERASE_FLASH, ERASE_REGION = 0xD0, 0xD1
INVALID, BAD_CHECKSUM, FAILED = 5, 7, 6
SECTOR = 4096

# chip id for GET_SECURITY_INFO (None: the ROM has no such command or no id), value at 0x40001000,
# SPI1 base with the offsets of USR2 and W0, address of the MAC's first word
CHIPS = {
    "esp32": (None, 0x00F01D83, 0x3FF42000, 0x24, 0x80, 0x3FF5A004),
    "esp32s2": (None, 0x000007C6, 0x3F402000, 0x20, 0x58, 0x3F41A044),
    "esp32s3": (9, 0, 0x60002000, 0x20, 0x58, 0x60007044),
    "esp32c3": (5, 0, 0x60002000, 0x20, 0x58, 0x60008844),
    "esp32c6": (13, 0, 0x60003000, 0x20, 0x58, 0x600B0844),
}


class EspRom:
    """feed(bytes) → bytes to send back. flash: what is in the flash chip.

    flash_id    of the SPI flash chip: its third byte is log2 of the size
    spoil       numbers of data frames of which one byte is lost or changed on the way
    commands    what was asked, in order
    """

    def __init__(self, chip="esp32", *, flash_mb=4, mac="a0:b7:65:4d:3c:2b", spoil=()):
        self.chip = chip
        self.id, magic, self.spi, self.usr2, self.w0, mac_at = CHIPS[chip]
        self.flash = bytearray(b"\xff" * (flash_mb << 20))
        self.flash_id = 0xEF | 0x40 << 8 | (flash_mb << 20).bit_length() - 1 << 16
        number = bytes.fromhex(mac.replace(":", ""))
        self.registers = {0x40001000: magic, mac_at: int.from_bytes(number[2:], "big"),
                          mac_at + 4: int.from_bytes(number[:2], "big")}  # fmt: skip
        self.spoil = set(spoil)
        self.commands, self.baud, self.frames = [], 115200, 0
        self.begin()

    def begin(self):
        """As after a reset into the bootloader."""
        self.stub = False
        self.ended = False  # what was written has been compared: esptool's last command
        self.baud = 115200
        self.buffer, self.at, self.left, self.inflate = bytearray(), 0, 0, None
        self.erased = set()

    # -- SLIP ------------------------------------------------------------------------------

    def feed(self, data):
        self.buffer += data
        answer = b""
        while (end := self.buffer.find(b"\xc0")) >= 0:
            frame = bytes(self.buffer[:end])
            del self.buffer[: end + 1]
            if frame:
                answer += self.frame(frame.replace(b"\xdb\xdc", b"\xc0").replace(b"\xdb\xdd", b"\xdb"))
        return answer

    @staticmethod
    def slip(packet):
        return b"\xc0" + packet.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc") + b"\xc0"

    def reply(self, command, value=0, data=b"", error=0):
        status = bytes([bool(error), error]) + (b"" if self.stub else b"\0\0")
        body = data + status
        return self.slip(struct.pack("<BBHI", 1, command, len(body), value) + body)

    # -- commands --------------------------------------------------------------------------

    def frame(self, frame):
        if len(frame) < 8 or frame[0] != 0:
            return b""  # noise
        command, length, check = struct.unpack_from("<xBHI", frame)
        data = frame[8:]
        if command in (FLASH_DATA, DEFL_DATA):
            self.frames += 1
            if self.frames in self.spoil:
                data = data[:40] + bytes([data[40] ^ 1]) + data[41:] if self.frames % 2 else data[:40] + data[41:]
        if len(data) != length:
            return self.reply(command, error=INVALID)
        self.commands.append(command)
        if command in (MEM_DATA, FLASH_DATA, DEFL_DATA):
            sum_ = 0xEF
            for byte in data[16:]:
                sum_ ^= byte
            if sum_ != check & 0xFF:
                return self.reply(command, error=BAD_CHECKSUM)
        return getattr(self, f"do_{command}", lambda data: self.reply(command, error=INVALID))(data)

    def do_8(self, data):
        if data != SYNC:
            return self.reply(SYNC_CMD, error=INVALID)
        return self.reply(SYNC_CMD, value=0 if self.stub else 0x20120707) * 8

    def do_10(self, data):
        return self.reply(READ_REG, value=self.registers.get(struct.unpack("<I", data)[0], 0))

    def do_9(self, data):
        for address, value, mask, _ in struct.iter_unpack("<IIII", data):
            old = self.registers.get(address, 0)
            self.registers[address] = old & ~mask | value & mask
            if address == self.spi and value & 1 << 18:  # "user command": done at once
                opcode = self.registers.get(self.spi + self.usr2, 0) & 0xFF
                self.registers[self.spi + self.w0] = self.flash_id if opcode == 0x9F else 0
                self.registers[self.spi] = 0
        return self.reply(WRITE_REG)

    def do_11(self, data):
        return self.reply(SPI_PARAMS)

    def do_13(self, data):
        return self.reply(SPI_ATTACH)

    def do_15(self, data):
        self.baud = struct.unpack_from("<I", data)[0]
        return self.reply(BAUD)

    def do_20(self, data):
        if self.chip == "esp32":
            return self.reply(SECURITY, error=INVALID)
        info = bytes(12) if self.id is None else bytes(12) + struct.pack("<II", self.id, 0)
        return self.reply(SECURITY, data=info)

    def do_5(self, data):
        return self.reply(MEM_BEGIN)

    def do_7(self, data):
        return self.reply(MEM_DATA)

    def do_6(self, data):
        answer = self.reply(MEM_END)
        if struct.unpack("<II", data)[1]:
            self.stub = True
            answer += self.slip(b"OHAI")
        return answer

    # -- flash -----------------------------------------------------------------------------

    def do_2(self, data):
        size, _, _, offset = struct.unpack_from("<IIII", data)
        if size:
            self.begin_write(size, offset)
        return self.reply(FLASH_BEGIN)

    def do_16(self, data):
        size, _, _, offset = struct.unpack_from("<IIII", data)
        self.inflate = zlib.decompressobj()
        self.begin_write(size, offset)
        return self.reply(DEFL_BEGIN)

    def begin_write(self, size, offset):
        self.at, self.left, self.erased = offset, size, set()
        if not self.stub:  # the ROM erases all of it first, the loader in RAM as it goes
            self.erase(offset, size)

    def do_3(self, data):
        return self.reply(FLASH_DATA, error=0 if self.program(data[16:]) else FAILED)

    def do_17(self, data):
        return self.reply(DEFL_DATA, error=0 if self.program(self.inflate.decompress(data[16:])) else FAILED)

    def program(self, data):
        data = data[: self.left]  # the last block is padded
        if self.at + len(data) > len(self.flash):
            return False
        if self.stub:
            for sector in range(self.at // SECTOR, (self.at + len(data) - 1) // SECTOR + 1):
                if sector not in self.erased:
                    self.erase(sector * SECTOR, SECTOR)
                    self.erased.add(sector)
        old = int.from_bytes(self.flash[self.at : self.at + len(data)], "little")
        # flash can only turn ones into zeros: what was not erased shows
        new = old & int.from_bytes(data, "little")
        self.flash[self.at : self.at + len(data)] = new.to_bytes(len(data), "little")
        self.at += len(data)
        self.left -= len(data)
        return True

    def erase(self, offset, size):
        first, last = offset // SECTOR * SECTOR, -(-(offset + size) // SECTOR) * SECTOR
        self.flash[first:last] = b"\xff" * (last - first)

    def do_4(self, data):
        return self.reply(FLASH_END)

    def do_18(self, data):
        return self.reply(DEFL_END)

    def do_19(self, data):
        offset, size = struct.unpack_from("<II", data)
        self.ended = True
        digest = hashlib.md5(self.flash[offset : offset + size])
        return self.reply(MD5, data=digest.digest() if self.stub else digest.hexdigest().encode())

    def do_208(self, data):
        self.flash[:] = b"\xff" * len(self.flash)
        return self.reply(ERASE_FLASH)

    def do_209(self, data):
        self.erase(*struct.unpack("<II", data))
        return self.reply(ERASE_REGION)
