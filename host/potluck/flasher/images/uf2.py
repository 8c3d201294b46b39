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
from potluck.flasher.images.binary_info import files_place

BLOCK = 512
PAGE = 256  # what an RP2040's and an RP2350's boot ROM take in a block
SECTOR = 4096  # what they erase at a time
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
    spans     what is written, in the order of the addresses: (address, bytes), neighbours joined
    size      bytes of the file
    files     first and last + 1 address of the place where its file system is, as the image says
              itself; None when it does not
    """

    family: str
    blocks: int
    spans: tuple[tuple[int, bytes], ...]
    size: int
    banner: Banner
    files: tuple[int, int] | None = None

    @property
    def start(self) -> int:
        """The first address that is written to."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """The last address that is written to, and 1."""
        last, data = self.spans[-1]
        return last + len(data)


def read_uf2(data: bytes, name: str = "firmware") -> Uf2Image:
    """Raises FirmwareWrong when a block is missing, damaged, twice there, or of another family."""
    if len(data) % BLOCK:
        raise _wrong(name, f"the file is cut off in block {len(data) // BLOCK + 1}: UF2 blocks have {BLOCK} bytes")
    family = total = None
    seen: dict[int, tuple[int, bytes]] = {}
    for index in range(len(data) // BLOCK):
        block = data[index * BLOCK : (index + 1) * BLOCK]
        first, second, flags, address, length, number, count, extra = _BLOCK.unpack_from(block)
        if first != FIRST_MAGIC or second != _SECOND_MAGIC or block[-4:] != _LAST_MAGIC:
            raise _wrong(name, f"block {index + 1} is damaged: its marks are wrong")
        if _is_aside(flags, extra):
            continue
        own = f"{extra:08x}" if flags & _HAS_FAMILY else ""
        if not 0 < length <= _MOST_PAYLOAD:
            raise _wrong(name, f"block {index + 1} is damaged: a payload of {length} bytes")
        if family is None:
            family, total = own, count
        if own != family:
            raise _wrong(name, f"the file holds blocks for two kinds of chip ({family or 'none'} and {own or 'none'})")
        if count != total or number >= count or number in seen:
            raise _wrong(name, f"block {index + 1} is out of order: number {number} of {count}")
        seen[number] = (address, block[32 : 32 + length])
    if not seen or total is None or family is None:
        raise _wrong(name, "the file holds no block for flash")
    if len(seen) != total:
        raise _wrong(name, f"the file is cut off: it holds {len(seen)} of {total} blocks")
    spans = _joined(sorted(seen.values()), name)
    last, payload = spans[-1]
    if last + len(payload) > 1 << 32:
        raise _wrong(name, "the file writes beyond what 32 bits can say")
    banner = find_banner(b"".join(data for _, data in spans))
    return Uf2Image(family, total, spans, len(data), banner, files_place(spans))


def with_blank(data: bytes, image: Uf2Image, end: int) -> bytes:
    """The same firmware, and after it empty flash up to the address `end`: writing this file erases, too.

    data    the file that `image` was read from
    Pages follow each other without a gap, and so do their numbers: an RP2040 erases a sector whenever
    16 more numbers have come, wherever their pages lie (pico-bootrom-rp2040, virtual_disk.c).
    Raises ValueError when the firmware has gaps or does not begin a sector.
    """
    if len(image.spans) > 1 or image.start % SECTOR:
        raise ValueError("firmware with gaps")
    blocks = [data[at : at + BLOCK] for at in range(0, len(data), BLOCK)]
    aside = [block for block in blocks if _is_aside(*_marks(block))]
    flags, family = next(_marks(block) for block in blocks if not _is_aside(*_marks(block)))
    whole = image.spans[0][1]
    whole += b"\xff" * (end - image.start - len(whole))
    count = -(-len(whole) // PAGE)
    for number in range(count):
        page = whole[number * PAGE : (number + 1) * PAGE].ljust(PAGE, b"\xff")
        head = _BLOCK.pack(FIRST_MAGIC, _SECOND_MAGIC, flags, image.start + number * PAGE, PAGE, number, count, family)
        aside.append(head + page.ljust(_MOST_PAYLOAD, b"\0") + _LAST_MAGIC)
    return b"".join(aside)


def _marks(block: bytes) -> tuple[int, int]:
    """A block's flags and family."""
    head = _BLOCK.unpack_from(block)
    return head[2], head[7]


def _is_aside(flags: int, family: int) -> bool:
    """Whether a block is none of the firmware's: not for flash, or of the erratum's family."""
    return bool(flags & _NOT_FLASH or (flags & _HAS_FAMILY and f"{family:08x}" == ABSOLUTE))


def _joined(ordered: list[tuple[int, bytes]], name: str) -> tuple[tuple[int, bytes], ...]:
    spans: list[tuple[int, bytearray]] = []
    for address, payload in ordered:
        end = spans[-1][0] + len(spans[-1][1]) if spans else -1
        if address < end:
            raise _wrong(name, f"the file writes twice to {address:#010x}")
        if address == end:
            spans[-1][1].extend(payload)
        else:
            spans.append((address, bytearray(payload)))
    return tuple((address, bytes(data)) for address, data in spans)


def _wrong(name: str, what: str) -> FirmwareWrong:
    return FirmwareWrong(what, where=name, do="load it again")
