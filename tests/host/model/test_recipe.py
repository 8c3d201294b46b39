# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""recipe.toml: what it says arrives, and what it cannot mean is one error that helps."""

from __future__ import annotations

import pytest
from potluck import errors
from potluck.model import load_recipe
from potluck.model.recipe import Ancestor

from tests.host.recipe_kit import write_recipe


def test_everything_said_arrives(tmp_path):
    recipe = load_recipe(write_recipe(tmp_path))
    assert (recipe.name, recipe.version) == ("plant-waterer", "1.0.0")
    assert recipe.boards == ("pico", "esp32_devkitc")
    assert recipe.licence == {"code": "MIT", "hardware": "CERN-OHL-P-2.0", "docs": "CC-BY-4.0"}
    assert list(recipe.parts) == ["soil", "tank", "pump", "supply", "status", "button"]
    pump = recipe.parts["pump"]
    assert (pump.part.kind, pump.through["minus"].kind, pump.options["max_on_s"]) == (
        "pump_5v", "lowside_switch", 10)
    assert recipe.parts["status"].through["anode"].kind == "led_resistor", "an LED brings its resistor"
    assert recipe.pins["esp32_devkitc"]["soil"] == {"aout": "GPIO32"}
    dry = recipe.settings["dry_below"]
    assert (dry.default, dry.low, dry.high, dry.unit, dry.help) == (35, 5, 80, "%", "water below this")
    assert recipe.settings["dose_ml"].runs == "pump"
    assert list(recipe.calibration) == ["soil_dry_v", "soil_wet_v", "pump_ml_per_s"]
    assert recipe.calibrates("soil", "dry_v") is recipe.calibration["soil_dry_v"]
    assert recipe.calibrates("soil", "nothing") is None
    assert recipe.channels["tank"].states == ("empty", "water")
    assert (recipe.channels["moisture"].decimals, recipe.channels["watered"].over) == (1, "24 h")
    assert recipe.world["pot_l"] == 3.0
    assert recipe.lineage == () and recipe.main_path.is_file()


def test_it_is_frozen(tmp_path):
    recipe = load_recipe(write_recipe(tmp_path))
    with pytest.raises(AttributeError):
        recipe.name = "other"
    with pytest.raises(TypeError):
        recipe.parts["soil"] = None
    with pytest.raises(TypeError):
        recipe.parts["pump"].options["max_on_s"] = 1000


def test_lineage_arrives_nearest_first(tmp_path):
    text = """
[[lineage]]
parent = "middle"
version = "0.2.0"
hash = "0123456789ab"
authors = ["Ann"]
licence = { code = "MIT" }
[[lineage]]
parent = "oldest"
version = "1.0.0"
hash = "ba9876543210"
authors = ["Bob", "Cem"]
licence = { code = "0BSD" }
"""
    folder = write_recipe(tmp_path)
    file = folder / "recipe.toml"
    file.write_text(file.read_text("utf-8") + text, encoding="utf-8")
    assert load_recipe(folder).lineage == (
        Ancestor("middle", "0.2.0", "0123456789ab", ("Ann",), {"code": "MIT"}),
        Ancestor("oldest", "1.0.0", "ba9876543210", ("Bob", "Cem"), {"code": "0BSD"}))


@pytest.mark.parametrize("old, new, error, where, said", [
    ('is = "float_switch"', 'is = "float_swich"', "unknown-part", "parts.tank.is",
     'did you mean "float_switch"'),
    ('is = "float_switch"', 'is = "../../../etc"', "unknown-part", "parts.tank.is", "there is no part"),
    ('is = "float_switch"', 'is = "resistor"', "recipe-invalid", "parts.tank.is", "only used inside"),
    ("lowside_switch", "low_side_switch", "unknown-circuit", "parts.pump.through",
     'did you mean "lowside_switch"'),
    ('"supply_5v" }', '"supply_5v", through = "led_resistor" }', "recipe-invalid", "parts.supply.through",
     "cannot go through"),
    ('"green" }', '"green", through = "lowside_switch" }', "recipe-invalid", "parts.status.through",
     "no supply terminal"),
    ('"green"', '"gren"', "recipe-invalid", "parts.status.colour", 'did you mean "green"'),
    ("max_on_s = 10", "max_on_s = 31", "recipe-invalid", "parts.pump.max_on_s", "outside 0.5 to 30"),
    ("max_on_s = 10", 'max_on_s = "10"', "recipe-invalid", "parts.pump.max_on_s", "without quotes"),
    ("max_on_s = 10", "max_on_s = true", "recipe-invalid", "parts.pump.max_on_s", "must be a number"),
    ("max_on_s = 10", "max_on_s = nan", "recipe-invalid", "parts.pump.max_on_s", "outside"),
    ("max_on_s = 10", "max_on = 10", "recipe-invalid", "parts.pump.max_on", 'did you mean "max_on_s"'),
    ("[pins.pico]", "[pins.pic]", "unknown-board", "pins.pic", 'did you mean "pico"'),
    ('tank   = "GP14"', 'tanks = "GP14"', "recipe-invalid", "pins.pico.tanks", 'did you mean "tank"'),
    ('tank   = "GP14"', 'supply = "GP14"', "recipe-invalid", "pins.pico.supply", "takes no pin"),
    ('tank   = "GP14"', 'tank = { singal = "GP14" }', "recipe-invalid", "pins.pico.tank.signal",
     '"singal" looks like it'),
    ('tank   = "GP14"', "tank = 14", "recipe-invalid", "pins.pico.tank", "put it in quotes"),
    ("default = 35", "default = 90", "recipe-invalid", "settings.dry_below.default", "outside 5 to 80"),
    ("[5, 80]", "[80, 5]", "recipe-invalid", "settings.dry_below.range", "write [lowest, highest]"),
    ("[5, 80]", "[5]", "recipe-invalid", "settings.dry_below.range", "[lowest, highest]"),
    ('unit = "%", help', 'unit = "percent", help', "recipe-invalid", "settings.dry_below.unit", "UCUM"),
    (', help = "water below this"', "", "recipe-invalid", "settings.dry_below.help", "is missing"),
    ('runs = "pump"', 'runs = "pmup"', "recipe-invalid", "settings.dose_ml.runs", 'did you mean "pump"'),
    ("soil_dry_v ", "dry_below ", "recipe-invalid", "settings.calibration.dry_below", "a setting as well"),
    ("dry_below  ", "class      ", "recipe-invalid", "settings.class", "is not a name"),
    ("dry_below  ", '"dry below"', "recipe-invalid", "settings.dry below", "is not a name"),
    ('["off", "on"]', '["off"]', "recipe-invalid", "channels.pump.states", "2 to 8"),
    ("decimals = 1", "decimals = 1.5", "recipe-invalid", "channels.moisture.decimals", "whole number"),
    ("decimals = 1", "decimals = 9", "recipe-invalid", "channels.moisture.decimals", "outside 0 to 6"),
    ('name = "plant-waterer"', 'name = "../up"', "recipe-invalid", "recipe.name", "cannot name a folder"),
    ('name = "plant-waterer"', 'name = "nul"', "recipe-invalid", "recipe.name", "cannot name a folder"),
    ('version = "1.0.0"', 'version = "1.0"', "recipe-invalid", "recipe.version", 'write "1.0.0"'),
    ('summary = "Keeps', 'summary = "\\u001b[31mKeeps', "recipe-invalid", "recipe.summary", "printable"),
    ('authors = ["the potluck authors"]', "authors = []", "recipe-invalid", "recipe.authors", "1 to 100"),
    ('code = "MIT", ', "", "recipe-invalid", "recipe.licence.code", "is missing"),
    ("[parts]", "[part]", "recipe-invalid", "parts", '"part" looks like it'),
    ("[world]", "[worlds]", "recipe-invalid", "worlds", 'did you mean "world"'),
    ("pot_l       = 3.0", "pot_l = [3.0]", "recipe-invalid", "world.pot_l", "must be a number"),
    ("default = 35", "default = ", "recipe-invalid", "", "line 35"),
    ("default = 35", "default = 1" + "0" * 5000, "recipe-invalid", "", "number too long|outside"),
])
def test_a_mistake_is_one_error_with_file_key_and_hint(old, new, error, where, said, tmp_path):
    folder = write_recipe(tmp_path, (old, new))
    with pytest.raises(errors.PotluckError) as caught:
        load_recipe(folder)
    assert caught.value.id == error
    assert caught.value.where == "plant-waterer/recipe.toml" + (f": {where}" if where else "")
    assert any(text in str(caught.value) for text in said.split("|")), str(caught.value)
    assert "\x1b" not in str(caught.value) and len(str(caught.value)) < 500


@pytest.mark.parametrize("data, said", [
    (b"\xff\xfe", "not UTF-8"),
    (b"a = " + b"[" * 20_000, "nested too deep"),
    (b"#" * 300_000, "larger than"),
    (b"", "recipe: is missing"),
    (b'recipe = "x"', "must be a table"),
])
def test_files_that_are_no_recipe(data, said, tmp_path):
    folder = write_recipe(tmp_path)
    (folder / "recipe.toml").write_bytes(data)
    with pytest.raises(errors.RecipeInvalid, match=said):
        load_recipe(folder)


def test_a_byte_order_mark_and_crlf_are_no_mistake(tmp_path):
    folder = write_recipe(tmp_path)
    file = folder / "recipe.toml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert load_recipe(folder).name == "plant-waterer"


def test_main_py_must_be_there(tmp_path):
    folder = write_recipe(tmp_path)
    (folder / "main.py").unlink()
    with pytest.raises(errors.RecipeInvalid, match="no main.py"):
        load_recipe(folder)


def test_too_many_entries_are_refused(tmp_path):
    many = "".join(f'x{number} = {{ unit = "1" }}\n' for number in range(40))
    with pytest.raises(errors.RecipeInvalid, match="more than 32"):
        load_recipe(write_recipe(tmp_path, ("[channels]\n", "[channels]\n" + many)))


def test_a_file_without_permission(tmp_path, monkeypatch):
    def refuse(self, *_):
        raise PermissionError(13, "Permission denied")

    folder = write_recipe(tmp_path)
    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(errors.RecipeInvalid, match="cannot be read .Permission denied"):
        load_recipe(folder)
