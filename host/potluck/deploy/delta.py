# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A changed file as a difference: pieces to copy out of what the board holds, and bytes to put between.

The matching is greedy over a table of all short runs of the old content, as in Tichy's block-move
("The string-to-string correction problem with block moves", 1984). What stands between the copies
goes through deflate afterwards, so short matches are left to that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

SEED = 12  # bytes that must agree before a copy is looked at
LEAST = 20  # a copy costs five bytes that hardly compress: shorter ones do not pay
_CANDIDATES = 8  # places of the old content tried for each seed


class Copy(NamedTuple):
    """`size` bytes of the old content from `offset`."""

    offset: int
    size: int


def difference(old: bytes, new: bytes) -> Iterator[Copy | bytes]:
    """Copies and literal bytes that make `new`, in order; none is empty."""
    if old == new:
        if new:
            yield Copy(0, len(new))
        return
    seeds = _seeds(old)
    literal_from = at = 0
    follow = 0  # where the old content goes on after the last copy: the likeliest place
    while at + SEED <= len(new):
        copy = _longest(old, new, at, seeds.get(new[at : at + SEED], ()), follow + (at - literal_from))
        if copy.size < LEAST:
            at += 1
            continue
        back = _backwards(old, new, copy.offset, at, literal_from)
        if at - back > literal_from:
            yield new[literal_from : at - back]
        yield Copy(copy.offset - back, copy.size + back)
        at += copy.size
        literal_from, follow = at, copy.offset + copy.size
    if literal_from < len(new):
        yield new[literal_from:]


def apply(old: bytes, pieces) -> bytes:
    """What the board makes of it."""
    return b"".join(old[piece.offset : piece.offset + piece.size] if isinstance(piece, Copy) else piece for piece in pieces)


def _seeds(old: bytes) -> dict[bytes, list[int]]:
    table: dict[bytes, list[int]] = {}
    for at in range(len(old) - SEED + 1):
        places = table.setdefault(old[at : at + SEED], [])
        if len(places) < _CANDIDATES:
            places.append(at)
    return table


def _longest(old: bytes, new: bytes, at: int, places, likely: int) -> Copy:
    best = Copy(0, 0)
    for place in (*places, likely):
        size = _agree(old, new, place, at)
        if size > best.size:
            best = Copy(place, size)
    return best


def _agree(old: bytes, new: bytes, place: int, at: int) -> int:
    size, most = 0, min(len(old) - place, len(new) - at)
    step = 256
    while step:
        while size + step <= most and (old[place + size : place + size + step] == new[at + size : at + size + step]):
            size += step
        step //= 4
    return max(size, 0)


def _backwards(old: bytes, new: bytes, place: int, at: int, limit: int) -> int:
    """How many bytes before the match agree too, back to what has been written already."""
    back = 0
    while at - back > limit and place - back > 0 and old[place - back - 1] == new[at - back - 1]:
        back += 1
    return back
