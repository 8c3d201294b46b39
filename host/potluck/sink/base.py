# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a sink is: it is told of a session from its opening to its summary, and keeps or shows it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from potluck.telemetry.events import Damaged, Hello, Log, Sample, Text


@dataclass(frozen=True, slots=True)
class Session:
    """One stretch of listening to one port. `started_s` is host time, seconds since 1970 UTC."""

    port: str
    started_s: float


@dataclass(frozen=True, slots=True)
class Summary:
    """How a session went.

    received  samples that arrived, each counted once
    lost      frames (of any kind) that the board numbered and that did not arrive
    damaged   frames that arrived broken; when one is sent again it is not lost
    seconds   how long we listened
    """

    received: int = 0
    lost: int = 0
    damaged: int = 0
    seconds: float = 0.0
    frames: int = 0
    boots: int = 0
    recipe: str = ""
    version: str = ""
    hash: str = ""
    board: str = ""
    interrupted: bool = False

    def __str__(self) -> str:
        return f"{self.received} received, {self.lost} lost, {self.damaged} damaged"

    def as_dict(self) -> dict:
        return {**asdict(self), "seconds": round(self.seconds, 3)}


class Sink:
    """A sink overrides what it cares for.

    Order of calls: open; then hello, sample, line and note in the order of arrival, with a commit
    after every read of the port; close once, also after an error. A hello comes before the first
    sample of a boot. `at_s` is host time, seconds since 1970 UTC. What commit() returned from is
    kept, whatever happens to this process. Errors are PotluckErrors.
    """

    def open(self, session: Session) -> None: ...

    def hello(self, hello: Hello, at_s: float) -> None: ...

    def sample(self, sample: Sample, at_s: float) -> None: ...

    def line(self, event: Log | Text | Damaged, at_s: float) -> None:
        """A log frame, or text that was no frame."""

    def note(self, text: str, at_s: float) -> None:
        """Something that the host, not the board, has to say about the session."""

    def commit(self) -> None: ...

    def close(self, summary: Summary) -> None: ...


def iso(at_s: float) -> str:
    """Host time as text, UTC, to the millisecond: 2026-11-23T08:15:00.250Z."""
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
