# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The wiring tables of each recipe's README are what the generator makes of recipe.toml.

After a change of pins or parts: make drawings
"""

import os
import re

import pytest
from potluck import generate, model
from potluck.places import projects_dir

RECIPES = ["parts-tour", "plant-waterer"]
SHOWN = ["pico", "esp32_devkitc"]  # boards whose wires are listed in the README; those of the others are linked
BOM = re.compile(r"(<!-- bom:begin (\w+) -->\n)(.*?)(<!-- bom:end -->)", re.DOTALL)
MARK = re.compile(r"(<!-- wiring:begin (\w+) -->\n)(.*?)(<!-- wiring:end -->)", re.DOTALL)


def readme(recipe: str):
    return projects_dir() / recipe / "README.md"


def made(recipe: str, board: str) -> str:
    return "\n" + generate.connections_markdown(model.wire(model.load_recipe(recipe), board)) + "\n"


@pytest.mark.parametrize("recipe", RECIPES)
def test_there_is_a_table_for_two_boards_and_a_picture_a_build_sheet_and_a_schematic_of_each(recipe):
    text = readme(recipe).read_text("utf-8")
    assert [match[2] for match in MARK.finditer(text)] == SHOWN
    for board in model.load_recipe(recipe).boards:
        row = next(line for line in text.splitlines() if line.startswith(f"| {model.load_board(board).title} |"))
        for file in ("wiring.svg", "build.html", f"{recipe}.kicad_sch"):
            assert f"(../../hardware/schematics/{recipe}/{board}/{file})" in row


@pytest.mark.parametrize("board", SHOWN)
@pytest.mark.parametrize("recipe", RECIPES)
def test_the_table_is_the_generators(recipe, board):
    text = readme(recipe).read_text("utf-8")
    if os.environ.get("POTLUCK_REWRITE"):
        text = MARK.sub(lambda match: match[1] + made(recipe, match[2]) + match[4], text)
        readme(recipe).write_text(text, "utf-8")
    (table,) = [match[3] for match in MARK.finditer(text) if match[2] == board]
    assert table == made(recipe, board), "make drawings"


def listed(recipe: str, board: str) -> str:
    return "\n" + generate.bom_markdown(model.wire(model.load_recipe(recipe), board)) + "\n"


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_bill_of_materials_is_the_generators(recipe):
    text = readme(recipe).read_text("utf-8")
    if os.environ.get("POTLUCK_REWRITE"):
        text = BOM.sub(lambda match: match[1] + listed(recipe, match[2]) + match[4], text)
        readme(recipe).write_text(text, "utf-8")
    (match,) = BOM.finditer(text)
    assert match[3] == listed(recipe, match[2]), "make drawings"


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_parts_that_the_recipe_needs_are_all_listed(recipe):
    wiring = model.wire(model.load_recipe(recipe), "pico")
    listed = readme(recipe).read_text("utf-8").partition("## What you need")[2].partition("## How it is wired")[0]
    bought = [component for component in wiring.components if "." in component.owner]  # what circuits bring
    assert bought
    for component in bought:
        assert component.value.split()[0] in listed, f"{component.ref}, {component.value}, is not listed"
