# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Listen at many ports at once, for a moment. A port that sends a valid frame is asked for its hello."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from potluck import link as links
from potluck.errors import PortPermission, PotluckError
from potluck.link.memory import Facts, facts_of
from potluck.telemetry import Damaged, Hello, Parser, Text, command

LISTEN_S = 0.1
_ANSWER_S = 0.3  # a board answers a command within two turns of its reader, 40 ms, and its queue's rest
_MOST_THREADS = 32


class Heard(NamedTuple):
    """facts: None when no hello came; source: "frame"; note: why nothing was heard, when that is known."""

    facts: Facts | None = None
    source: str = ""
    note: str = ""


def listen(ports: Sequence[str], listen_s: float = LISTEN_S) -> dict[str, Heard]:
    """port → what was heard within listen_s, all ports at the same time."""
    if not ports:
        return {}
    with ThreadPoolExecutor(min(len(ports), _MOST_THREADS)) as pool:
        return dict(zip(ports, pool.map(lambda port: _one(port, listen_s), ports), strict=True))


def _one(port: str, listen_s: float) -> Heard:
    try:
        with links.open_port(port) as line:
            hello = _hello(line, listen_s)
    except PortPermission as wrong:
        return Heard(note=f"no permission: {wrong.do}")
    except PotluckError as wrong:
        return Heard(note=wrong.what)
    return Heard(facts_of(hello), "frame") if hello else Heard()


def _hello(line, listen_s: float) -> Hello | None:
    parser, asked = Parser(), False
    end = time.monotonic() + listen_s
    while (left_s := end - time.monotonic()) > 0:
        for event in parser.feed(line.read(left_s)):
            if isinstance(event, Hello):
                return event
            if not asked and not isinstance(event, Text | Damaged):
                # a frame whose checksum is right: this line is potluck's
                line.write(command(int(time.time() * 1000) % (1 << 29), "hello"))
                asked, end = True, time.monotonic() + _ANSWER_S
    return None
