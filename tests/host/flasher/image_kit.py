# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Firmware images made for tests, from the format's public description and not with potluck's reader."""

import hashlib
import random
import struct

VERSION = "v1.29.0"
BANNER = "MicroPython {} on 2026-08-24; {}"
CHIPS = {"esp32": (0, 0x1000), "esp32s2": (2, 0x1000), "esp32c3": (5, 0), "esp32s3": (9, 0), "esp32c6": (13, 0)}


def noise(length, seed=1):
    """Bytes that compress about as well as code does: half of them repeat."""
    source = random.Random(seed)
    words = [source.randbytes(8) for _ in range(512)]
    made = bytearray()
    while len(made) < length:
        made += source.choice(words) if source.random() < 0.5 else source.randbytes(8)
    return bytes(made[:length])


def esp_part(chip_id=0, segments=((0x3F400020, b"code" * 64),), *, size_mb=4, hashed=True, entry=0x40081000):
    """One bootloader or app: header, segments, checksum, SHA-256."""
    size = {1: 0, 2: 1, 4: 2, 8: 3, 16: 4}[size_mb]
    made = struct.pack("<BBBBI", 0xE9, len(segments), 2, size << 4, entry)
    made += struct.pack("<BBBBHBHH4xB", 0xEE, 0, 0, 0, chip_id, 0, 0, 0xFFFF, int(hashed))
    checksum = 0xEF
    for address, data in segments:
        made += struct.pack("<II", address, len(data)) + data
        for byte in data:
            checksum ^= byte
    made += bytes(15 - len(made) % 16) + bytes([checksum])
    return made + hashlib.sha256(made).digest() if hashed else made


def app_image(chip="esp32", length=20_000, machine="Generic ESP32 module with ESP32", seed=1, version=VERSION):
    described = struct.pack("<II8x32s32s", 0xABCD5432, 0, b"v1.29.0", b"micropython").ljust(256, b"\0")
    text = described + BANNER.format(version, machine).encode() + b"\0" + noise(length, seed)
    return esp_part(CHIPS[chip][0], ((0x3F400020, text), (0x40080000, b"\x36\x41\x00" * 40)))


def partition(label, kind, subtype, offset, size):
    return struct.pack("<2sBBII16sI", b"\xaa\x50", kind, subtype, offset, size, label.encode(), 0)


def full_image(
    chip="esp32", length=20_000, *, size_mb=4, machine="Generic ESP32 module with ESP32", seed=1, version=VERSION
):
    """What MicroPython publishes as .bin: bootloader, partition table, app, each at its place."""
    chip_id, offset = CHIPS[chip]
    boot = esp_part(chip_id, ((0x3FFF0018, b"boot" * 300),), size_mb=size_mb)
    table = partition("nvs", 1, 2, 0x9000, 0x6000) + partition("phy_init", 1, 1, 0xF000, 0x1000)
    table += partition("factory", 0, 0, 0x10000, 0x1F0000)
    table += partition("vfs", 1, 0x81, 0x200000, (size_mb << 20) - 0x200000)
    table += b"\xeb\xeb" + b"\xff" * 14 + hashlib.md5(table).digest()
    made = boot.ljust(0x8000 - offset, b"\xff") + table.ljust(0xC00, b"\xff")
    return made.ljust(0x10000 - offset, b"\xff") + app_image(chip, length, machine, seed, version)


def uf2_block(address, payload, number, count, family=0xE48BFF56, flags=0x2000):
    head = struct.pack("<4s4s6I", b"UF2\n", b"\x57\x51\x5d\x9e", flags, address, len(payload), number, count, family)
    return head + payload.ljust(476, b"\0") + b"\x30\x6f\xb1\x0a"


def binary_info(start, address, size):
    """512 bytes of a program's beginning as pico-sdk lays it out: the header at 0xd4 after 256 bytes of loader."""
    table, entries = start + 0x180, start + 0x190
    head = struct.pack("<5I", 0x7188EBF2, table, table + 12, 0, 0xE71AA390)
    name = struct.pack("<HHII", 6, 0x5052, 0x02031C86, start + 0x1F0)  # its name, which is another kind of entry
    device = struct.pack("<HHIIIIH", 7, 0x504D, start + 0x1F0, address, size, 0, 3)
    made = b"\0" * 0xD4 + head
    made = made.ljust(0x180, b"\0") + struct.pack("<3I", entries, entries + 16, 0x20001000)  # the last in RAM
    made = made.ljust(0x190, b"\0") + name.ljust(16, b"\0") + device
    return made.ljust(0x1F0, b"\0") + b"MicroPython\0".ljust(16, b"\0")


def uf2_image(
    length=20_000, *, family=0xE48BFF56, start=0x10000000, machine="Raspberry Pi Pico with RP2040", absolute=False,
    version=VERSION, files=None,
):  # fmt: skip
    """files: (address, size) of the file system that the program says it has."""
    text = binary_info(start, *files) if files else b"\0" * 256
    text += BANNER.format(version, machine).encode() + b"\0" + noise(length)
    pieces = [text[at : at + 256].ljust(256, b"\0") for at in range(0, len(text), 256)]
    blocks = [uf2_block(start + 256 * n, piece, n, len(pieces), family) for n, piece in enumerate(pieces)]
    if absolute:  # RP2350 erratum E10
        blocks.insert(0, uf2_block(0x10FFFF00, b"\xef" * 256, 0, 2, 0xE48BFF57, 0xA000))
    return b"".join(blocks)


ESP8266 = struct.pack("<BBBBI", 0xE9, 1, 0, 0x40, 0x4010F000) + struct.pack("<II", 0x4010F000, 64) + bytes(80)
HTML = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>\n"
