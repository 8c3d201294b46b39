# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Samples as a table for a spreadsheet: one row per sample, one column per channel.

Log lines have no place in it. A file is appended to when its columns are the same.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from potluck import errors
from potluck.sink.base import Session, Sink, Summary, iso
from potluck.sink.files import Appender, told
from potluck.telemetry.events import Channel, Hello, Sample


def log(path: Path) -> Sink:
    """The sink that appends samples to the table at `path`."""
    return CsvSink(lambda: Appender(Path(path)), lambda: _first_row(Path(path)), where=str(path))


class CsvSink(Sink):
    """Columns: host_time (UTC), boot, n, device_s, then one per channel, "name (unit)".

    Writes to what `opened()` returns, `.add(str)`, `.flush()`, `.close()`, `.empty`; `first_row()`
    is what stands at the head of one that is not empty.
    """

    def __init__(self, opened, first_row=list, *, where: str = ""):
        self._opened, self._first_row, self._where = opened, first_row, where
        self._file = None
        self._boot = ""
        self._columns: list[str] = []

    def open(self, session: Session) -> None:
        self._file = self._opened()

    def hello(self, hello: Hello, at_s: float) -> None:
        self._boot = hello.boot
        columns = heading(hello.channels)
        if hello.safe or columns == self._columns:
            return
        if self._file.empty:
            self._file.add(row(columns))
        elif self._columns or columns != self._first_row():
            raise errors.LogUnusable(
                "the table has other columns than the board's channels",
                where=self._where,
                do="choose another file with --log FILE",
            )
        self._columns = columns

    def sample(self, sample: Sample, at_s: float) -> None:
        values = ("" if value is None else value for value in sample.values)
        self._file.add(row([iso(at_s), self._boot, sample.n, f"{sample.t_ms / 1000:.3f}", *values]))

    def commit(self) -> None:
        self._file.flush()

    def close(self, summary: Summary) -> None:
        if self._file is not None:
            self._file.close()


def heading(channels: tuple[Channel, ...]) -> list[str]:
    """The column names for these channels."""
    names = [c.name if c.unit == "1" else f"{c.name} ({c.unit})" for c in channels]
    return ["host_time", "boot", "n", "device_s", *names]


def row(cells: list) -> str:
    """One line of CSV. A text that a spreadsheet would take for a formula is quoted with an apostrophe."""
    out = io.StringIO()
    safe = ["'" + cell if isinstance(cell, str) and cell[:1] in ("=", "+", "@") else cell for cell in cells]
    csv.writer(out, lineterminator="\n").writerow(safe)
    return out.getvalue()


def _first_row(path: Path) -> list[str]:
    try:
        with open(path, encoding="utf-8", errors="backslashreplace", newline="") as file:
            return next(csv.reader(file), [])
    except csv.Error:
        return []
    except OSError as error:
        raise told(error, path) from error
