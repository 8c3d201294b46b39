# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Finding a recipe, which files are its, and the hash over them."""

from __future__ import annotations

import os

import pytest
from potluck import errors, places
from potluck.model import folder, load_recipe

from tests.host.recipe_kit import write_recipe
from tests.needs import need


def test_found_by_path_by_file_and_by_name(tmp_path, monkeypatch):
    own = write_recipe(tmp_path / "here")
    second = write_recipe(tmp_path / "here" / "projects").rename(tmp_path / "here" / "projects" / "other")
    monkeypatch.chdir(tmp_path / "here")
    assert folder.find(own) == own
    assert folder.find(own / "recipe.toml") == own
    assert folder.find("plant-waterer").resolve() == own, "one's own comes before potluck's"
    assert folder.find("other").resolve() == second
    monkeypatch.chdir(own)
    assert folder.find(".").resolve() == own
    monkeypatch.chdir(tmp_path)
    assert folder.find("plant-waterer") == places.projects_dir() / "plant-waterer"


def test_a_folder_that_is_no_recipe_says_so(tmp_path):
    with pytest.raises(errors.RecipeNotFound, match="holds no recipe.toml"):
        load_recipe(tmp_path)


@pytest.mark.parametrize("name", ["plant-watere", "", "no/such", "x" * 5000, "a\x00b", "../..", "\x1b[31m"])
def test_not_found_is_one_error(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(errors.RecipeNotFound) as caught:
        load_recipe(name)
    assert "\x1b" not in str(caught.value) and len(str(caught.value)) < 400
    if name == "plant-watere":
        assert 'did you mean "plant-waterer"' in str(caught.value)


def test_the_hash_is_over_names_and_bytes_and_nothing_else(tmp_path):
    one = write_recipe(tmp_path / "a")
    two = write_recipe(tmp_path / "b")
    os.utime(two / "main.py", (1, 1))
    first = folder.content_hash(one)
    assert first == folder.content_hash(two) == load_recipe(one).content_hash
    assert len(first) == 12 and int(first, 16) >= 0

    (two / "scenarios").mkdir()
    assert folder.content_hash(two) == first, "an empty folder says nothing"
    (two / "scenarios" / "dry.toml").write_text("x = 1\n")
    added = folder.content_hash(two)
    (two / "scenarios" / "dry.toml").rename(two / "scenarios" / "wet.toml")
    renamed = folder.content_hash(two)
    (two / "scenarios" / "wet.toml").write_text("x = 2\n")
    assert len({first, added, renamed, folder.content_hash(two)}) == 4


def test_the_hash_is_this_number(tmp_path):
    """Written down once: a hash that changes between versions of potluck would break lineage."""
    made = tmp_path / "tiny"
    made.mkdir()
    (made / "b.py").write_bytes(b"pass\n")
    (made / "a.txt").write_bytes(b"")
    # printf '5 0\na.txt4 5\nb.pypass\n' | sha256sum
    assert folder.content_hash(made) == "638167067890"


@pytest.mark.parametrize("made", ["__pycache__/main.cpython-311.pyc", "main.mpy", ".git/HEAD", ".DS_Store",
                                  "build/x", "run.log", "log.sqlite", "log.sqlite-wal"])
def test_what_tools_make_does_not_count(made, tmp_path):
    recipe = write_recipe(tmp_path)
    before = folder.content_hash(recipe)
    (recipe / made).parent.mkdir(exist_ok=True)
    (recipe / made).write_text("x")
    assert folder.content_hash(recipe) == before


def test_a_link_may_not_lead_out(tmp_path):
    need("posix")
    recipe = write_recipe(tmp_path)
    (recipe / "secret.txt").symlink_to("/etc/hostname")
    with pytest.raises(errors.RecipeInvalid, match="leads out"):
        load_recipe(recipe)
    (recipe / "secret.txt").unlink()
    (recipe / "inside.txt").symlink_to(recipe / "main.py")
    assert load_recipe(recipe).name == "plant-waterer"
    (recipe / "circle").symlink_to(recipe / "circle")
    with pytest.raises(errors.RecipeInvalid, match="leads nowhere"):
        load_recipe(recipe)
    (recipe / "circle").unlink()
    (recipe / "nowhere").symlink_to(recipe / "gone.txt")
    with pytest.raises(errors.RecipeInvalid, match="leads nowhere"):
        load_recipe(recipe)
    (recipe / "nowhere").unlink()
    (recipe / "up").symlink_to(recipe)
    with pytest.raises(errors.RecipeInvalid, match="link to a folder"):
        load_recipe(recipe)


def test_main_py_may_not_be_somebody_elses_file(tmp_path):
    need("posix")
    recipe = write_recipe(tmp_path)
    (recipe / "main.py").unlink()
    (recipe / "main.py").symlink_to("/etc/hostname")
    with pytest.raises(errors.RecipeInvalid, match="leads out"):
        load_recipe(recipe)


def test_somebodys_home_is_no_recipe(tmp_path):
    recipe = write_recipe(tmp_path)
    for number in range(folder.MAX_FILES):
        (recipe / f"photo{number}.jpg").touch()
    with pytest.raises(errors.RecipeInvalid, match="more than 500 files"):
        load_recipe(recipe)
