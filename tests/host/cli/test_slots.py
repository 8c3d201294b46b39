# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck slots and potluck undo, as a person and as a program sees them."""

import json

import pytest
from click.testing import CliRunner
from potluck.deploy import slots as verbs
from potluck.cli import group
from potluck.deploy.slots import Slot, Slots, Undone

A = Slot("a", "kept", "beat", "1.0.0", "0123456789ab", 12, 9000, "ba9876543210", "2026-01-02T03:04:05+00:00", "desk:beat")
B = Slot("b", "runs", "beat", "1.1.0", "1123456789ab", 12, 9100, "ca9876543210", "2026-01-03T03:04:05+00:00", "desk:beat")


def run(*args):
    done = CliRunner().invoke(group, args, prog_name="potluck")
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture
def board(monkeypatch):
    def put(*slots):
        monkeypatch.setattr(verbs, "slots", lambda port: Slots("/dev/ttyACM0", "e66", slots))
        monkeypatch.setattr(verbs, "undo", lambda port: Undone("/dev/ttyACM0", slots[0], None))

    return put


def test_slots_says_what_runs_and_what_is_kept_from_where_and_when(board):
    board(A, B)
    said = run("slots")
    assert "a  kept  beat 1.0.0  0123456789ab  12 files, 8.8 KB  2026-01-02T03:04:05+00:00 from desk:beat" in said
    assert "b  runs  beat 1.1.0" in said
    assert [slot["state"] for slot in json.loads(run("slots", "--json"))["slots"]] == ["kept", "runs"]


def test_slots_says_why_one_failed_and_when_one_is_not_whole(board):
    board(Slot("a", "failed", files=3, why="ValueError: no water", whole=False), B)
    said = run("slots")
    assert "a failed: ValueError: no water" in said and "a is not whole" in said


def test_undo_says_what_runs_now(board):
    board(A, B)
    assert "beat 1.0.0 runs again on /dev/ttyACM0 (slot a, put there 2026-01-02T03:04:05+00:00)" in run("undo")
    assert json.loads(run("undo", "--json"))["version"] == "1.0.0"
