# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime

import pytest
from potluck import errors, log, places
from potluck.sink import default_log, log_to, sqlite
from potluck.sink.base import Session, Sink, Summary
from potluck.telemetry import Channel, Damaged, Hello, Log, Sample, Text

from tests.needs import need

HELLO = Hello(
    0,
    15,
    recipe="plant-waterer",
    version="1.0.0",
    hash="a1b2c3d4e5f6",
    board="pico",
    id="e661",
    boot="5f3a09c1",
    micropython="1.26.1",
    runtime="0.1.0",
    channels=(Channel("moisture", "%", 1), Channel("tank", "1", 0, ("empty", "water"))),
)
AT = 1_795_000_000.25


@pytest.fixture
def path(tmp_path):
    return tmp_path / "new folder" / "log.sqlite"


def begun(path, samples=3) -> Sink:
    sink = log_to(path)
    sink.open(Session("virtual:pico", AT))
    sink.hello(HELLO, AT)
    for n in range(1, samples + 1):
        sink.sample(Sample(n, n * 1000, (41.5, n % 2)), AT + n)
    sink.commit()
    return sink


def numbers(path) -> list[int]:
    with closing(sqlite3.connect(path)) as db:
        return [n for (n,) in db.execute("SELECT n FROM sample ORDER BY n")]


class Recorder(Sink):
    def __init__(self):
        self.told = []

    def __getattribute__(self, name):
        if name in ("open", "hello", "sample", "line", "note", "close"):
            return lambda *args: self.told.append((name, *args))
        return super().__getattribute__(name)


def test_a_session_is_told_again_as_it_was(path):
    sink = log_to(path)
    sink.open(Session("virtual:pico", AT))
    sink.line(Text("boot"), AT)
    sink.hello(HELLO, AT + 1)
    sink.sample(Sample(1, 1000, (41.5, 1)), AT + 2)
    sink.line(Log(3, 3000, "error", "look: oops", "Traceback"), AT + 3)
    sink.sample(Sample(4, 4000, (None, 0)), AT + 4)
    sink.sample(Sample(2, 2000, (41.25, 1)), AT + 5)  # sent again
    sink.sample(Sample(2, 2000, (41.25, 1)), AT + 5)
    sink.line(Damaged('{"n', "cut"), AT + 6)
    sink.note("the port is back", AT + 7)
    sink.commit()
    summary = Summary(received=3, lost=1, damaged=1, seconds=8.5)
    sink.close(summary)

    recorder = Recorder()
    logged = log.replay(recorder, None, path)
    assert recorder.told == [
        ("open", Session("virtual:pico", AT)),
        ("line", Text("boot"), AT),
        ("hello", HELLO, AT + 1),
        ("sample", Sample(1, 1000, (41.5, 1)), AT + 2),
        ("sample", Sample(2, 2000, (41.25, 1)), AT + 5),
        ("line", Log(3, 3000, "error", "look: oops", "Traceback"), AT + 3),
        ("sample", Sample(4, 4000, (None, 0)), AT + 4),
        ("line", Damaged('{"n', ""), AT + 6),
        ("note", "the port is back", AT + 7),
        ("close", recorder.told[-1][1]),
    ]
    assert str(recorder.told[-1][1]) == "3 received, 1 lost, 1 damaged"
    assert logged.ended_at == "2026-11-18T11:06:48.750Z"
    (listed,) = log.sessions(path)
    assert listed == logged
    assert (listed.recipe, listed.hash, listed.board_id, listed.micropython) == (
        "plant-waterer",
        "a1b2c3d4e5f6",
        "e661",
        "1.26.1",
    )


def test_readings_can_be_asked_for_in_sql(path):
    begun(path, 1).close(Summary())
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT channel, unit, value, device_ms FROM reading ORDER BY channel").fetchall()
    assert rows == [("moisture", "%", 41.5, 1000), ("tank", "1", 1, 1000)]


def test_each_commit_is_there_for_others_at_once(path):
    sink = begun(path)
    assert numbers(path) == [1, 2, 3]
    sink.sample(Sample(4, 4000, (1, 1)), AT)
    assert numbers(path) == [1, 2, 3]
    sink.commit()
    assert numbers(path) == [1, 2, 3, 4]
    sink.close(Summary())


def test_two_watches_share_the_log(path):
    one, two = begun(path), begun(path)
    one.close(Summary())
    two.close(Summary())
    assert [session.received for session in log.sessions(path)] == [0, 0]
    assert len(numbers(path)) == 6


def test_the_default_log_is_in_the_data_folder():
    assert default_log() == places.data_dir() / "log.sqlite"


_CHILD = """
import sys
from potluck.sink import log_to
from tests.host.sink.test_sqlite import begun
from potluck.telemetry import Sample
sink = begun(sys.argv[1], 0)
n = 0
while True:
    n += 1
    sink.sample(Sample(n, n, (1.5, 1)), 1.0)
    sink.commit()
    print(n, flush=True)
"""


@pytest.mark.parametrize("after", [1, 40, 333])
def test_killed_at_any_instant_no_sample_that_was_shown_is_lost(path, after):
    need("posix")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(["host", "."])}
    root = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(path)], stdout=subprocess.PIPE, text=True, cwd=root, env=env
    )
    shown = [int(child.stdout.readline()) for _ in range(after)]
    child.send_signal(signal.SIGKILL)
    shown += [int(line) for line in child.stdout.read().splitlines() if line.isdigit()]
    child.wait()
    child.stdout.close()
    there = numbers(path)
    assert there[: len(shown)] == shown
    assert len(there) - len(shown) <= 1
    # and the next session goes on
    begun(path).close(Summary(received=3))
    killed, whole = log.sessions(path)
    assert (killed.ended_at, killed.received, whole.received) == ("", len(there), 3)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_locked(path, monkeypatch):
    sink = begun(path)
    monkeypatch.setattr(sqlite, "BUSY_S", 0.01)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        sink._db.execute("PRAGMA busy_timeout = 10")
        with pytest.raises(errors.LogLocked, match="close the program"):
            sink.sample(Sample(4, 4000, (1, 1)), AT)
        with pytest.raises(errors.LogLocked):
            log_to(path).open(Session("x", AT))
        with pytest.raises(errors.LogLocked):
            sink.close(Summary())
    assert numbers(path) == [1, 2, 3]


def test_exclusively_locked_log_is_told_when_it_is_opened_or_read(path, monkeypatch):
    path.parent.mkdir()
    monkeypatch.setattr(sqlite, "BUSY_S", 0.01)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE x (y)")
        other.execute("BEGIN EXCLUSIVE")
        for work in (lambda: log_to(path).open(Session("x", AT)), lambda: log.sessions(path)):
            with pytest.raises(errors.LogLocked):
                work()


def test_full(path):
    sink = begun(path)
    pages = sink._db.execute("PRAGMA page_count").fetchone()[0]
    sink._db.execute(f"PRAGMA max_page_count = {pages}")
    shown = 3
    with pytest.raises(errors.LogFull, match="no room"):
        for n in range(4, 10_000):
            sink.sample(Sample(n, n, (1.5, 1)), AT)
            sink.commit()
            shown = n
    assert shown > 3
    with pytest.raises(errors.LogFull):
        sink.line(Text("x" * 100_000), AT)
        sink.commit()
    try:
        sink.close(Summary())
    except errors.LogFull:
        pass
    assert numbers(path) == list(range(1, shown + 1))


def test_disk_that_fills_up(tmp_path):
    """A real ENOSPC: the log on a file system of 1 MB."""
    need("linux")
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(small)], capture_output=True
    ).returncode:
        pytest.skip("mounting needs root")
    try:
        sink = begun(small / "log.sqlite")
        shown = 3
        with pytest.raises(errors.LogFull):
            for n in range(4, 50_000):
                sink.sample(Sample(n, n, (1.5, 1)), AT)
                sink.commit()
                shown = n
        try:
            sink.close(Summary())
        except errors.LogFull:
            pass
        assert shown > 3
        assert numbers(small / "log.sqlite") == list(range(1, shown + 1))
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_corrupt_is_told_and_set_aside_only_when_asked(path):
    begun(path).close(Summary())
    rubbish = b"this is no database" * 500
    path.write_bytes(rubbish)
    for work in (lambda: log_to(path).open(Session("x", AT)), lambda: log.sessions(path)):
        with pytest.raises(errors.LogCorrupt, match="potluck log set-aside"):
            work()
    assert path.read_bytes() == rubbish
    new = log.set_aside(path, now=datetime(2026, 11, 23, 1, 2, 3))
    assert new.name == "log.aside-20261123-010203.sqlite"
    assert new.read_bytes() == rubbish
    begun(path).close(Summary())
    assert numbers(path) == [1, 2, 3]


def test_damage_in_the_middle_is_told(path):
    sink = begun(path, 2000)
    sink.close(Summary())
    size = path.stat().st_size
    with open(path, "r+b") as file:
        file.seek(size // 4)
        file.write(b"\xa5" * (size // 2))
    with pytest.raises(errors.LogCorrupt):
        log.replay(Sink(), 1, path)


def test_other_programs_and_newer_potlucks_files_are_left_alone(path):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE mine (x)")
    with pytest.raises(errors.LogUnusable, match="another program"):
        log_to(path).open(Session("x", AT))
    path.unlink()
    begun(path).close(Summary())
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(errors.LogUnusable, match="newer potluck"):
        log_to(path).open(Session("x", AT))


def test_places_where_no_log_can_be(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "log.sqlite", tmp_path):
        with pytest.raises(errors.LogUnusable):
            sqlite.log(path).open(Session("x", AT))
    for name in ("log.xyz", "log", "log.base"):
        with pytest.raises(errors.LogUnusable, match="csv or .jsonl or .sqlite"):
            log_to(tmp_path / name)


def test_unknown_session(path):
    with pytest.raises(errors.SessionUnknown):
        log.replay(Sink(), None, path)
    assert log.sessions(path) == []
    begun(path).close(Summary())
    with pytest.raises(errors.SessionUnknown, match="session 7"):
        log.replay(Sink(), 7, path)
