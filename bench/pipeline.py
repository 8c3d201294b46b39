# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Host: frames decoded, and decoded and logged, per second."""

from __future__ import annotations

import json
import tempfile
import time
import zlib
from pathlib import Path

from bench.kit import child
from bench.rows import Row

FRAMES = 30_000
PIECE = 512  # bytes per read of the port


def measure() -> list[Row]:
    said, _ = child(__name__)
    return [
        Row(
            "frames decoded per second",
            said["decoded"],
            "/s",
            note=f"{FRAMES:,} samples of 4 values in reads of {PIECE} B",
        ),
        Row(
            "frames decoded and logged per second",
            said["logged"],
            "/s",
            note="SQLite, a commit after every read",
        ),
        Row(
            "the same, a commit after every sample", said["each"], "/s", note="as when they arrive one by one"
        ),
    ]


def frame(body: str) -> bytes:
    """A frame as docs/wire-protocol.md spells it; `body` without its closing brace."""
    return f'\x1e{body},"c":"{zlib.crc32(body.encode()):08x}"}}\n'.encode()


HELLO = (
    '{"n":0,"t":1,"hello":{"recipe":"plant-waterer","version":"1.0.0","hash":"0123456789ab","board":"pico",'
    '"id":"e660","boot":"0badcafe","mp":"1.27.0","runtime":"0.1.0",'
    '"channels":[["moisture","%",1],["tank","1",0,["empty","water"]],["pump","1",0,["off","on"]],["watered","mL",0]]}'
)


def _frames() -> list[bytes]:
    samples = (
        f'{{"n":{n},"t":{n * 1000},"v":[{30 + n % 400 / 10:.1f},1,{n % 2},{n % 250}]'
        for n in range(1, FRAMES + 1)
    )
    return [frame(HELLO), *map(frame, samples)]


def _decode(data: bytes) -> float:
    from potluck.telemetry import Parser, Sample

    parser, seen = Parser(), 0
    began = time.perf_counter()
    for at in range(0, len(data), PIECE):
        seen += sum(isinstance(event, Sample) for event in parser.feed(data[at : at + PIECE]))
    took = time.perf_counter() - began
    assert seen == FRAMES, seen
    return FRAMES / took


def _log(reads: list[bytes]) -> float:
    from potluck.sink.base import Session, Summary
    from potluck.sink.sqlite import SqliteSink
    from potluck.telemetry import Hello, Parser, Sample

    with tempfile.TemporaryDirectory() as folder:
        sink, parser, seen = SqliteSink(Path(folder) / "log.sqlite"), Parser(), 0
        began = time.perf_counter()
        sink.open(Session("bench", time.time()))
        for data in reads:
            now = time.time()
            for event in parser.feed(data):
                if isinstance(event, Sample):
                    sink.sample(event, now)
                    seen += 1
                elif isinstance(event, Hello):
                    sink.hello(event, now)
            sink.commit()
        sink.close(Summary(received=seen))
        return seen / (time.perf_counter() - began)


if __name__ == "__main__":
    frames = _frames()
    line = b"".join(frames)
    pieces = [line[at : at + PIECE] for at in range(0, len(line), PIECE)]
    print(json.dumps({"decoded": _decode(line), "logged": _log(pieces), "each": _log(frames[:6001])}))
