# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The log: an SQLite file that any tool can read, safe against a kill at any instant.

A session is one watch of one port; a run is one boot of the board within it (or one recipe, when
it changed). Samples hold their values as a JSON array in the order of the run's channels; the view
`reading` has one row per value.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from pathlib import Path

from potluck import errors
from potluck.sink.base import Session, Sink, Summary, iso
from potluck.telemetry.events import Damaged, Hello, Log, Sample, Text

# How long another program may hold the log before we give up. The board keeps frames meanwhile.
BUSY_S = 5.0
# "potl": lets `file` and us tell a potluck log from another program's database
APPLICATION_ID = 0x706F746C

# Each entry takes a log from the schema version of its index to the next; never edit one that was released.
_MIGRATIONS = (
    """
    CREATE TABLE session (
        id INTEGER PRIMARY KEY,
        port TEXT NOT NULL,
        started_at TEXT NOT NULL,       -- host time, UTC
        ended_at TEXT,                  -- NULL: still running, or killed
        seconds REAL, received INTEGER, lost INTEGER, damaged INTEGER
    );
    CREATE TABLE run (
        id INTEGER PRIMARY KEY,
        session_id INTEGER NOT NULL REFERENCES session(id) ON DELETE CASCADE,
        boot TEXT NOT NULL,             -- the board's random id of this boot
        board TEXT NOT NULL, board_id TEXT NOT NULL,
        micropython TEXT NOT NULL, runtime TEXT NOT NULL,
        recipe TEXT NOT NULL, version TEXT NOT NULL, hash TEXT NOT NULL,
        channels TEXT NOT NULL,         -- JSON: [{"name", "unit", "decimals", "states"}]
        host_at TEXT NOT NULL, device_ms INTEGER NOT NULL  -- the same instant on both clocks
    );
    CREATE INDEX run_session ON run(session_id);
    CREATE TABLE sample (
        run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
        n INTEGER NOT NULL,             -- frame number since boot
        device_ms INTEGER NOT NULL,     -- since boot
        host_at TEXT NOT NULL,          -- when it arrived
        "values" TEXT NOT NULL,         -- JSON array
        PRIMARY KEY (run_id, n)
    ) WITHOUT ROWID;
    CREATE TABLE line (
        id INTEGER PRIMARY KEY,
        session_id INTEGER NOT NULL REFERENCES session(id) ON DELETE CASCADE,
        run_id INTEGER REFERENCES run(id) ON DELETE CASCADE,
        n INTEGER, device_ms INTEGER,   -- NULL for what was no frame
        host_at TEXT NOT NULL,
        kind TEXT NOT NULL,             -- info, warning, error; text, damaged; note (the host's word)
        text TEXT NOT NULL,
        trace TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX line_session ON line(session_id);
    CREATE VIEW reading AS
        SELECT run.session_id, run.id AS run_id, sample.n, sample.device_ms, sample.host_at,
               json_extract(channel.value, '$.name') AS channel,
               json_extract(channel.value, '$.unit') AS unit,
               json_extract(sample."values", '$[' || channel.key || ']') AS value
        FROM sample JOIN run ON run.id = sample.run_id, json_each(run.channels) AS channel;
    """,
)


def log(path: Path) -> Sink:
    """The sink that appends sessions to the log at `path`."""
    return SqliteSink(path)


class SqliteSink(Sink):
    """Appends one session. What commit() returned from survives kill -9 and, with FULL, a power cut."""

    def __init__(self, path: Path):
        self.path = Path(path)
        self.session_id: int | None = None
        self._db: sqlite3.Connection | None = None
        self._run_id: int | None = None

    def open(self, session: Session) -> None:
        self._db = connect(self.path, create=True)
        row = (session.port, iso(session.started_s))
        self.session_id = self._write("INSERT INTO session (port, started_at) VALUES (?, ?)", row).lastrowid
        self.commit()

    def hello(self, hello: Hello, at_s: float) -> None:
        channels = [
            {"name": c.name, "unit": c.unit, "decimals": c.decimals, "states": c.states}
            for c in hello.channels
        ]
        self._run_id = self._write(
            "INSERT INTO run (session_id, boot, board, board_id, micropython, runtime, recipe, version, hash,"
            " channels, host_at, device_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.session_id,
                hello.boot,
                hello.board,
                hello.id,
                hello.micropython,
                hello.runtime,
                hello.recipe,
            )
            + (hello.version, hello.hash, json.dumps(channels, ensure_ascii=False), iso(at_s), hello.t_ms),
        ).lastrowid
        if hello.safe:
            self._line(hello.n, hello.t_ms, at_s, "warning", f"safe mode: {hello.safe}")

    def sample(self, sample: Sample, at_s: float) -> None:
        self._write(
            'INSERT OR IGNORE INTO sample (run_id, n, device_ms, host_at, "values") VALUES (?, ?, ?, ?, ?)',
            (self._run_id, sample.n, sample.t_ms, iso(at_s), json.dumps(sample.values)),
        )

    def line(self, event: Log | Text | Damaged, at_s: float) -> None:
        if isinstance(event, Log):
            self._line(event.n, event.t_ms, at_s, event.level, event.text, event.trace)
        else:
            self._line(None, None, at_s, "text" if isinstance(event, Text) else "damaged", event.text)

    def note(self, text: str, at_s: float) -> None:
        self._line(None, None, at_s, "note", text)

    def commit(self) -> None:
        if self._db.in_transaction:
            with told(self.path):
                self._db.execute("COMMIT")

    def close(self, summary: Summary) -> None:
        if self._db is None:
            return
        db = self._db
        try:
            self._write(
                "UPDATE session SET ended_at = strftime('%Y-%m-%dT%H:%M:%fZ', started_at, ? || ' seconds'),"
                " seconds = ?, received = ?, lost = ?, damaged = ? WHERE id = ?",
                (f"{summary.seconds:.3f}", round(summary.seconds, 3), summary.received, summary.lost)
                + (summary.damaged, self.session_id),
            )
            self.commit()
        finally:
            self._db = None
            with told(self.path):
                db.close()

    def _line(self, n, t_ms, at_s, kind, text, trace="") -> None:
        self._write(
            "INSERT INTO line (session_id, run_id, n, device_ms, host_at, kind, text, trace)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (self.session_id, self._run_id, n, t_ms, iso(at_s), kind, text, trace),
        )

    def _write(self, sql: str, row: tuple) -> sqlite3.Cursor:
        with told(self.path):
            if not self._db.in_transaction:
                self._db.execute("BEGIN IMMEDIATE")
            return self._db.execute(sql, row)


def connect(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """An open log of the newest schema, in autocommit mode; LogUnusable when it is none."""
    path = Path(path)
    try:
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
        elif not path.exists():
            raise errors.LogUnusable("there is no such log", where=str(path), do="'potluck watch' writes one")
    except OSError as error:
        if isinstance(error, errors.PotluckError):
            raise
        raise errors.LogUnusable(
            f"its folder cannot be made ({error.strerror})",
            where=str(path),
            do="choose another file with --log FILE",
        ) from error
    with told(path):
        db = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        with told(path):
            _prepare(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    version = db.execute("PRAGMA user_version").fetchone()[0]
    ours = db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    if not ours and (version or db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]):
        raise errors.LogUnusable(
            "this database is another program's", where=str(path), do="choose another file with --log FILE"
        )
    if version > len(_MIGRATIONS):
        raise errors.LogUnusable(
            f"a newer potluck wrote this log (schema {version}, we know {len(_MIGRATIONS)})",
            where=str(path),
            do="upgrade potluck, or choose another file with --log FILE",
        )
    db.execute("PRAGMA journal_mode = WAL")
    # FULL: a committed sample also survives the loss of power. It costs one fsync per read of the port
    # (0.3 ms here), not per sample: at 50,000 frames at once 29,000 frames/s against NORMAL's 38,000.
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    if version < len(_MIGRATIONS):
        db.execute("BEGIN IMMEDIATE")  # two watches may start at once on a new log
        try:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            for sql in _MIGRATIONS[version:]:
                for statement in _statements(sql):
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise


def _statements(sql: str):
    """One by one, because executescript() would commit the transaction first."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def told(path: Path):
    """Turn what SQLite says into the errors that people are told."""
    try:
        yield
    except sqlite3.Error as error:
        raise _told(error, path) from error


def _told(error: sqlite3.Error, path: Path) -> errors.PotluckError:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    where = str(path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return errors.LogLocked(
            f"another program has held the log for {BUSY_S:g} s",
            where=where,
            do="close the program that has it open, or log elsewhere with --log FILE; nothing logged is lost",
        )
    if code == sqlite3.SQLITE_FULL or code == sqlite3.SQLITE_IOERR and _no_room(path):
        return errors.LogFull(
            "there is no room left for the log",
            where=where,
            do="free some space, or log elsewhere with --log FILE; all that was logged is there",
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return errors.LogCorrupt(
            "the log is damaged or is no potluck log",
            where=where,
            do="'potluck log set-aside' renames it, so that a new one is begun, and deletes nothing;"
            " or log elsewhere with --log FILE",
        )
    return errors.LogUnusable(
        f"the log cannot be used ({error})",
        where=where,
        do="look at its permissions, or choose another with --log FILE",
    )


def _no_room(path: Path) -> bool:
    import shutil

    try:
        return shutil.disk_usage(path.parent).free < 1 << 20
    except OSError:
        return False
