# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""After the restart: is the recipe alive? A hello with the right hash, then a first sample."""

from __future__ import annotations

import time
from collections import deque
from typing import NamedTuple

from potluck.errors import BoardSilent, BoardSwapped, FirmwareError, PortGone, TrialFailed
from potluck.link.base import Link
from potluck.telemetry import Hello, Log, Parser, Sample, Text

RETURNED = "returned"  # level of the log in which the launcher says that it went back
AGAIN_S = 2.0  # a board that went back has said so by then
_LAST_LINES = 8
GOES_BACK = "the board goes back to the version before by itself, if there is one; mend it and deploy again"


class Alive(NamedTuple):
    """sample: None of a recipe that need not report; heard: every byte since the restart, for whoever
    watches from here on."""

    hello: Hello
    sample: Sample | None
    heard: bytes


def wait_alive(
    link: Link,
    content_hash: str,
    *,
    board_id: str,
    hello_s: float,
    sample_s: float,
    needs_sample: bool | None = None,
) -> Alive:
    """Listen until the recipe with this hash has said hello and sent a sample.

    board_id      the chip that was written to
    needs_sample  False: the hello is enough; None: enough when the recipe has no channels

    Raises BoardSilent with the last lines that came, TrialFailed when the launcher went back to the version
    before, FirmwareError when the recipe raises before its first sample or the launcher went into safe mode,
    BoardSwapped when another chip says hello, PortGone.
    """
    heard, lines, hello = bytearray(), deque(maxlen=_LAST_LINES), None
    parser, end = Parser(), time.monotonic() + hello_s
    again, alive = False, None
    while (left_s := end - time.monotonic()) > 0:
        try:
            data = link.read(min(0.25, left_s))
        except PortGone:
            # A board with USB of its own disappears while it resets, as it does to go back.
            if not link.reopen(max(0.0, end - time.monotonic())):
                raise
            parser = Parser()
            continue
        heard += data
        for event in parser.feed(data):
            if isinstance(event, Text):
                lines.append(event.text)
            elif isinstance(event, Log):
                lines.append(f"{event.level}: {event.text}")
                if event.level == RETURNED:
                    raise TrialFailed(
                        f"the new version did not live: {event.text}", where=link.name,
                        do="the version before runs again; mend the new one and deploy it",
                    )  # fmt: skip
                if event.level == "error":
                    raise _raised(event, link)
            elif isinstance(event, Hello):
                _check(event, board_id, link, lines)
                if hello is not None and event.boot == hello.boot:
                    continue
                again = hello is not None  # it started a second time: that may be the version before
                hello = event if event.hash == content_hash else None
                if hello is not None:
                    if needs_sample is False or (needs_sample is None and not event.channels):
                        return Alive(hello, None, bytes(heard))
                    end = time.monotonic() + sample_s
            elif isinstance(event, Sample) and hello is not None and alive is None:
                alive = Alive(hello, event, bytes(heard))
                if not again:
                    return alive
                end = time.monotonic() + AGAIN_S
    if alive is not None:
        return alive
    what = "said hello and sent no sample" if hello else "did not say hello"
    raise BoardSilent(
        f"the recipe is on the board, but it {what} within {sample_s if hello else hello_s:.0f} s",
        where=link.name,
        do=f"{GOES_BACK}\n{_said(lines)}",
    )


def _check(hello: Hello, board_id: str, link: Link, lines) -> None:
    if hello.safe:
        raise FirmwareError(f"the board started in safe mode: {hello.safe}", where=link.name, do=_said(lines))
    if hello.id != board_id:
        raise BoardSwapped(
            f"another board answers now: {hello.id}, not {board_id}",
            where=link.name,
            do="the new version is on the first one; plug that one in again",
        )


def _raised(event: Log, link: Link) -> FirmwareError:
    error = FirmwareError(
        f"the recipe raised an exception as it started: {event.text}",
        where=link.name,
        do=f"{event.trace.strip()}\n{GOES_BACK}".strip(),
    )
    error.trace = event.trace
    return error


def _said(lines) -> str:
    if not lines:
        return "the board printed nothing at all; press its reset button and run 'potluck watch'"
    return "the last lines from the board:\n" + "\n".join(f"    {line}" for line in lines)
