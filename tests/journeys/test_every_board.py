# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The recipes that come with potluck, on each board that they have pins for: checked, deployed, heard."""

import pytest
from potluck import checks, model
from potluck.deploy import deploy

from tests.host.deploy.benches import Bench
from tests.host.draw.kept import ALL, of

from .plant_waterer_kit import Waterer

NEW = [one for one in ALL if one[1] not in ("pico", "esp32_devkitc")]  # those two: the recipes' own tests


def test_both_recipes_are_for_every_board():
    assert {recipe: set(model.load_recipe(recipe).boards) for recipe, _ in ALL} == dict.fromkeys(
        ("plant-waterer", "parts-tour"), set(model.board_names()))


@pytest.mark.parametrize(("recipe", "board"), ALL)
def test_the_wiring_is_right_without_a_word(recipe, board):
    assert checks.run(of(recipe, board)) == []


@pytest.mark.parametrize("board", sorted({board for _, board in NEW}))
def test_a_deploy_ends_with_a_sample(board):
    with Bench(board) as bench:
        done = deploy("plant-waterer", link=bench.link)
        assert done.board == done.alive.hello.board == board
        assert done.alive.sample.values


@pytest.mark.parametrize(("recipe", "board"), NEW)
def test_every_part_answers(recipe, board):
    live = Waterer(board, name=recipe)
    live.run(20 if recipe == "parts-tour" else 90)
    assert not live.errors and not live.warnings
    assert live.samples and None not in live.samples[-1].values()
