# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Frames as a board makes them, written from docs/wire-protocol.md and not from the parser."""

import json
import zlib


def frame(n: int, t_ms: int, **members) -> bytes:
    return raw(json.dumps({"n": n, "t": t_ms, **members}, separators=(",", ":"), ensure_ascii=False)[:-1])


def raw(body: str) -> bytes:
    """RS, `body` (without its closing brace), the checksum as last member, LF."""
    return f'\x1e{body},"c":"{zlib.crc32(body.encode()):08x}"}}\n'.encode()


def sample(n: int, *values, t_ms: int | None = None) -> bytes:
    return frame(n, n * 1000 if t_ms is None else t_ms, v=list(values))


CHANNELS = [["moisture", "%", 1], ["tank", "1", 0, ["empty", "water"]], ["watered", "mL", 0]]


def hello(n: int = 0, *, t_ms: int | None = None, boot="5f3a09c1", channels=CHANNELS, **more) -> bytes:
    said = {
        "recipe": "plant-waterer",
        "version": "1.0.0",
        "hash": "a1b2c3d4e5f6",
        "board": "pico",
        "id": "e6614103e72d4f2c",
        "boot": boot,
        "mp": "1.26.1",
        "runtime": "0.1.0",
        "channels": channels,
        **more,
    }
    return frame(n, n * 1000 if t_ms is None else t_ms, hello=said)
