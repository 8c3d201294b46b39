# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a wiring was made into is used again exactly as long as nothing that it was made from has changed."""

import os
from pathlib import Path

import pytest
from potluck import checks, model
from potluck.deploy import deploy, prepared
from potluck.deploy.build import slot_files
from potluck.deploy.prepared import Source
from potluck.errors import PinUnsuitable, RecipeInvalid
from potluck.model import folder

from tests.host.deploy import benches as beat
from tests.host.recipe_kit import own_hardware, write_recipe


@pytest.fixture
def cached(tmp_path, monkeypatch):
    """An empty cache; gives the records that are in it."""
    monkeypatch.setenv("POTLUCK_CACHE_DIR", str(tmp_path / "cache"))
    return lambda: sorted(path for path in (tmp_path / "cache" / "prepared").glob("*/*") if path.is_file())


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


def test_another_program_on_the_same_wiring_is_as_if_all_was_made_anew(tmp_path, cached, loads):
    recipe = write_recipe(tmp_path)
    first = Source(str(recipe)).for_kind("pico")
    stamp = (recipe / "main.py").stat()
    # as long as the one before, with its times, as after a copy that keeps them; and the checks warn of it
    changed = b"try:\n    x = 1\nexcept:\n    pass\n"
    (recipe / "main.py").write_bytes(changed.ljust(stamp.st_size, b"\n"))
    os.utime(recipe / "main.py", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    (recipe / "tune.py").write_text("NOTES = 'do re mi'\n")
    (recipe / "files").mkdir()
    (recipe / "files" / "tune.txt").write_text("do re mi")
    again = Source(str(recipe)).for_kind("pico")
    assert len(loads) == 1
    wiring = model.wire(model.load_recipe(recipe), "pico")
    assert again.files == slot_files(wiring) and again.hash == wiring.recipe.content_hash != first.hash
    assert [one.rule for one in again.findings] == ["ctrl-c-swallowed"]
    assert list(again.findings) == checks.require(wiring)
    assert again.files.keys() - first.files.keys() == {"tune.mpy", "files/tune.txt"}


def test_a_warning_of_the_program_is_accepted_as_before(tmp_path, cached, loads):
    recipe = write_recipe(tmp_path, ("[settings]\n", '[accept]\n"ctrl-c-swallowed" = "a kiosk"\n[settings]\n'))
    Source(str(recipe)).for_kind("pico")
    (recipe / "main.py").write_text("try:\n    x = 1\nexcept:\n    pass\n")
    [found] = Source(str(recipe)).for_kind("pico").findings
    assert len(loads) == 1 and found.level == "note" and "a kiosk" in found.what


@pytest.mark.parametrize("what", ["recipe.toml", "world.py", "hardware", "damaged", "other board"])
def test_it_is_made_anew_when_something_has_changed(what, tmp_path, cached, loads, monkeypatch):
    recipe = write_recipe(tmp_path)
    hardware = own_hardware(tmp_path, monkeypatch)
    first = Source(str(recipe)).for_kind("pico")
    board = "pico"
    if what == "recipe.toml":
        (recipe / what).write_text((recipe / what).read_text().replace('version = "1.0.0"', 'version = "1.0.1"'))
    elif what == "world.py":
        (recipe / what).write_text("# another world\n")
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
    assert (again.files != first.files) == (what in ("recipe.toml", "world.py", "other board"))
    assert (again.world != first.world) == (what in ("world.py", "other board"))


def test_a_program_that_is_gone_or_does_not_parse_is_said(tmp_path, cached):
    recipe = write_recipe(tmp_path)
    Source(str(recipe)).for_kind("pico")
    text = (recipe / "main.py").read_text()
    (recipe / "main.py").write_text("def (:\n")
    with pytest.raises(RecipeInvalid, match="line 1|SyntaxError"):
        Source(str(recipe))
    (recipe / "main.py").unlink()
    with pytest.raises(RecipeInvalid, match=r"no main\.py"):
        Source(str(recipe))
    (recipe / "main.py").write_text(text)
    Source(str(recipe))


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
        (recipe / "world.py").write_text(f"# {text}\n")
        Source(str(recipe)).for_kind("pico")
    assert len(cached()) == 2


def test_what_the_checks_said_of_the_newest_modules_is_kept(tmp_path, cached, monkeypatch):
    monkeypatch.setattr(prepared, "_MOST_MODULES", 3)
    recipe = write_recipe(tmp_path)
    for number in range(6):
        (recipe / "main.py").write_text(f"try:\n    x = {number}\nexcept:\n    pass\n")
        found = Source(str(recipe)).for_kind("pico").findings
        assert [one.rule for one in found] == ["ctrl-c-swallowed"] and found == Source(str(recipe)).for_kind("pico").findings
    [folder] = (tmp_path / "cache" / "prepared").glob("*/modules")
    assert len(list(folder.iterdir())) == 3


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path, cached, monkeypatch):
    (tmp_path / "cache").write_text("a file, where the folder should be")
    recipe = str(write_recipe(tmp_path))
    assert Source(recipe).for_kind("pico") == Source(recipe).for_kind("pico")
    assert Path(tmp_path / "cache").is_file()


def test_a_file_saved_while_it_is_sent_goes_with_the_next_deploy(tmp_path):
    """What was read when the deploy began is what arrives, under its own hash."""
    recipe = beat.write_recipe(tmp_path)
    before = folder.content_hash(Path(recipe))

    def save(stage, done, total):
        if stage == "send":
            Path(recipe, "main.py").write_text(beat.MAIN.replace("n += 1", "n += 2"))

    with beat.Bench() as bench:
        first = deploy(recipe, link=bench.link, progress=save)
        assert first.alive.hello.hash == first.hash == before and first.alive.sample.values == (1,)
        second = deploy(recipe, link=bench.link)
        assert second.alive.hello.hash == second.hash != before and second.alive.sample.values == (2,)
        assert beat.files_whole(bench.flash, second.slot)
