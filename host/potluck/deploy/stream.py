# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A deploy as one stream of bytes, in the form that firmware/boot/receiver.py takes.

First the orders are written down (`Orders`), then they are cut into pieces (`pieces`), each small enough for the
board's input buffer and preceded by its own size and the size of what it becomes. The form is in
docs/wire-protocol.md.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from potluck.deploy.delta import Copy

PLAIN = 1  # how: not compressed; 9…15: raw deflate with a window of so many bits
WINDOW_BITS = 10  # 1 KB of the board's heap
WIRE_MOST = 255  # bytes of a piece: a block's table may need more than a piece should have, seldom so many
_MOST = 0x7FFF  # bytes of one copy or literal
_FAR = 1 << 24  # offsets have three bytes
_BECOMES = 0xFFFF


class Piece(NamedTuple):
    """wire: what is sent, its head included. becomes: bytes of the orders that it stands for."""

    wire: bytes
    becomes: int


class Orders:
    """What the board shall do, one after the other."""

    def __init__(self) -> None:
        self._written = bytearray()

    def file(self, path: str, content: Iterable[Copy | bytes], base: str = "") -> None:
        """Write a file (and the folders above it), copying out of the file `base`."""
        self._order(b"f", path, base)
        for piece in content:
            if isinstance(piece, Copy):
                for at in range(0, piece.size, _MOST):
                    size = min(_MOST, piece.size - at)
                    self._written += (0x8000 | size).to_bytes(2, "big")
                    self._written += (piece.offset + at).to_bytes(3, "big")
            else:
                for at in range(0, len(piece), _MOST):
                    part = piece[at : at + _MOST]
                    self._written += len(part).to_bytes(2, "big") + part
        self._written += b"\0\0"

    def verify(self, path: str, digest: bytes) -> None:
        """Everything below the path must have this digest (see `tree_digest`)."""
        self._order(b"v", path)
        self._written += digest

    def rename(self, old: str, new: str) -> None:
        self._order(b"r", old, new)

    def remove(self, path: str) -> None:
        """A file, or (its path ends in /) an empty folder."""
        self._order(b"x", path)

    def done(self) -> bytes:
        return bytes(self._written) + b"."

    def _order(self, what: bytes, *texts: str) -> None:
        self._written += what
        for text in texts:
            coded = text.encode()
            self._written += bytes((len(coded),)) + coded


def fits_offsets(base: bytes) -> bool:
    """Whether copies can reach everywhere in it."""
    return len(base) < _FAR


def tree_digest(files: dict[str, bytes], new_hash: Callable) -> bytes:
    """Digest over path and content of every file: what the board reckons in `verify`."""
    total = new_hash()
    for path in sorted(files, key=str.encode):
        total.update(path.encode())
        one = new_hash()
        one.update(files[path])
        total.update(one.digest())
    return total.digest()


def pieces(orders: bytes, most: int, *, deflate: bool) -> tuple[int, list[Piece]]:
    """(how, pieces): the orders cut so that no piece has more than `most` bytes on the line.

    Compressed when the board can and it pays.
    """
    plain = [_piece(orders[at : at + most - 3], len(orders[at : at + most - 3]))
             for at in range(0, len(orders), most - 3)]  # fmt: skip
    if not deflate:
        return PLAIN, plain
    packer = zlib.compressobj(9, zlib.DEFLATED, -WINDOW_BITS, 9)
    packed = list(_packed(packer.compress(orders) + packer.flush(), most - 3))
    if max(len(piece.wire) for piece in packed) <= WIRE_MOST and sum(len(piece.wire) for piece in packed) < sum(
        len(piece.wire) for piece in plain
    ):
        return WINDOW_BITS, packed
    return PLAIN, plain


def _cost(cut: list[Piece]) -> int:
    return sum(len(piece.wire) for piece in cut)


def _packed(data: bytes, most: int) -> Iterator[Piece]:
    """Cut where a byte has just brought something out.

    The board gives each piece to its inflater by itself, and asks it for exactly what that piece
    becomes: an inflater reads no further than it must, so the piece is then used up to its last byte.
    """
    inflater = zlib.decompressobj(-WINDOW_BITS)
    begun = useful = becomes = came = 0
    for at in range(len(data)):
        out = len(inflater.decompress(data[at : at + 1]))
        if useful > begun and (at + 1 - begun > most or came + out > _BECOMES):
            yield _piece(data[begun:useful], becomes)
            begun, came = useful, came - becomes
        came += out
        if out:
            useful, becomes = at + 1, came
    if becomes and useful > begun:
        yield _piece(data[begun:useful], becomes)


def _piece(wire: bytes, becomes: int) -> Piece:
    return Piece(bytes((len(wire) & 0xFF,)) + becomes.to_bytes(2, "little") + wire, becomes)
