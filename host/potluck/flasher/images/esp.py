# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Espressif's images: an app, a bootloader, or the full image that MicroPython publishes as .bin.

A full image is bootloader, partition table and app, each at its place; its first byte belongs at the
chip's bootloader offset. Sources: ESP-IDF "App Image Format", "Partition Tables" and
esp_app_format.h; MicroPython ports/esp32/makeimg.py (what is put together).
"""

from __future__ import annotations

import functools
import hashlib
import struct
from dataclasses import dataclass

from potluck import model
from potluck.errors import FirmwareWrong
from potluck.flasher.images.banner import Banner, find_banner

MAGIC = b"\xe9"
TABLE_AT = 0x8000  # the partition table's place in flash
_TABLE_BYTES = 0xC00
_ENTRY = struct.Struct("<2sBBII16sI")
_HEADER = struct.Struct("<BBBBI")  # magic, segments, mode, size and speed, entry point
_HEADER_BYTES = 24  # with the extended part: chip id at 12, "hash is appended" at 23
_CHECKSUM_START = 0xEF
_MOST_SEGMENTS = 16  # ESP_IMAGE_MAX_SEGMENTS
_APP_MARK = b"\x32\x54\xcd\xab"  # esp_app_desc_t.magic_word, the first of an app's first segment
_SIZES_MB = (1, 2, 4, 8, 16, 32, 64, 128)


@dataclass(frozen=True)
class Partition:
    """type, subtype: as in ESP-IDF (app 0, data 1); offset and size in bytes of flash."""

    label: str
    type: int
    subtype: int
    offset: int
    size: int


@dataclass(frozen=True)
class EspImage:
    """An image whose segments, checksums and appended hashes are right.

    kind         "full", "app" or "bootloader"
    chip_id      from the header
    chip         the chip of that id; None when potluck does not know it
    flash_bytes  how much flash the header counts on; 0 when it does not say
    partitions   () unless kind is "full"
    size         bytes of the file
    """

    kind: str
    chip_id: int
    chip: model.Chip | None
    flash_bytes: int
    partitions: tuple[Partition, ...]
    size: int
    banner: Banner

    @property
    def chip_title(self) -> str:
        return self.chip.title if self.chip else f"an Espressif chip that potluck does not know (id {self.chip_id})"


@dataclass(frozen=True)
class _Part:
    """One image within the file: what its header says, and where it ends."""

    chip_id: int
    flash_bytes: int
    end: int
    is_app: bool


def read_esp(data: bytes, name: str = "firmware") -> EspImage:
    """Raises FirmwareWrong for whatever does not add up."""
    first = _read_part(data, 0, name)
    chip = chips().get(first.chip_id)
    partitions: tuple[Partition, ...] = ()
    kind = "app" if first.is_app else "bootloader"
    table_at = TABLE_AT - chip.offset if chip else 0
    if chip and not first.is_app and first.end <= table_at < len(data):
        partitions = _read_table(data[table_at : table_at + _TABLE_BYTES], name)
        kind = "full"
        apps = [entry for entry in partitions if entry.type == 0]
        if not apps:
            raise _wrong(name, "its partition table has no place for an app")
        at = min(entry.offset for entry in apps) - chip.offset
        if at >= len(data):
            raise _wrong(name, "the file is cut off: the app after its partition table is missing")
        app = _read_part(data, at, name)
        if app.chip_id != first.chip_id:
            raise _wrong(name, f"its bootloader is for chip id {first.chip_id} and its app for {app.chip_id}")
    elif chip and not first.is_app and len(data) > first.end:
        raise _wrong(name, "the file is cut off: something follows its bootloader and ends before the app")
    return EspImage(kind, first.chip_id, chip, first.flash_bytes, partitions, len(data), find_banner(data))


@functools.cache
def chips() -> dict[int, model.Chip]:
    """Chip id in an image's header → chip."""
    return {chip.image_id: chip for chip in model.all_chips() if chip.image_id is not None}


def _read_part(data: bytes, at: int, name: str) -> _Part:
    if len(data) < at + _HEADER_BYTES:
        raise _wrong(name, "the file is cut off in its header")
    if data[at : at + 1] != MAGIC:
        raise _wrong(name, f"at {at:#x} there should be an image (0xe9) and is 0x{data[at]:02x}")
    _, segments, _, size_speed, _ = _HEADER.unpack_from(data, at)
    if not 1 <= segments <= _MOST_SEGMENTS:
        raise _wrong(name, f"its header counts {segments} segments")
    checksum, here = _CHECKSUM_START, at + _HEADER_BYTES
    for number in range(segments):
        if len(data) < here + 8:
            raise _wrong(name, f"the file is cut off before segment {number + 1} of {segments}")
        length = struct.unpack_from("<I", data, here + 4)[0]
        here += 8
        if length > len(data) - here:
            raise _wrong(name, f"the file is cut off in segment {number + 1} of {segments}")
        checksum ^= _xor(data[here : here + length])
        here += length
    here += 15 - (here - at) % 16  # the checksum ends a line of 16
    if here >= len(data):
        raise _wrong(name, "the file is cut off before its checksum")
    if data[here] != checksum:
        raise _wrong(name, f"its checksum is 0x{data[here]:02x} and should be 0x{checksum:02x}: it is damaged")
    end = here + 1
    if data[at + 23]:
        if len(data) < end + 32:
            raise _wrong(name, "the file is cut off in its SHA-256")
        if hashlib.sha256(data[at:end]).digest() != data[end : end + 32]:
            raise _wrong(name, "its appended SHA-256 does not match: it is damaged")
        end += 32
    size = size_speed >> 4
    return _Part(
        chip_id=struct.unpack_from("<H", data, at + 12)[0],
        flash_bytes=_SIZES_MB[size] << 20 if size < len(_SIZES_MB) else 0,
        end=end,
        is_app=data[at + 32 : at + 36] == _APP_MARK,
    )


def _xor(data: bytes) -> int:
    """All bytes exclusive-or'ed, by halving one large number: 2 MB in a few milliseconds."""
    length = 1 << max(len(data) - 1, 0).bit_length()
    value = int.from_bytes(data, "little")
    while length > 1:
        length //= 2
        value = (value & ((1 << 8 * length) - 1)) ^ (value >> 8 * length)
    return value


def _read_table(table: bytes, name: str) -> tuple[Partition, ...]:
    found = []
    for at in range(0, len(table) - 31, 32):
        entry = table[at : at + 32]
        if entry[:2] == b"\xeb\xeb":  # an MD5 of all entries before it ends the table
            if entry[16:] != hashlib.md5(table[:at], usedforsecurity=False).digest():
                raise _wrong(name, "the MD5 of its partition table does not match: it is damaged")
            break
        if entry == b"\xff" * 32:
            break
        magic, kind, subtype, offset, size, label, _ = _ENTRY.unpack(entry)
        if magic != b"\xaa\x50":
            raise _wrong(name, "its partition table is damaged or in another place")
        text = label.split(b"\0")[0].decode("ascii", "replace")
        found.append(Partition(text, kind, subtype, offset, size))
    return tuple(found)


def _wrong(name: str, what: str) -> FirmwareWrong:
    return FirmwareWrong(what, where=name, do="load it again")
