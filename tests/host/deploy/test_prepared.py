# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a recipe was made into is used again exactly as long as nothing that it was made from has changed."""

import os
from pathlib import Path

import pytest
from potluck import checks, model
from potluck.deploy import prepared
from potluck.deploy.build import slot_files
from potluck.deploy.prepared import Source
from potluck.errors import PinUnsuitable, RecipeInvalid

from tests.host.recipe_kit import own_hardware, write_recipe


@pytest.fixture
def cached(tmp_path, monkeypatch):
    """An empty cache; gives the records that are in it."""
    monkeypatch.setenv("POTLUCK_CACHE_DIR", str(tmp_path / "cache"))
    return lambda: sorted((tmp_path / "cache" / "prepared").glob("*/*"))


@pytest.fixture
def loads(monkeypatch):
    """Counts how often a recipe is really read."""
    seen, load = [], model.load_recipe
    monkeypatch.setattr(model, "load_recipe", lambda recipe: seen.append(recipe) or load(recipe))
    return seen


def test_the_second_time_it_is_recalled_whole(tmp_path, cached, loads):
    recipe = str(write_recipe(tmp_path))
    Path(recipe, "main.py").write_text("import time\nlater = time.time() + 0.5\n")  # the checks warn of this
    first = Source(recipe).for_kind("pico")
    assert len(loads) == 1
    again = Source(recipe).for_kind("pico")
    assert len(loads) == 1 and again == first
    wiring = model.wire(model.load_recipe(recipe), "pico")
    assert again.files == slot_files(wiring)
    assert list(again.findings) == checks.require(wiring) != []


@pytest.mark.parametrize("what", ["main.py", "data", "hardware", "damaged", "other board"])
def test_it_is_made_anew_when_something_has_changed(what, tmp_path, cached, loads, monkeypatch):
    recipe = write_recipe(tmp_path)
    hardware = own_hardware(tmp_path, monkeypatch)
    first = Source(str(recipe)).for_kind("pico")
    board = "pico"
    if what == "main.py":
        stamp = (recipe / "main.py").stat()
        (recipe / "main.py").write_text("# does NOTHING\n")
        os.utime(recipe / "main.py", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # as a copy that keeps times
    elif what == "data":
        (recipe / "files").mkdir()
        (recipe / "files" / "tune.txt").write_text("do re mi")
    elif what == "hardware":
        driver = next(hardware.glob("parts/*/driver.py"))
        driver.write_text(driver.read_text() + "\n# a word more\n")
    elif what == "damaged":
        [record] = cached()
        record.write_bytes(record.read_bytes()[:-9])
    else:
        board = "esp32_devkitc"
    again = Source(str(recipe)).for_kind(board)
    assert len(loads) == 2
    assert (again.files != first.files) == (what in ("main.py", "data", "other board"))


def test_a_wrong_recipe_is_wrong_each_time_and_nothing_is_kept(tmp_path, cached):
    recipe = write_recipe(tmp_path)
    (recipe / "main.py").write_text("def (:\n")
    for _ in range(2):
        with pytest.raises(RecipeInvalid):
            Source(str(recipe))
    bad = write_recipe(tmp_path / "bad", ('"GP26"', '"GP13"'))
    for _ in range(2):
        with pytest.raises(PinUnsuitable):
            Source(str(bad)).for_kind("pico")
    assert cached() == []


def test_what_is_saved_while_it_is_made_does_not_get_the_old_hash(tmp_path, cached, monkeypatch):
    recipe, made = write_recipe(tmp_path), prepared.Source._made

    def slow(self, *what):
        (recipe / "main.py").write_text("# saved meanwhile\n")
        return made(self, *what)

    monkeypatch.setattr(prepared.Source, "_made", slow)
    Source(str(recipe)).for_kind("pico")
    assert cached() == []


def test_only_the_newest_are_kept(tmp_path, cached, monkeypatch):
    monkeypatch.setattr(prepared, "_MOST_KEPT", 2)
    recipe = write_recipe(tmp_path)
    for text in "abc":
        (recipe / "main.py").write_text(f"# {text}\n")
        Source(str(recipe)).for_kind("pico")
    assert len(cached()) == 2


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path, cached, monkeypatch):
    (tmp_path / "cache").write_text("a file, where the folder should be")
    recipe = str(write_recipe(tmp_path))
    assert Source(recipe).for_kind("pico") == Source(recipe).for_kind("pico")
    assert Path(tmp_path / "cache").is_file()
