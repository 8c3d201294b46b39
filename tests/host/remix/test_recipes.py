# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The list of recipes: own ones first, and a broken one does not hide the others."""

from __future__ import annotations

import json

from potluck.model.folder import find
from potluck.recipes import list_recipes
from potluck.remix import remix

from tests.host.recipe_kit import write_recipe


def test_own_recipes_come_first_and_shadow_those_of_potluck(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert [(one.name, one.origin) for one in list_recipes()] == [("plant-waterer", "potluck"), ("parts-tour", "potluck")]
    parent = write_recipe(tmp_path)
    remix(parent, "balcony", into=tmp_path)
    found = list_recipes()
    assert [(one.name, one.origin, one.parent) for one in found] == [
        ("balcony", "own", "plant-waterer"), ("plant-waterer", "own", ""), ("parts-tour", "potluck", "")]
    assert found[1].version == "1.0.0" and found[1].boards == ("pico", "esp32_devkitc")
    assert found[1].summary.startswith("Keeps one pot moist")
    assert json.loads(json.dumps(found[0].as_dict()))["boards"] == ["pico", "esp32_devkitc"]


def test_a_broken_recipe_is_listed_with_its_problem(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (write_recipe(tmp_path) / "recipe.toml").write_text("broken", encoding="utf-8")
    remixed = tmp_path / "Not A Name"
    remixed.mkdir()
    (remixed / "recipe.toml").write_text("", encoding="utf-8")
    found = list_recipes()
    assert [one.name for one in found] == ["Not A Name", "plant-waterer", "parts-tour"]
    assert "recipe: is missing" in found[0].problem
    assert "is not TOML" in found[1].problem and found[1].boards == ()


def test_every_listed_name_is_found_again(tmp_path, monkeypatch):
    write_recipe(tmp_path).rename(tmp_path / "My_Recipe")
    write_recipe(tmp_path / "projects").rename(tmp_path / "projects" / "Other")
    monkeypatch.chdir(tmp_path)
    own = [one for one in list_recipes() if one.origin == "own"]
    assert len(own) == 2
    for one in own:
        assert find(one.name).resolve() == one.folder.resolve()
