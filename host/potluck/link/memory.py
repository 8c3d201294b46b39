# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What was learned of a board the last time it spoke, kept by the board's key.

Whoever hears a hello, or asks a board, tells it here; `potluck devs` shows it for boards that say nothing at
the moment.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, fields

from potluck import places
from potluck.link import kept
from potluck.link.find import board_at
from potluck.telemetry import Hello

_MOST = 200  # boards; the one that was silent for longest gives way


@dataclass(frozen=True)
class Facts:
    """What is known of the program on a board; "" for what is not.

    firmware        "MicroPython", "CircuitPython"
    version         its version, "1.26.1"
    board           potluck's name of the board's kind ("pico"), or what the firmware calls it
    recipe          the running recipe; recipe_version, hash: which of its versions
    safe            why the board is in safe mode
    id              the chip's unique id, hex
    at_s            when it was said, seconds since 1970
    """

    firmware: str = ""
    version: str = ""
    board: str = ""
    recipe: str = ""
    recipe_version: str = ""
    hash: str = ""
    safe: str = ""
    id: str = ""
    at_s: float = 0.0


def facts_of(hello: Hello, at_s: float | None = None) -> Facts:
    """What a hello says."""
    return Facts(
        firmware="MicroPython",
        version=hello.micropython,
        board=hello.board,
        recipe=hello.recipe,
        recipe_version=hello.version,
        hash=hello.hash,
        safe=hello.safe,
        id=hello.id,
        at_s=time.time() if at_s is None else at_s,
    )


def remember(learned: dict[str, Facts]) -> None:
    """Keep facts, key → Facts. A folder that cannot be written is no reason to fail."""
    if not learned:
        return
    try:
        table = kept.read(_file()) | {key: asdict(facts) for key, facts in learned.items()}
        newest = sorted(table, key=lambda key: _facts(table[key]).at_s, reverse=True)[:_MOST]
        kept.write(_file(), {key: table[key] for key in newest})
    except OSError:
        pass


def noticed(port: str, hello: Hello) -> None:
    """A board at this port has said hello."""
    found = board_at(port)
    if found is not None:
        remember({found.key: facts_of(hello)})


def recall() -> dict[str, Facts]:
    """key → what was learned last."""
    return {key: _facts(row) for key, row in kept.read(_file()).items()}


def _facts(row: dict) -> Facts:
    known = {}
    for field in fields(Facts):
        value = row.get(field.name)
        if field.name == "at_s":
            known["at_s"] = float(value) if isinstance(value, int | float) else 0.0
        elif isinstance(value, str):
            known[field.name] = value
    return Facts(**known)


def _file():
    return places.data_dir() / "seen.json"
