# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Giving a board back: the maker's own program is the board's again, and nothing of theirs is lost."""

import pytest
from potluck.deploy import deploy
from potluck.errors import FileMissing
from potluck.restore import restore
from potluck.virtual.session import Session

from tests.host.beat import write_beat

MINE = b"import time\nprint('mine')\nwhile True: time.sleep(1)\n"


@pytest.fixture
def board():
    with Session("pico", speed=50.0) as session:
        yield session


def names(board):
    return sorted(name for name, _, _ in board.board.flash.listdir("/"))


def test_the_makers_own_program_runs_again(board, tmp_path):
    flash = board.board.flash
    flash.write_bytes("/main.py", MINE)
    flash.write_bytes("/boot.py", b"# mine\n")
    flash.write_bytes("/notes.txt", b"mine too")
    deploy(write_beat(tmp_path), link=board.link)
    done = restore(link=board.link)
    assert (done.own, done.others, done.removed) == ("main.own.py", (), ())
    assert flash.read_bytes("/main.py") == MINE
    assert "main.own.py" not in names(board) and "slots" in names(board)
    board.read_until("mine\r\n")
    again = deploy(write_beat(tmp_path), link=board.link)
    assert again.kept_main == "/main.own.py", "and potluck can come back"
    done = restore(link=board.link, purge=True)
    assert "/slots/" in done.removed and "slots" not in names(board)
    assert flash.read_bytes("/notes.txt") == b"mine too" and flash.read_bytes("/boot.py") == b"# mine\n"


def test_the_last_one_kept_or_the_one_that_is_named(board, tmp_path):
    flash = board.board.flash
    for number in (b"1", b"2"):
        flash.write_bytes("/main.py", MINE + b"# " + number)
        deploy(write_beat(tmp_path), link=board.link)
    with pytest.raises(FileMissing, match="main.own.py, main.own2.py"):
        restore(link=board.link, which="main.own3.py")
    done = restore(link=board.link)
    assert done.own == "main.own2.py" and done.others == ("main.own.py",)
    with pytest.raises(FileMissing, match="nothing to restore"):
        restore(link=board.link)
    with pytest.raises(FileMissing, match="would be lost"):
        restore(link=board.link, which=":main.own.py")
    assert flash.read_bytes("/main.py") == MINE + b"# 2"


def test_a_board_that_had_no_program_starts_at_its_prompt(board, tmp_path):
    deploy(write_beat(tmp_path), link=board.link)
    done = restore(link=board.link)
    assert done.own == "" and done.removed == ("/main.py",)
    board.prompt()
    with pytest.raises(FileMissing, match="nothing to restore"):
        restore(link=board.link)
