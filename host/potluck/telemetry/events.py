# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What can come up a serial line. `n` counts frames since boot, `t_ms` is milliseconds since boot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Channel:
    """One measured or reported quantity. `unit` is a UCUM code ("1": none); `states` names 0, 1, 2 …"""

    name: str
    unit: str = "1"
    decimals: int | None = None
    states: tuple[str, ...] = ()


@dataclass(slots=True)
class Sample:
    """One value per channel, in the order of the last hello; None where the board has no value."""

    n: int
    t_ms: int
    values: tuple[int | float | None, ...]


@dataclass(slots=True)
class Hello:
    """Who the board is. `boot` is new at every boot; `safe` says why it runs no recipe ("" when it does)."""

    n: int
    t_ms: int
    recipe: str = ""
    version: str = ""
    hash: str = ""
    board: str = ""
    id: str = ""
    boot: str = ""
    micropython: str = ""
    runtime: str = ""
    channels: tuple[Channel, ...] = ()
    safe: str = ""


@dataclass(slots=True)
class Log:
    """The runtime's or the recipe's word: `level` is info, warning, error, or returned (a new version
    failed, `text` says why, and this is the one before); `trace` a traceback or ""."""

    n: int
    t_ms: int
    level: str
    text: str
    trace: str = ""


@dataclass(slots=True)
class Answer:
    """The board's reply to the command with this id; `data` is whatever else the reply says."""

    n: int
    t_ms: int
    re: int
    ok: bool
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Other:
    """A whole, numbered frame of a kind that this host does not know: from a newer runtime."""

    n: int
    t_ms: int
    data: dict[str, Any]


@dataclass(slots=True)
class Text:
    """Anything that is no frame, a line or a piece of one, without its line end.

    `cut`: its beginning was sent before we listened, and it looks like the tail of a frame.
    """

    text: str
    cut: bool = False


@dataclass(slots=True)
class Damaged:
    """What began like a frame and is none: `reason` is "cut", "checksum" or "form"."""

    text: str
    reason: str


Event = Sample | Hello | Log | Answer | Other | Text | Damaged
