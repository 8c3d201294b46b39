# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""One JSON object per line, for programs; the last line of a session is its summary.

Every object has `kind`: session, hello, sample, info, warning, error, text, damaged, note or summary,
and `at`, host time in UTC.
"""

from __future__ import annotations

import json
from pathlib import Path

from potluck.sink.base import Session, Sink, Summary, iso
from potluck.sink.files import Appender
from potluck.telemetry.events import Damaged, Hello, Log, Sample, Text


def log(path: Path) -> Sink:
    """The sink that appends to the file at `path`."""
    return JsonlSink(lambda: Appender(Path(path)))


class JsonlSink(Sink):
    """Writes to what `opened()` returns: `.add(str)`, `.flush()`, `.close()`."""

    def __init__(self, opened):
        self._opened = opened
        self._file = None
        self._names: list[str] = []
        self._end_s = 0.0

    def open(self, session: Session) -> None:
        self._file = self._opened()
        self._end_s = session.started_s
        self._write("session", session.started_s, port=session.port)
        self.commit()

    def hello(self, hello: Hello, at_s: float) -> None:
        said = as_dict(hello)
        self._names = [channel.name for channel in hello.channels]
        self._write("hello", at_s, **said)

    def sample(self, sample: Sample, at_s: float) -> None:
        self._write(
            "sample",
            at_s,
            n=sample.n,
            t_ms=sample.t_ms,
            values=dict(zip(self._names, sample.values, strict=False)),
        )

    def line(self, event: Log | Text | Damaged, at_s: float) -> None:
        if isinstance(event, Log):
            trace = {"trace": event.trace} if event.trace else {}
            self._write(event.level, at_s, n=event.n, t_ms=event.t_ms, text=event.text, **trace)
        else:
            self._write("text" if isinstance(event, Text) else "damaged", at_s, text=event.text)

    def note(self, text: str, at_s: float) -> None:
        self._write("note", at_s, text=text)

    def commit(self) -> None:
        self._file.flush()

    def close(self, summary: Summary) -> None:
        if self._file is not None:
            self._write("summary", self._end_s + summary.seconds, **summary.as_dict())
            self._file.close()

    def _write(self, kind: str, at_s: float, **said) -> None:
        self._file.add(json.dumps({"kind": kind, "at": iso(at_s), **said}, ensure_ascii=False) + "\n")


def as_dict(hello: Hello) -> dict:
    """A hello for JSON: who the board is, and its channels by their parts' names."""
    return {
        "recipe": hello.recipe,
        "version": hello.version,
        "hash": hello.hash,
        "board": hello.board,
        "id": hello.id,
        "boot": hello.boot,
        "micropython": hello.micropython,
        "runtime": hello.runtime,
        "safe": hello.safe,
        "channels": [
            {"name": c.name, "unit": c.unit, "decimals": c.decimals, "states": list(c.states)}
            for c in hello.channels
        ],
    }
