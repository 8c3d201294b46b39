# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""One of everything: the recipe that uses each kind of connection, from the command line to the display."""

import json
import re
import subprocess
import sys

import pytest
from potluck import model

from .plant_waterer_kit import Hello, Waterer


@pytest.mark.parametrize("board", ["pico", "esp32_devkitc"])
def test_it_lives_and_nothing_fails(board):
    tour = Waterer(board, name="parts-tour")
    tour.poke_at(0, eye__distance_m=0.4, air__pascal=99000)
    state = tour.run(20)
    assert not tour.errors and not tour.warnings
    last = tour.samples[-1]
    assert last["pressure"] == pytest.approx(99000, abs=5) and last["distance"] == pytest.approx(0.4, abs=0.01)
    assert last["angle"] == pytest.approx(90, abs=7)
    assert state["screen.lit"] > 200 and state["lights.lit"] == 2
    [hello] = {event.recipe for event in tour.heard(Hello)}
    assert hello == "parts-tour"


@pytest.mark.parametrize(("part", "named"), [
    ("screen", "no display at 0x3c"), ("air", "no BME280 at 0x76"), ("probe", "there is no thermometer 0")])  # fmt: skip
def test_a_part_that_does_not_answer_at_the_start_is_an_error_that_names_it(part, named):
    tour = Waterer("pico", name="parts-tour")
    tour.poke_at(0, **{f"{part}__unplugged": 1})
    tour.run(6)
    said = "".join(str(event) for event in tour.events)
    assert named in said and f"drivers/{ {'screen': 'ssd1306', 'air': 'bme280', 'probe': 'ds18b20'}[part]}.py" in said


@pytest.mark.parametrize("board", ["pico", "esp32_devkitc"])
def test_it_leaves_room_on_a_board(board):
    """All ten drivers, launcher, runtime and recipe: less than half of a Pico's heap."""
    weigh = ("@app.every(5)\ndef weigh():\n    import gc\n    gc.collect()\n    print('in use', gc.mem_alloc())\n\n\n")
    tour = Waterer(board, name="parts-tour", recipe=lambda text: text.replace("app.run()", weigh + "app.run()"))
    tour.run(15)
    used = [int(number) for event in tour.events for number in re.findall(r"in use (\d+)", getattr(event, "text", ""))]
    print(f"heap in use by parts-tour on {board}: {used}")
    assert used and used[-1] < 120_000 and used[-1] - used[0] < 2_000


def test_it_uses_every_part_that_a_recipe_can_use():
    used = {held.part.kind for held in model.load_recipe("parts-tour").parts.values()}
    used |= {held.part.kind for held in model.load_recipe("plant-waterer").parts.values()}
    assert used == {kind for kind in model.part_kinds() if model.load_part(kind).group != "discrete"}


def test_every_circuit_but_the_bare_bus_is_in_one_of_the_recipes():
    used = {placed.circuit.kind for recipe in ("parts-tour", "plant-waterer")
            for placed in model.wire(model.load_recipe(recipe), "pico").circuits}
    assert set(model.circuit_kinds()) - used == {"i2c_pull_ups"}, "its breakouts bring their own"


def test_try_shows_it():
    done = subprocess.run(
        [sys.executable, "-m", "potluck", "try", "parts-tour", "--for", "3s", "--speed", "20", "--json"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert (last["recipe"], last["lost"], last["damaged"]) == ("parts-tour", 0, 0)
    assert re.search(r'"probe": ?20\.0', done.stdout)
