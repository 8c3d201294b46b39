# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Hashes as a board tells them: of SHA-256, or of CRC-32 where it has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from zlib import crc32

from potluck.deploy import kept
from potluck.deploy.state import Held, State, manifest


def teller(state: State) -> Callable[[bytes], str]:
    """Content → its hash as this board tells it."""
    return kept.short if state.has_sha256 else _crc


def new_hash(state: State) -> Callable:
    """What makes the whole digests that this board reckons with."""
    return sha256 if state.has_sha256 else _Crc


def manifest_of(state: State, name: str, files: Mapping[str, bytes]) -> bytes:
    """What this board would list of a slot or a runtime with these files."""
    tell = teller(state)
    return manifest(name, {path: Held(tell(content), len(content)) for path, content in files.items()})


def _crc(content: bytes) -> str:
    return crc32(content).to_bytes(4, "big").hex()


class _Crc:
    def __init__(self) -> None:
        self._sum = 0

    def update(self, data: bytes) -> None:
        self._sum = crc32(data, self._sum)

    def digest(self) -> bytes:
        return self._sum.to_bytes(4, "big")
