# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Saving is noticed once, when it is over, however an editor does it."""

import os

import pytest
from potluck.saves import LOOK_EVERY_S, SETTLE_S, Saves

from tests.host.beat import write_beat


class Clock:
    s = 0.0

    def __call__(self):
        return self.s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def folder(tmp_path):
    write_beat(tmp_path)
    return tmp_path


def heard(saves, clock, seconds=1.0):
    """All that changed says in so much time."""
    said, end = [], clock.s + seconds
    while clock.s < end:
        clock.s += LOOK_EVERY_S
        said += [names] if (names := saves.changed()) else []
    return said


def test_nothing_saved_is_nothing_said(folder, clock):
    saves = Saves(folder, clock=clock)
    assert heard(saves, clock) == []


def test_a_save_in_steps_is_one(folder, clock):
    saves = Saves(folder, clock=clock)
    for step in range(4):
        (folder / "main.py").write_text(f"# {step}\n" * step)
        assert heard(saves, clock, SETTLE_S / 2) == []
    assert heard(saves, clock) == [("main.py",)]


def test_renamed_into_place_added_and_removed(folder, clock):
    saves = Saves(folder, clock=clock)
    (folder / ".main.py.swp").write_text("an editor's own")
    (folder / "4913").write_text("an editor's probe")
    os.remove(folder / "4913")
    (folder / ".new").write_text("# other\n")
    os.replace(folder / ".new", folder / "main.py")
    (folder / "tune.py").write_text("A = 1\n")
    assert heard(saves, clock) == [("main.py", "tune.py")]
    os.remove(folder / "tune.py")
    assert heard(saves, clock) == [("tune.py",)]


def test_a_save_of_the_same_content_counts(folder, clock):
    saves = Saves(folder, clock=clock)
    os.utime(folder / "main.py", (1, 1))
    assert heard(saves, clock) == [("main.py",)]


def test_a_folder_in_disorder_is_waited_for(folder, clock):
    saves = Saves(folder, clock=clock)
    os.symlink("/etc", folder / "out")
    (folder / "main.py").write_text("# later\n")
    assert heard(saves, clock) == []
    os.remove(folder / "out")
    assert heard(saves, clock) == [("main.py",)]
