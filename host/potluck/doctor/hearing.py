# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Listen to what a board says by itself, also to one that goes off USB and comes back meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from potluck import link as links
from potluck.errors import PortBusy, PortGone, PortNotFound
from potluck.link.base import Link
from potluck.telemetry import Hello, Parser

BACK_S = 6.0  # so long a board may stay away; most are back within two seconds
LOOPS = 2  # times that a board goes: once may be a reset that somebody pressed
_ONCE_MORE_S = 9.0  # a recipe that crashes starts again after 3 s, and leaves a window of 5 s


class Heard(NamedTuple):
    """log: all that came, as text; hello: the last one; went: how often the port went; line: the link now."""

    log: str
    hello: Hello | None
    went: int
    line: Link


def hear(line: Link, listen_s: float, again: Callable[[], Link] | None = None) -> Heard:
    """Listen for listen_s, and longer to a board that went, to see whether it goes again.

    again   opens the port of the same board anew
    Raises PortGone when the board does not come back, or nobody knows how to open it.
    """
    parser, raw, hello, went = Parser(), bytearray(), None, 0
    end = time.monotonic() + listen_s
    while (left_s := end - time.monotonic()) > 0 and went < LOOPS:
        try:
            data = line.read(min(left_s, 0.25))
        except PortGone:
            line, went = _back(line, again), went + 1
            end = time.monotonic() + _ONCE_MORE_S
            continue
        raw += data
        for event in parser.feed(data):
            hello = event if isinstance(event, Hello) else hello
    return Heard(raw.decode("utf-8", "replace"), hello, went, line)


def opener(port: str) -> Callable[[], Link]:
    """A function that opens the port of the board which is at `port` now, whatever it is called later."""
    found = links.board_at(port)

    def again() -> Link:
        if found:
            for one in links.find_boards():
                if one.key == found.key:
                    return links.open_port(one.port)
        return links.open_port(port)

    return again


def _back(line: Link, again: Callable[[], Link] | None) -> Link:
    line.close()
    end = time.monotonic() + BACK_S
    while again:
        try:
            return again()
        except (PortNotFound, PortGone, PortBusy):
            if time.monotonic() >= end:
                break
            time.sleep(0.1)
    raise PortGone(
        "the port has gone and did not come back", where=line.name,
        do="plug the board in again; if it goes by itself, try another cable, and unplug what is wired to the board",
    )  # fmt: skip
