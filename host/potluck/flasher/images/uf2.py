# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""UF2 files: blocks of 512 bytes, each of which says where its payload belongs and for which chip.

Sources: https://github.com/microsoft/uf2 (the format); RP2350 Datasheet, 5.5.2 and erratum E10 (a
leading block of the family "absolute" that numbers itself and carries nothing).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from potluck.errors import FirmwareWrong
from potluck.flasher.images.banner import Banner, find_banner

BLOCK = 512
FIRST_MAGIC = b"UF2\n"
_SECOND_MAGIC = b"\x57\x51\x5d\x9e"
_LAST_MAGIC = b"\x30\x6f\xb1\x0a"
_BLOCK = struct.Struct("<4s4sIIIIII")
_MOST_PAYLOAD = 476
_NOT_FLASH, _HAS_FAMILY = 0x1, 0x2000
ABSOLUTE = "e48bff57"


@dataclass(frozen=True)
class Uf2Image:
    """A UF2 file all of whose blocks are there.

    family    eight hex digits; "" when the blocks name none
    blocks    how many
    start, end   first and last + 1 address that is written to
    size      bytes of the file
    """

    family: str
    blocks: int
    start: int
    end: int
    size: int
    banner: Banner


def read_uf2(data: bytes, name: str = "firmware") -> Uf2Image:
    """Raises FirmwareWrong when a block is missing, damaged, twice there, or of another family."""
    if len(data) % BLOCK:
        raise _wrong(name, f"is cut off in block {len(data) // BLOCK + 1}: UF2 blocks have {BLOCK} bytes")
    family = total = None
    seen: dict[int, tuple[int, bytes]] = {}
    for index in range(len(data) // BLOCK):
        block = data[index * BLOCK : (index + 1) * BLOCK]
        first, second, flags, address, length, number, count, extra = _BLOCK.unpack_from(block)
        if first != FIRST_MAGIC or second != _SECOND_MAGIC or block[-4:] != _LAST_MAGIC:
            raise _wrong(name, f"block {index + 1} is damaged: its marks are wrong")
        own = f"{extra:08x}" if flags & _HAS_FAMILY else ""
        if flags & _NOT_FLASH or own == ABSOLUTE:
            continue
        if not 0 < length <= _MOST_PAYLOAD:
            raise _wrong(name, f"block {index + 1} is damaged: a payload of {length} bytes")
        if family is None:
            family, total = own, count
        if own != family:
            raise _wrong(name, f"holds blocks for two kinds of chip ({family or 'none'} and {own or 'none'})")
        if count != total or number >= count or number in seen:
            raise _wrong(name, f"block {index + 1} is out of order: number {number} of {count}")
        seen[number] = (address, block[32 : 32 + length])
    if not seen or total is None or family is None:
        raise _wrong(name, "holds no block for flash")
    if len(seen) != total:
        raise _wrong(name, f"is cut off: it holds {len(seen)} of {total} blocks")
    ordered = sorted(seen.values())
    for (low, payload), (high, _) in zip(ordered, ordered[1:], strict=False):
        if low + len(payload) > high:
            raise _wrong(name, f"writes twice to {high:#010x}")
    start, (last, payload) = ordered[0][0], ordered[-1]
    if last + len(payload) > 1 << 32:
        raise _wrong(name, "writes beyond what 32 bits can say")
    text = b"".join(payload for _, payload in ordered)
    return Uf2Image(family, total, start, last + len(payload), len(data), find_banner(text))


def _wrong(name: str, what: str) -> FirmwareWrong:
    return FirmwareWrong(what, where=name, do="load it again")
