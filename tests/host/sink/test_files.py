# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import json
from pathlib import Path

import pytest
from potluck import errors
from potluck.sink import log_to
from potluck.sink.base import Session, Summary
from potluck.sink.csv import CsvSink, row
from potluck.sink.files import Appender
from potluck.sink.jsonl import JsonlSink
from potluck.telemetry import Channel, Hello, Log, Sample, Text

from tests.host.sink.test_sqlite import AT, HELLO
from tests.needs import need


def session(sink, *, hello=HELLO, values=(41.5, None)):
    sink.open(Session("a0", AT))
    sink.hello(hello, AT)
    sink.sample(Sample(1, 1234, values), AT + 1)
    sink.line(Log(2, 2000, "warning", "dry: ä"), AT + 2)
    sink.commit()
    sink.close(Summary(received=1, seconds=3))


def test_csv_is_a_table_that_is_appended_to(tmp_path):
    path = tmp_path / "log.csv"
    session(log_to(path))
    session(log_to(path))
    line = "2026-11-18T11:06:41.250Z,5f3a09c1,1,1.234,41.5,\n"
    assert path.read_text() == "host_time,boot,n,device_s,moisture (%),tank\n" + line + line


def test_csv_of_other_columns_is_left_alone(tmp_path):
    path = tmp_path / "log.csv"
    session(log_to(path))
    before = path.read_text()
    with pytest.raises(errors.LogUnusable, match="other columns"):
        session(log_to(path), hello=Hello(0, 0, channels=(Channel("x"),)), values=(1,))
    assert path.read_text() == before


def test_csv_has_no_formulas():
    assert row(["=1+1", "@x", "-", -1, "a,b"]) == "'=1+1,'@x,-,-1,\"a,b\"\n"


def test_jsonl_ends_with_the_summary(tmp_path):
    path = tmp_path / "log.jsonl"
    session(log_to(path))
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["kind"] for line in lines] == ["session", "hello", "sample", "warning", "summary"]
    assert lines[2] == {
        "kind": "sample",
        "at": "2026-11-18T11:06:41.250Z",
        "n": 1,
        "t_ms": 1234,
        "values": {"moisture": 41.5, "tank": None},
    }
    assert lines[1]["channels"][1] == {
        "name": "tank",
        "unit": "1",
        "decimals": 0,
        "states": ["empty", "water"],
    }
    assert (lines[-1]["received"], lines[-1]["lost"], lines[-1]["damaged"]) == (1, 0, 0)


@pytest.mark.parametrize("kind", [JsonlSink, CsvSink])
def test_full_disk(kind):
    need("linux")
    sink = kind(lambda: Appender(Path("/dev/full")))
    with pytest.raises(errors.LogFull, match="all that was logged is there"):
        session(sink)
    with pytest.raises(errors.LogFull):
        sink.close(Summary())


def test_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.LogUnusable):
        session(log_to(tmp_path / "file" / "log.csv"))


def test_text_that_is_no_utf8_can_be_written(tmp_path):
    sink = log_to(tmp_path / "log.jsonl")
    sink.open(Session("a0", AT))
    sink.line(Text("\ud800 \\xff"), AT)
    sink.close(Summary())
    assert len((tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()) == 3
