# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The recipes that come with potluck, on each of their boards, and the drawings of them that are kept.

``test_draw.py`` makes every kept file again and compares. So the other tests may read what is kept: that costs nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pytest
from potluck import model
from potluck.recipes import list_recipes

from tests.host.recipe_kit import BASE, write_recipe

ALL = [(one.name, board) for one in list_recipes() if one.origin == "potluck" or not one.problem for board in one.boards]
# Where other makers' programs are started, or much is reckoned: these at once, the others among the long tests.
AT_ONCE = [("parts-tour", "pico"), ("plant-waterer", "arduino_nano_esp32")]
UNUSED = sorted(set(model.board_names()) - {board for _, board in ALL})
SCHEMATICS = Path(__file__).parents[3] / "hardware" / "schematics"


def some_long(*at_once: tuple[str, str]) -> list:
    """All of them as parameters, those that are not named here as long tests."""
    return [pytest.param(*one, marks=() if one in (at_once or AT_ONCE) else pytest.mark.long) for one in ALL]


@lru_cache
def of(recipe: str, board: str) -> model.Wiring:
    """That recipe's wiring on that board."""
    return model.wire(model.load_recipe(recipe), board)


@lru_cache
def kept(recipe: str, board: str) -> dict[str, bytes]:
    """Path with "/" -> content of what is kept for them."""
    folder = SCHEMATICS / recipe / board
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def on_a_board(folder: Path, board: str) -> model.Wiring:
    """The plant waterer on any board at all, on pins that nobody chose by hand."""
    pins = [pin for pin in model.load_board(board).pins.values() if not pin.can.limits]
    analog = next(pin for pin in pins if pin.can.adc)
    plain = [pin for pin in pins if pin is not analog][2:6]
    chosen = zip(("soil", "tank", "pump", "status", "button"), [analog, *plain], strict=True)
    table = f"[pins.{board}]\n" + "".join(f'{part} = "{pin.name}"\n' for part, pin in chosen)
    text = re.sub(r"(?s)\[pins\..*?(?=\[settings\])", table + "\n", BASE)
    return model.wire(model.load_recipe(write_recipe(folder, text=text)), board)
