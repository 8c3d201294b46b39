# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The command that puts everything on paper."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from potluck import draw, errors, model
from potluck.cli import group

from tests.host.draw.kept import ALL, SCHEMATICS, kept, of
from tests.host.recipe_kit import wired, write_recipe


def run(*args):
    return CliRunner().invoke(group, [str(arg) for arg in args], prog_name="potluck")


@pytest.mark.parametrize(("recipe", "board"), ALL)
def test_what_is_kept_is_what_is_made(recipe, board):
    there, made = kept(recipe, board), draw.draw(of(recipe, board))
    assert sorted(there) == sorted(made), "make drawings"
    for name, content in made.items():
        assert there[name] == content, f"{name} differs: make drawings"


def test_nothing_is_kept_that_no_recipe_makes():
    assert {tuple(path.parts[-2:]) for path in SCHEMATICS.glob("*/*")} == set(ALL)


def test_every_board_gets_a_folder(tmp_path):
    done = run("draw", "plant-waterer", "--out", tmp_path, "--json")
    assert done.exit_code == 0, done.output
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["board"] for line in said] == list(model.load_recipe("plant-waterer").boards)
    for line in said:
        there = tmp_path / "plant-waterer" / line["board"]
        assert str(there) == line["folder"]
        assert {name: (there / name).read_bytes() for name in line["files"]} == kept("plant-waterer", line["board"])


def test_for_people_and_one_board(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run("draw", "plant-waterer", "--board", "pico")
    assert done.exit_code == 0 and "plant-waterer on pico: " in done.stdout
    assert [path.name for path in (tmp_path / "drawings" / "plant-waterer").iterdir()] == ["pico"]


def test_a_file_that_is_right_already_keeps_its_time(tmp_path):
    first, = draw.write({"a/b.txt": b"1"}, tmp_path)
    time = first.stat().st_mtime_ns
    draw.write({"a/b.txt": b"1"}, tmp_path)
    assert first.stat().st_mtime_ns == time
    draw.write({"a/b.txt": b"2"}, tmp_path)
    assert first.read_bytes() == b"2"


def test_nothing_is_drawn_of_wiring_that_fails_its_checks(tmp_path):
    with pytest.raises(errors.PinConflict):
        draw.draw(wired(tmp_path, "pico", ('"GP14"', '"GP15"')))


def test_a_sheet_that_a_person_saved_is_not_lost(tmp_path):
    assert run("draw", "plant-waterer", "--board", "pico", "--out", tmp_path).exit_code == 0
    sheet = tmp_path / "plant-waterer" / "pico" / "plant-waterer.kicad_sch"
    table = sheet.with_name("sym-lib-table")
    saved = sheet.read_text("utf-8").replace("(generator potluck)", '(generator "eeschema")')
    sheet.write_text(saved, "utf-8")
    table.unlink()
    done = run("draw", "plant-waterer", "--board", "pico", "--out", tmp_path)
    assert done.exit_code == 1 and "error [drawing-changed]" in done.stderr and str(sheet) in done.stderr
    assert sheet.read_text("utf-8") == saved and not table.exists()


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "plant-waterer").write_text("a file", "utf-8")
    done = run("draw", "plant-waterer", "--board", "pico", "--out", tmp_path)
    assert done.exit_code == 1 and "error [drawings-unwritable]" in done.stderr


def test_a_recipe_that_fails_its_checks_is_not_drawn(tmp_path):
    write_recipe(tmp_path, ('"GP14"', '"GP15"'))
    done = run("draw", tmp_path / "plant-waterer", "--board", "pico", "--out", tmp_path / "out")
    assert done.exit_code == 1 and "error [pin-conflict]" in done.stderr
    assert not (tmp_path / "out").exists()
