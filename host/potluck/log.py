# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What was logged: the list of sessions, a session told again to any sink, and a log set aside."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from potluck import errors
from potluck.sink import default_log
from potluck.sink.base import Session, Sink, Summary
from potluck.sink.sqlite import connect, told
from potluck.telemetry.events import Channel, Damaged, Hello, Log, Sample, Text

__all__ = ["Logged", "default_log", "replay", "sessions", "set_aside"]


@dataclass(frozen=True, slots=True)
class Logged:
    """One session of the log. `ended_at` is "" for one that still runs or was killed."""

    id: int
    port: str
    started_at: str
    ended_at: str
    seconds: float
    received: int
    lost: int
    damaged: int
    boots: int
    recipe: str
    version: str
    hash: str
    board: str
    board_id: str
    micropython: str

    def as_dict(self) -> dict:
        return asdict(self)


# What a killed session did not write about itself is counted: its samples are all there.
_SESSIONS = """
    SELECT session.id, port, started_at, coalesce(ended_at, ''),
           coalesce(seconds, (julianday((SELECT max(host_at) FROM sample WHERE run_id IN
               (SELECT id FROM run WHERE session_id = session.id))) - julianday(started_at)) * 86400, 0),
           coalesce(received, (SELECT count(*) FROM sample WHERE run_id IN
               (SELECT id FROM run WHERE session_id = session.id))),
           coalesce(lost, 0),
           coalesce(damaged, (SELECT count(*) FROM line WHERE session_id = session.id AND kind = 'damaged')),
           (SELECT count(DISTINCT boot) FROM run WHERE session_id = session.id),
           coalesce(recipe, ''), coalesce(version, ''), coalesce(hash, ''), coalesce(board, ''),
           coalesce(board_id, ''), coalesce(micropython, '')
    FROM session LEFT JOIN run ON run.id = (SELECT max(id) FROM run WHERE session_id = session.id)
"""


def sessions(path: Path | None = None) -> list[Logged]:
    """All sessions, the oldest first; [] when there is no log yet. LogLocked, LogCorrupt, LogUnusable."""
    path = path or default_log()
    if not path.exists():
        return []
    with closing(connect(path)) as db, told(path):
        return [_logged(row) for row in db.execute(_SESSIONS + " ORDER BY session.id")]


def replay(sink: Sink, session_id: int | None = None, path: Path | None = None) -> Logged:
    """Tell a session (the last one when none is named) to `sink`, samples in the order of the board.

    SessionUnknown when there is no such session.
    """
    path = path or default_log()
    if session_id is None and not path.exists():
        raise errors.SessionUnknown(
            "nothing is logged yet", where=str(path), do="'potluck watch' logs what it shows"
        )
    with closing(connect(path)) as db, told(path):
        row = db.execute(
            _SESSIONS + " WHERE session.id = coalesce(?, (SELECT max(id) FROM session))", (session_id,)
        ).fetchone()
        if row is None:
            what = "nothing is logged yet" if session_id is None else f"the log has no session {session_id}"
            raise errors.SessionUnknown(what, where=str(path), do="'potluck log list' lists the sessions")
        logged = _logged(row)
        sink.open(Session(logged.port, _seconds(logged.started_at)))
        for event, at_s in _events(db, logged.id):
            _tell(sink, event, at_s)
        sink.commit()
        sink.close(_summary(logged))
    return logged


def set_aside(path: Path, *, now: datetime | None = None) -> Path:
    """Rename a log (and what belongs to it) so that the next session begins a new one; the new path."""
    path = Path(path)
    stamp = (now or datetime.now()).strftime("%Y%m%d-%H%M%S")
    new = path.with_name(f"{path.stem}.aside-{stamp}{path.suffix}")
    if not path.exists():
        raise errors.LogUnusable("there is no such log", where=str(path), do="'potluck watch' writes one")
    if new.exists():
        raise errors.LogUnusable(f"{new.name} is there already", where=str(path), do="try again in a second")
    try:
        # The write-ahead log first: with it under a new name, the old name never has a half of each.
        for suffix in ("-wal", "-shm", ""):
            piece = path.with_name(path.name + suffix)
            if piece.exists():
                piece.rename(new.with_name(new.name + suffix))
    except OSError as error:
        raise errors.LogUnusable(
            f"it cannot be renamed ({error.strerror})",
            where=str(path),
            do="close the programs that have it open",
        ) from error
    return new


def _logged(row: tuple) -> Logged:
    logged = Logged(*row)
    return Logged(**{**asdict(logged), "seconds": round(logged.seconds, 3)})


def _summary(logged: Logged) -> Summary:
    return Summary(
        received=logged.received,
        lost=logged.lost,
        damaged=logged.damaged,
        seconds=logged.seconds,
        boots=logged.boots,
        recipe=logged.recipe,
        version=logged.version,
        hash=logged.hash,
        board=logged.board,
    )


def _events(db: sqlite3.Connection, session_id: int) -> Iterator[tuple[object, float]]:
    """Everything of a session: run by run, samples by their number, lines where they belong."""
    yield from _merge(iter(()), _lines(db, session_id, None))
    runs = db.execute(
        "SELECT id, device_ms, recipe, version, hash, board, board_id, boot, micropython, runtime,"
        " channels, host_at FROM run WHERE session_id = ? ORDER BY id",
        (session_id,),
    ).fetchall()
    for run_id, t_ms, *who, channels, at in runs:
        yield Hello(0, t_ms, *who, channels=tuple(map(_channel, json.loads(channels)))), _seconds(at)
        samples = (
            (Sample(n, t_ms, tuple(json.loads(values))), at)
            for n, t_ms, values, at in db.execute(
                'SELECT n, device_ms, "values", host_at FROM sample WHERE run_id = ? ORDER BY n', (run_id,)
            )
        )
        yield from _merge(samples, _lines(db, session_id, run_id))


def _lines(db: sqlite3.Connection, session_id: int, run_id: int | None) -> Iterator[tuple[object, str]]:
    for n, t_ms, at, kind, text, trace in db.execute(
        "SELECT n, device_ms, host_at, kind, text, trace FROM line"
        " WHERE session_id = ? AND run_id IS ? ORDER BY id",
        (session_id, run_id),
    ):
        if n is not None:
            yield Log(n, t_ms, kind, text, trace), at
        elif kind == "note":
            yield text, at
        else:
            yield (Damaged(text, "") if kind == "damaged" else Text(text)), at


def _merge(samples, lines) -> Iterator[tuple[object, float]]:
    """A line goes before the first sample with a higher number; one without a number, by host time."""
    waiting = next(lines, None)
    for sample, at in samples:
        while waiting is not None and (
            waiting[0].n < sample.n if isinstance(waiting[0], Log) else waiting[1] <= at
        ):
            yield waiting[0], _seconds(waiting[1])
            waiting = next(lines, None)
        yield sample, _seconds(at)
    while waiting is not None:
        yield waiting[0], _seconds(waiting[1])
        waiting = next(lines, None)


def _tell(sink: Sink, event, at_s: float) -> None:
    if isinstance(event, Sample):
        sink.sample(event, at_s)
    elif isinstance(event, Hello):
        sink.hello(event, at_s)
    elif isinstance(event, str):
        sink.note(event, at_s)
    else:
        sink.line(event, at_s)


def _channel(said: dict) -> Channel:
    return Channel(said["name"], said["unit"], said["decimals"], tuple(said["states"]))


def _seconds(iso: str) -> float:
    return datetime.fromisoformat(iso).timestamp()
