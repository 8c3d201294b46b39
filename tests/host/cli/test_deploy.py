# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""`potluck deploy` on several boards, `--watch`, and `potluck restore`, as people and programs meet them."""

import json
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner
from potluck.cli import group
from potluck.virtual import daemon, registry

from tests.host.beat import write_beat
from tests.needs import need


def run(*words, status=0):
    done = CliRunner().invoke(group, [str(word) for word in words], prog_name="potluck")
    assert done.exit_code == status, done.output
    return [json.loads(line) for line in done.stdout.splitlines()] if "--json" in words else done.output


@pytest.fixture
def board():
    yield daemon.start(name="one", speed=20.0)
    for running in registry.running():
        running.stop()


def test_several_boards_each_with_a_line(board, tmp_path, monkeypatch):
    recipe = write_beat(tmp_path / "beat")
    said = run("deploy", recipe, "virtual:one", "virtual:none", status=1)
    assert "virtual:one: beat 1.0.0 runs on pico" in said
    assert "virtual:none: error [board-not-running]" in said and "1 of 2 boards run it" in said
    monkeypatch.setattr("potluck.link.find._usb", list)
    (line,) = run("deploy", recipe, "--all", "--json")
    assert line["port"] == "virtual:one" and line["board"] == "pico"


def test_dry_run(board, tmp_path):
    recipe = write_beat(tmp_path / "beat")
    said = run("deploy", recipe, "virtual:one", "--dry-run")
    assert "+ recipe.mpy" in said and "bytes would be sent to slot a" in said and "nothing was changed" in said
    (line,) = run("deploy", recipe, "virtual:one", "--dry-run", "--json")
    assert line["changed"] and {change["how"] for change in line["changes"]} == {"new"}
    run("deploy", recipe, "virtual:one")
    assert "nothing would be sent" in run("deploy", recipe, "virtual:one", "--dry-run")


def test_restore(board, tmp_path):
    run("deploy", write_beat(tmp_path / "beat"), "virtual:one")
    assert run("restore", "virtual:one", "--json") == [{"own": None, "others": [], "removed": ["/main.py"]}]
    assert "error [file-missing]" in run("restore", "virtual:one", status=1)


@pytest.mark.parametrize(
    "words",
    [("--all", "virtual:x"), ("--watch", "virtual:x", "virtual:y"), ("--watch", "--all"), ("--watch", "--dry-run"),
     ("--dry-run", "--all"), ("--for", "3s"), ("--log", "x.csv")],
)
def test_what_does_not_go_together(words):
    assert "error [usage]" in run("deploy", "plant-waterer", *words, status=2)


def test_watch_is_one_session_over_every_save(board, tmp_path):
    need("posix")
    recipe = write_beat(tmp_path / "beat")
    log = tmp_path / "log.jsonl"
    person = subprocess.Popen(
        [sys.executable, "-m", "potluck", "deploy", recipe, "virtual:one", "--watch", "--plain", "--log", str(log)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip

    def until(mark):
        for line in person.stdout:
            if mark in line:
                return line
        raise AssertionError(f"it ended before {mark!r}")

    try:
        until("Save a file")
        until("beats")
        write_beat(tmp_path / "beat", more="def (:\n")
        assert "SyntaxError" in until("main.py line 1")
        write_beat(tmp_path / "beat", version="1.0.1")
        until("saved: ")
        until("beat 1.0.1")
        until("beats")
        person.send_signal(signal.SIGINT)
        assert "received" in until("received")
        assert person.wait(10) == 0
    finally:
        person.kill()
        person.wait()
        person.stdout.close()
    kinds = [json.loads(line)["kind"] for line in log.read_text().splitlines()]
    assert kinds.count("summary") == 1 and kinds.count("note") == 2 and kinds.count("hello") == 2
