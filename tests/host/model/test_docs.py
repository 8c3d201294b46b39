# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The pages about the format name what the loader knows, and their example is a real part."""

from __future__ import annotations

import re

import pytest
from potluck.errors import PotluckError
from potluck.model import load_part, load_recipe
from potluck.model.part import HOWS
from potluck.model.reader import Table

from tests.host.recipe_kit import BASE, own_hardware, write_recipe

LINEAGE = """
[[lineage]]
parent = "a"
version = "1.0.0"
hash = "0123456789ab"
authors = ["A"]
licence = { code = "MIT" }
"""


@pytest.fixture
def asked(monkeypatch):
    """Every key that the loader asks any table for, as (file, key)."""
    keys = set()
    has = Table.has
    monkeypatch.setattr(Table, "has", lambda self, key: (keys.add((self.file, key)), has(self, key))[1])
    return keys


def test_every_key_of_a_recipe_is_on_its_page(asked, root, tmp_path):
    load_recipe(write_recipe(tmp_path, text=BASE + LINEAGE))
    page = (root / "docs" / "recipe-format.md").read_text("utf-8")
    kinds = ("pump_5v", "led", "capacitive_soil_sensor")
    parts = {name for kind in kinds for name in load_part(kind).options}
    own = {"soil", "tank", "pump", "supply", "status", "button", "aout", "signal", "minus", "anode",
           "pico", "esp32_devkitc", "pot_l", "reservoir_l", "moisture", "watered", "soil_dry_v",
           "soil_wet_v", "pump_ml_per_s", "dry_below", "dose_ml", "daily_ml", "check_every_s", "rest_min"}
    known = {key for file, key in asked if file.endswith("recipe.toml")} - own - parts
    assert {"is", "through", "runs", "over", "hash"} <= known
    for key in known:
        assert re.search(rf"(`|\[|[{{ .]){re.escape(key)}(`|\]|\.| =)", page), f"{key} is not on the page"


def test_every_key_of_a_part_is_on_its_page(asked, root):
    load_part("pump_5v"), load_part("led")
    page = (root / "docs" / "add-a-part.md").read_text("utf-8")
    known = {key for file, key in asked if file.endswith("part.toml")}
    known -= {"plus", "minus", "anode", "cathode", "max_on_s", "ml_per_s", "colour", "pin", "vernier", "leds"}
    for key in known | set(HOWS):
        pattern = rf"(`|\[|[{{ ]|^){re.escape(key)}(`|\]| =|:)"
        assert re.search(pattern, page, re.M), f"{key} is not on the page"


def test_the_example_is_a_part(root, tmp_path, monkeypatch):
    page = (root / "docs" / "add-a-part.md").read_text("utf-8")
    [example] = re.findall(r"```toml\n(.*?)```", page, re.S)
    made = own_hardware(tmp_path, monkeypatch) / "parts" / "tilt_switch"
    made.mkdir()
    (made / "part.toml").write_text(example, encoding="utf-8")
    part = load_part("tilt_switch")
    assert part.options["settle_ms"].default == 50
    with pytest.raises(PotluckError, match="tilt_switch"):
        load_part("tilt_switc")
