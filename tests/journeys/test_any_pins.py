# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Pins that nobody chose: what passes the checks runs, every part of it, on a board that knows nothing of the checks."""

import random
import re

import pytest
from potluck import checks, model

from tests.host.recipe_kit import TOUR, write_recipe

from .plant_waterer_kit import Waterer

SEEDS = 25


def any_pins(chance: random.Random, board: str) -> str:
    """A [pins] table for the parts tour, right or wrong."""
    # Mostly those that can be right, so that a wiring passes now and then.
    pins = [pin for pin in model.load_board(board).pins.values()
            if chance.random() < 0.1 or all(limit.severity != "never" for limit in pin.can.limits)]
    chance.shuffle(pins)
    first = {"dial": next(pin for pin in pins if pin.can.adc)}
    for line in ("I2C0_SDA", "I2C0_SCL"):
        first[line] = next((pin for pin in pins if line in pin.can.functions and pin not in first.values()), None)
    rest = iter(pin.name for pin in pins if pin not in first.values())
    name = {key: pin.name if pin else next(rest) for key, pin in first.items()}
    rows = [f'dial = "{name["dial"]}"', f'i2c0 = {{ sda = "{name["I2C0_SDA"]}", scl = "{name["I2C0_SCL"]}" }}',
            f'onewire0 = "{next(rest)}"', f'eye = {{ trigger = "{next(rest)}", echo = "{next(rest)}" }}',
            *(f'{part} = "{next(rest)}"' for part in ("button", "status", "arm", "horn", "lights"))]
    return "\n".join([f"[pins.{board}]", *rows, "", ""])


@pytest.mark.long
@pytest.mark.parametrize("seed", range(SEEDS))
def test_what_passes_the_checks_runs(seed, tmp_path):
    chance, names = random.Random(seed), model.board_names()
    board = names[seed % len(names)]
    main = (model.load_recipe("parts-tour").folder / "main.py").read_bytes()
    for number in range(200):
        text = re.sub(r"(?s)\[pins\..*?(?=\[settings\])", lambda _: any_pins(chance, board), TOUR)
        folder = write_recipe(tmp_path / str(number), text=text)
        (folder / "main.py").write_bytes(main)
        found = checks.run(model.wire(model.load_recipe(folder), board))
        if all(one.level != "error" for one in found):
            break
    else:
        raise AssertionError(f"nothing passes: {found}")
    live = Waterer(board, name=str(folder))
    live.run(9)
    assert not live.errors
    assert live.samples and None not in live.samples[-1].values(), text
