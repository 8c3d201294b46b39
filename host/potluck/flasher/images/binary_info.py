# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a program for an RP2040 or RP2350 says of itself: where its file system is.

Source: pico-sdk, pico/binary_info/{defs,structure}.h; MicroPython ports/rp2/rp2_flash.c, which puts
its block device there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_START, _END = 0x7188EBF2, 0xE71AA390
_WITHIN = 1024  # the header is at most so far from the start: 256 bytes on an RP2040, 1 KB on an RP2350
_HEADER = struct.Struct("<5I")  # mark, first and last + 1 entry, table of copies, mark
_DEVICE = struct.Struct("<HHIII")  # type, tag, name, address, size
_BLOCK_DEVICE = 7
_MOST_ENTRIES = 1024

Spans = tuple[tuple[int, bytes], ...]


def files_place(spans: Spans) -> tuple[int, int] | None:
    """First and last + 1 address of the block device that the program declares; None when it declares none, or several.

    spans   (address, bytes) of the program in flash
    """
    found = {
        (address, address + size)
        for kind, _, _, address, size in _entries(spans)
        if kind == _BLOCK_DEVICE and 0 < size and address + size <= 1 << 32
    }
    return found.pop() if len(found) == 1 else None


def _entries(spans: Spans) -> Iterator[tuple]:
    start, data = spans[0]
    mark = data.find(struct.pack("<I", _START), 0, _WITHIN)
    if mark < 0 or len(data) < mark + _HEADER.size:
        return
    _, first, last, _, closing = _HEADER.unpack_from(data, mark)
    if closing != _END or not first < last <= first + 4 * _MOST_ENTRIES:
        return
    for place in range(first, last, 4):
        pointer = _at(start, data, place, 4)
        entry = _at(start, data, struct.unpack("<I", pointer)[0], _DEVICE.size) if pointer else None
        if entry:  # else it lies in RAM, or is of a shorter kind at the very end
            yield _DEVICE.unpack(entry)


def _at(start: int, data: bytes, address: int, length: int) -> bytes | None:
    at = address - start
    return data[at : at + length] if 0 <= at <= len(data) - length else None
