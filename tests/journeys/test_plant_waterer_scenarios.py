# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Runs projects/*/scenarios: what happens to a recipe, told as data.

title = "…"
[[step]]
poke = { moisture = 20 }      the world's knobs, at the start of the step
do = "power_cut"              or "hard_reset"
wait_s, wait_min, wait_h      how long the step takes
expect = { … }                at its end:
  NAME = "> 3"                a knob or a value of the world; < > =
  channel.NAME = "> 3"        the latest sample; "none": no value
  log = "text"                said during this step
"""

import operator
import tomllib

import pytest
from potluck.places import projects_dir

from .plant_waterer_kit import HOUR, MINUTE, Log, Waterer

PATHS = sorted(projects_dir().glob("*/scenarios/*.toml"))
SECONDS = {"wait_s": 1.0, "wait_min": MINUTE, "wait_h": HOUR}
SIGNS = {"<": operator.lt, ">": operator.gt, "=": operator.eq}
KEYS = {"poke", "do", "expect", *SECONDS}


def fits(value, wanted: str) -> bool:
    if wanted == "none" or value is None:
        return wanted == "none" and value is None
    sign, limit = wanted.split()
    return SIGNS[sign](value, float(limit))


def check(waterer: Waterer, expect: dict, where: str) -> None:
    new = [event.text for event in waterer.hear() if isinstance(event, Log)]
    world = waterer.state()
    for name, wanted in expect.items():
        if name == "log":
            assert any(wanted in text for text in new), f"{where}: nobody said {wanted!r}, but {new}"
        elif name == "channel":
            latest = waterer.samples[-1]
            for channel, said in wanted.items():
                assert fits(latest[channel], said), f"{where}: {channel} is {latest[channel]}, not {said}"
        else:
            assert fits(world[name], wanted), f"{where}: {name} is {world[name]}, not {wanted}"


def play(scenario: dict, board: str, recipe: str = "plant-waterer") -> None:
    waterer = Waterer(board, name=recipe)
    now_s = 0.0
    for number, step in enumerate(scenario["step"], 1):
        assert set(step) <= KEYS, f"step {number}: {set(step) - KEYS} means nothing"
        for knob, value in step.get("poke", {}).items():
            waterer.poke_at(now_s, **{knob: value})
        if "do" in step:
            waterer.at(
                now_s,
                {"power_cut": waterer.board.power_cut, "hard_reset": waterer.board.hard_reset}[step["do"]],
            )
        now_s += sum(step.get(key, 0) * seconds for key, seconds in SECONDS.items())
        where = f"step {number}"
        waterer.at(now_s, lambda step=step, where=where: check(waterer, step.get("expect", {}), where))
    waterer.run(now_s + 1)


@pytest.mark.parametrize("board", ["pico", "esp32_devkitc"])
@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_scenario(path, board):
    play(tomllib.loads(path.read_text()), board, path.parents[1].name)


def test_a_scenario_that_does_not_come_true_says_where():
    with pytest.raises(AssertionError, match="step 2: pump_on_s is 2.0.*, not = 0"):
        play({"step": [{"wait_s": 1}, {"wait_min": 2, "expect": {"pump_on_s": "= 0"}}]}, "pico")
