# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The README's wiring tables are what the generator makes of recipe.toml.

After a change of pins or parts: POTLUCK_REWRITE=1 pytest tests/journeys/test_plant_waterer_readme.py
"""

import os
import re

import pytest
from potluck import generate, model
from potluck.places import projects_dir

README = projects_dir() / "plant-waterer" / "README.md"
MARK = re.compile(r"(<!-- wiring:begin (\w+) -->\n)(.*?)(<!-- wiring:end -->)", re.DOTALL)


def made(board: str) -> str:
    return "\n" + generate.connections_markdown(model.wire(model.load_recipe("plant-waterer"), board)) + "\n"


def test_there_is_a_table_for_each_board():
    boards = [match[2] for match in MARK.finditer(README.read_text("utf-8"))]
    assert boards == list(model.load_recipe("plant-waterer").boards)


@pytest.mark.parametrize("board", ["pico", "esp32_devkitc"])
def test_the_table_is_the_generators(board):
    text = README.read_text("utf-8")
    if os.environ.get("POTLUCK_REWRITE"):
        text = MARK.sub(lambda match: match[1] + made(match[2]) + match[4], text)
        README.write_text(text, "utf-8")
    (table,) = [match[3] for match in MARK.finditer(text) if match[2] == board]
    assert table == made(board), "make it again: POTLUCK_REWRITE=1 pytest " + __file__


def test_the_parts_that_the_recipe_needs_are_all_listed():
    wiring = model.wire(model.load_recipe("plant-waterer"), "pico")
    listed = README.read_text("utf-8").partition("## What you need")[2].partition("## How it is wired")[0]
    bought = [component for component in wiring.components if "." in component.owner]  # what circuits bring
    assert bought
    for component in bought:
        assert component.value.split()[0] in listed, f"{component.ref}, {component.value}, is not listed"
