# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""After the restart: is the recipe alive? A hello with the right hash, then a first sample."""

from __future__ import annotations

import time
from collections import deque
from typing import NamedTuple

from potluck.errors import BoardSilent, FirmwareError
from potluck.link.base import Link
from potluck.telemetry import Hello, Log, Parser, Sample, Text

HELLO_S = 20.0
SAMPLE_S = 20.0
_LAST_LINES = 8


class Alive(NamedTuple):
    """heard: every byte since the restart, for whoever watches from here on."""

    hello: Hello
    sample: Sample
    heard: bytes


def wait_alive(
    link: Link, content_hash: str, *, hello_s: float = HELLO_S, sample_s: float = SAMPLE_S
) -> Alive:
    """Listen until the recipe with this hash has said hello and sent a sample.

    Raises BoardSilent with the last lines that came, FirmwareError when the recipe raises before
    its first sample or the launcher went into safe mode.
    """
    parser, heard, lines = Parser(), bytearray(), deque(maxlen=_LAST_LINES)
    hello = None
    end = time.monotonic() + hello_s
    while (left_s := end - time.monotonic()) > 0:
        data = link.read(min(0.25, left_s))
        heard += data
        for event in parser.feed(data):
            if isinstance(event, Text):
                lines.append(event.text)
            elif isinstance(event, Log):
                lines.append(f"{event.level}: {event.text}")
                if event.level == "error":
                    raise _raised(event, link)
            elif isinstance(event, Hello):
                if event.safe:
                    raise FirmwareError(
                        f"the board started in safe mode: {event.safe}", where=link.name, do=_said(lines)
                    )
                if hello is None and event.hash == content_hash:
                    hello = event
                    end = time.monotonic() + sample_s
            elif isinstance(event, Sample) and hello is not None:
                return Alive(hello, event, bytes(heard))
    what = "said hello and sent no sample" if hello else "did not say hello"
    raise BoardSilent(
        f"the recipe is on the board, but it {what} within {sample_s if hello else hello_s:.0f} s",
        where=link.name,
        do=_said(lines),
    )


def _raised(event: Log, link: Link) -> FirmwareError:
    error = FirmwareError(
        f"the recipe raised an exception as it started: {event.text}",
        where=link.name,
        do=event.trace.strip() or "mend it and deploy again",
    )
    error.trace = event.trace
    return error


def _said(lines) -> str:
    if not lines:
        return "the board printed nothing at all; press its reset button and run 'potluck watch'"
    return "the last lines from the board:\n" + "\n".join(f"    {line}" for line in lines)
