# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""config.py and the world's configuration: literals that say what the recipe says."""

from __future__ import annotations

import ast
import json

import pytest
from potluck import errors, generate, places

from tests.host.recipe_kit import own_hardware, wired


def literals(text: str) -> dict:
    """The configuration as data, proving that it is nothing but assignments of literals."""
    found = {}
    for node in ast.parse(text).body:
        assert isinstance(node, ast.Assign)
        found[node.targets[0].id] = ast.literal_eval(node.value)
    return found


@pytest.mark.parametrize("board, gpios", [("pico", (26, 14, 15, 16, 17)),
                                          ("esp32_devkitc", (32, 27, 25, 26, 33))])
def test_the_device_configuration(board, gpios, tmp_path):
    wiring = wired(tmp_path, board)
    soil, tank, pump, status, button = gpios
    assert literals(generate.device_config(wiring)) == {
        "NAME": "plant-waterer", "VERSION": "1.0.0", "HASH": wiring.recipe.content_hash, "FIRST_SAMPLE_S": 20, "BOARD": board,
        "PARTS": {
            "soil": ("capacitive_soil_sensor", "CapacitiveSoilSensor",
                     {"adc": ("adc", soil), "pin": ("pin", soil)}, {"dry_v": 2.6, "wet_v": 1.1}),
            "tank": ("float_switch", "FloatSwitch", {"pin": ("in_up", tank)}, {}),
            "pump": ("pump_5v", "Pump5V", {"pin": ("out", pump, 0)}, {"max_on_s": 10.0, "ml_per_s": 20.0}),
            "status": ("led", "Led", {"pin": ("out", status, 0)}, {}),
            "button": ("push_button", "PushButton", {"pin": ("in_up", button)}, {}),
        },
        "SETTINGS": {"dry_below": (35, 5, 80), "dose_ml": (40, 5, 100), "daily_ml": (250, 0, 2000),
                     "check_every_s": (60, 5, 3600), "rest_min": (20, 1, 720)},
        "CALIBRATION": {"soil_dry_v": (2.6, 1.5, 3.0), "soil_wet_v": (1.1, 0.2, 1.4),
                        "pump_ml_per_s": (20.0, 12.0, 60.0)},
        "CHANNELS": (("moisture", "%", 1, None), ("tank", "1", 0, ("empty", "water")),
                     ("pump", "1", 0, ("off", "on")), ("watered", "mL", 0, None)),
    }


def test_the_same_recipe_gives_the_same_bytes(tmp_path):
    first, second = wired(tmp_path / "a", "pico"), wired(tmp_path / "b", "pico")
    assert generate.device_config(first) == generate.device_config(second)


def test_a_calibration_stands_for_its_option(tmp_path):
    wiring = wired(tmp_path, "pico", ("default = 20.0", "default = 33.5"))
    assert literals(generate.device_config(wiring))["PARTS"]["pump"][3]["ml_per_s"] == 33.5


@pytest.mark.parametrize("text", ["'; import os; '", '"""', "\\", "it's 50 % {x} é 水"])
def test_text_of_a_recipe_stays_text(text, tmp_path):
    wiring = wired(tmp_path, "pico", ('"empty"', json.dumps(text, ensure_ascii=False)))
    assert literals(generate.device_config(wiring))["CHANNELS"][1][3] == (text, "water")


def test_the_driver_files_are_those_of_the_parts(tmp_path):
    files = generate.driver_files(wired(tmp_path, "pico"))
    assert sorted(files) == ["capacitive_soil_sensor", "float_switch", "led", "pump_5v", "push_button"]
    for kind, path in files.items():
        assert path == places.hardware_dir() / "parts" / kind / "driver.py"


def test_the_world(tmp_path, monkeypatch):
    hardware = own_hardware(tmp_path, monkeypatch)
    for kind in ("capacitive_soil_sensor", "float_switch", "pump_5v", "led", "push_button"):
        (hardware / "parts" / kind / "world.py").write_text(f"# {kind}\n", encoding="utf-8")
    wiring = wired(tmp_path, "esp32_devkitc")
    (wiring.recipe.folder / "world.py").write_text("# pot\n", encoding="utf-8")
    world = generate.world_config(wiring)
    assert json.loads(json.dumps(world)) == world
    assert (world["model"], world["options"]) == ("# pot\n", {"pot_l": 3.0, "reservoir_l": 2.0})
    assert [part["name"] for part in world["parts"]] == ["soil", "tank", "pump", "status", "button"]
    assert world["parts"][2] == {
        "name": "pump", "kind": "pump_5v", "source": "# pump_5v\n", "pins": {"minus": 25},
        "options": {"max_on_s": 10.0, "ml_per_s": 20.0}}
    assert world["parts"][3]["options"] == {"colour": "green"}


def test_a_world_that_is_no_text_is_refused(tmp_path):
    wiring = wired(tmp_path, "pico")
    (wiring.recipe.folder / "world.py").write_bytes(b"\xff\xff")
    with pytest.raises(errors.RecipeInvalid, match="plant-waterer/world.py: is not UTF-8"):
        generate.world_config(wiring)
    (wiring.recipe.folder / "world.py").write_bytes(b"#" * 70_000)
    with pytest.raises(errors.RecipeInvalid, match="larger than 64 KB"):
        generate.world_config(wiring)


@pytest.mark.parametrize("make", [generate.device_config, generate.world_config, generate.connections])
def test_nothing_is_made_from_wiring_that_fails_its_checks(make, tmp_path):
    with pytest.raises(errors.PinConflict):
        make(wired(tmp_path, "pico", ('"GP14"', '"GP15"')))
