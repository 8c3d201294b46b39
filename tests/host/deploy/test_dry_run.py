# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a deploy would do is what it then does, and saying so changes nothing."""

import pytest
from potluck.deploy import deploy
from potluck.deploy.dry_run import dry_run
from potluck.virtual.session import Session

from tests.host.beat import write_beat


@pytest.fixture
def board():
    with Session("pico", speed=15.0) as session:
        yield session


def everything(board, folder=""):
    found = {}
    for name, is_folder, _ in board.board.flash.listdir(folder or "/"):
        path = f"{folder}/{name}"
        found |= everything(board, path) if is_folder else {path: board.board.flash.read_bytes(path)}
    return found


def test_it_says_what_a_deploy_then_does(board, tmp_path):
    recipe = write_beat(tmp_path / "beat")
    board.board.flash.write_bytes("/main.py", b"print('mine')\n")
    first = dry_run(recipe, link=board.link)
    assert first.changed and {change.how for change in first.changes} == {"new"}
    assert first.kept_main == "/main.own.py" and 0 < first.needed_kb < first.free_kb
    assert set(everything(board)) <= {"/boot.py", "/main.py", *(p for p in everything(board) if p.startswith("/slots/rx_"))}
    done = deploy(recipe, link=board.link)
    assert (first.slot, first.changes, first.kept_main) == (done.plan.slot, done.plan.changes, done.kept_main)
    assert abs(first.bytes - done.sent) < 40, "but for the slot's date"

    again = dry_run(recipe, link=board.link)
    assert not again.changed and again.bytes == 0
    board.read_until('"v":[1]')  # what was stopped for it runs again

    write_beat(tmp_path / "beat", version="1.0.1", more="import tune\n")
    (tmp_path / "beat" / "tune.py").write_text("NOTES = 3\n")
    before = everything(board)
    second = dry_run(recipe, link=board.link)
    how = {change.path: change.how for change in second.changes}
    assert how["tune.mpy"] == "new" and how["recipe.mpy"] == "changed" and how["potluck/app.mpy"] == "same"
    after = everything(board)
    assert {path for path in before if after.get(path) != before[path]} <= {"/slots/active"}, "that one by what ran"
    done = deploy(recipe, link=board.link)
    assert second.changes == done.plan.changes and abs(second.bytes - done.sent) < 40


def test_modules_and_data_go_with_the_recipe(board, tmp_path):
    opened = "with open(__file__.rpartition('/')[0] + '/files/t.bin') as f:"
    recipe = write_beat(tmp_path / "beat", more=f"from tune import NOTES\n{opened}\n    print('tune', NOTES, f.read())\n")
    (tmp_path / "beat" / "tune.py").write_text("NOTES = 3\n")
    (tmp_path / "beat" / "files").mkdir()
    (tmp_path / "beat" / "files" / "t.bin").write_text("do re mi")
    (tmp_path / "beat" / "files" / "draft.txt").write_text("not this")
    (tmp_path / "beat" / ".potluckignore").write_text("draft.*\n")
    done = deploy(recipe, link=board.link)
    assert b"tune 3 do re mi" in done.alive.heard
    assert "/slots/a/files/t.bin" in everything(board) and "/slots/a/files/draft.txt" not in everything(board)
