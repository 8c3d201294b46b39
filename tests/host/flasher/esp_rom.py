# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A bare ESP chip for tests of flashing: the virtual boards' serial loader, over a flash that is looked into, on a bad line."""

from potluck.virtual.esp_loader import (  # noqa: F401
    DEFL_BEGIN,
    DEFL_DATA,
    ERASE_FLASH,
    ERASE_REGION,
    FLASH_BEGIN,
    FLASH_DATA,
    MD5,
    SerialLoader,
)


class _Bytes:
    """A flash chip that is a bytearray."""

    def __init__(self, flash):
        self.flash, self.size = flash, len(flash)

    def read(self, offset, size):
        return bytes(self.flash[offset : offset + size])

    def program(self, offset, data):
        old = int.from_bytes(self.flash[offset : offset + len(data)], "little")
        # flash can only turn ones into zeros: what was not erased shows
        self.flash[offset : offset + len(data)] = (old & int.from_bytes(data, "little")).to_bytes(len(data), "little")

    def erase(self, offset, size):
        self.flash[offset : offset + size] = b"\xff" * size


class EspRom(SerialLoader):
    """feed(bytes) → bytes to send back. flash: what is in the flash chip.

    spoil       numbers of data frames of which one byte is lost or changed on the way
    commands    what was asked, in order
    """

    def __init__(self, chip="esp32", *, flash_mb=4, mac="a0:b7:65:4d:3c:2b", spoil=()):
        self.flash = bytearray(b"\xff" * (flash_mb << 20))
        super().__init__(chip, _Bytes(self.flash), bytes.fromhex(mac.replace(":", "")))
        self.spoil = set(spoil)
        self.commands, self.frames = [], 0

    def frame(self, frame):
        if len(frame) > 8 and frame[1] in (FLASH_DATA, DEFL_DATA):
            self.frames += 1
            if self.frames in self.spoil:
                changed = bytes([frame[48] ^ 1]) if self.frames % 2 else b""
                frame = frame[:48] + changed + frame[49:]
        return super().frame(frame)
