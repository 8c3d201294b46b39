# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A remix: comments stay, credit stays, and it appears whole or not at all."""

from __future__ import annotations

import difflib
import re
import time

import pytest
from potluck import checks, errors, generate
from potluck.model import load_recipe, wire
from potluck.readme import remixed
from potluck.remix import remix

from tests.host.recipe_kit import write_recipe


def changed(before, after) -> list[str]:
    """Lines that differ, with - or + before them."""
    lines = difflib.unified_diff(before.read_text("utf-8").splitlines(),
                                 after.read_text("utf-8").splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:2] not in ("--", "++", "@@")]


def test_only_what_was_asked_for_changes(tmp_path):
    parent = write_recipe(tmp_path)
    made = remix(parent, "balcony", set={"dry_below": "30"}, into=tmp_path / "mine")
    assert made == tmp_path / "mine" / "balcony"
    assert changed(parent / "recipe.toml", made / "recipe.toml") == [
        '-name = "plant-waterer"', '-version = "1.0.0"', '+name = "balcony"', '+version = "0.1.0"',
        '-dry_below     = { default = 35, range = [5, 80], unit = "%", help = "water below this" }',
        '+dry_below     = { default = 30, range = [5, 80], unit = "%", help = "water below this" }',
        "+[[lineage]]", '+parent = "plant-waterer"', '+version = "1.0.0"',
        f'+hash = "{load_recipe(parent).content_hash}"', '+authors = ["the potluck authors"]',
        '+licence = {code = "MIT", hardware = "CERN-OHL-P-2.0", docs = "CC-BY-4.0"}', "+"]


def test_it_is_a_recipe_like_any_other(tmp_path):
    made = load_recipe(remix(write_recipe(tmp_path), "balcony", set={"dry_below": "30"}, into=tmp_path))
    assert (made.name, made.settings["dry_below"].default) == ("balcony", 30)
    for board in made.boards:
        wiring = wire(made, board)
        assert checks.run(wiring) == []
        assert "'dry_below': (30, 5, 80)" in generate.device_config(wiring)


def test_the_chain_of_credit_is_kept(tmp_path):
    parent = write_recipe(tmp_path)
    child = remix(parent, "balcony", into=tmp_path, author="Ann")
    grandchild = remix(child, "roof", into=tmp_path, author="Ann")
    mine = load_recipe(grandchild)
    assert mine.authors == ("Ann", "the potluck authors"), "named once"
    assert [(one.parent, one.version, one.authors) for one in mine.lineage] == [
        ("balcony", "0.1.0", ("Ann", "the potluck authors")),
        ("plant-waterer", "1.0.0", ("the potluck authors",))]
    assert mine.lineage[0].hash == load_recipe(child).content_hash
    assert mine.lineage[1].hash == load_recipe(parent).content_hash
    assert mine.lineage[1].licence == load_recipe(parent).licence


def test_all_files_come_along_and_nothing_that_tools_made(tmp_path):
    parent = write_recipe(tmp_path)
    (parent / "scenarios").mkdir()
    (parent / "scenarios" / "dry.toml").write_bytes(b"# \xff bytes stay\r\n")
    (parent / "__pycache__").mkdir()
    (parent / "__pycache__" / "main.pyc").write_bytes(b"x")
    made = remix(parent, "balcony", into=tmp_path)
    assert sorted(path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()) == [
        "main.py", "recipe.toml", "scenarios/dry.toml"]
    assert (made / "scenarios" / "dry.toml").read_bytes() == b"# \xff bytes stay\r\n"
    assert (made / "main.py").read_bytes() == (parent / "main.py").read_bytes()


LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.mark.parametrize("parent", ["plant-waterer", "parts-tour"])
def test_no_link_of_its_readme_leads_nowhere_and_its_commands_are_its_own(parent, tmp_path):
    made = remix(parent, "balcony", into=tmp_path / "mine")
    text = (made / "README.md").read_text("utf-8")
    for target in LINK.findall(text):
        assert "://" in target or (made / target.partition("#")[0]).exists(), target
    assert f"potluck try {parent}" not in text and "potluck try balcony" in text
    assert f"Remixed from {parent} 1.0.0. `potluck draw balcony` draws its pictures" in text
    assert "each wire numbered: `potluck draw balcony --board pico`*" in text
    assert "| Arduino Nano ESP32 | `potluck draw balcony --board arduino_nano_esp32` |  |  |" in text
    assert "[recipe.toml](recipe.toml)" in text


def test_a_readme_is_changed_only_where_it_must_be(tmp_path):
    parent = write_recipe(tmp_path / "far" / "projects")
    (tmp_path / "far" / "notes.md").write_text("# Notes\n")
    (tmp_path / "far" / "schematics" / "plant-waterer" / "pico").mkdir(parents=True)
    (tmp_path / "far" / "schematics" / "plant-waterer" / "pico" / "wiring.svg").write_text("<svg/>")
    lines = ["# Mine", "", "[notes](../../notes.md#top), [there](https://example.org), [below](#x), [old](../../gone.md)",
             "![it](../../schematics/plant-waterer/pico/wiring.svg)", "potluck draw plant-waterer-2; a plant-waterer; \\1", ""]
    (parent / "README.md").write_bytes("\r\n".join(lines).encode())
    made = remix(parent, "balcony", into=tmp_path / "far" / "projects")
    note = "Remixed from plant-waterer 1.0.0. `potluck draw balcony` draws its pictures, build sheets and schematics."
    assert (made / "README.md").read_bytes().decode().split("\r\n") == [
        "# Mine", "", note, "",
        "[notes](../../notes.md#top), [there](https://example.org), [below](#x), old",
        "*it: `potluck draw balcony --board pico`*", "potluck draw plant-waterer-2; a plant-waterer; \\1", ""]


@pytest.mark.parametrize("line", ["[", "[](", "![a](", "potluck a ", "[a](../", "potluck try plant-waterer"])
def test_no_line_of_a_strangers_readme_takes_longer_than_its_length(line):
    parent = load_recipe("plant-waterer")
    before = time.process_time()
    remixed(line * (200_000 // len(line)), parent, "balcony", parent.folder)
    assert time.process_time() - before < 2


@pytest.mark.parametrize("content", [
    b"\xff\xfe no text", b"", b"# Nothing to mend\n", b"[gone](../../gone.md) " + b"x" * 256 * 1024])
def test_a_readme_with_nothing_to_mend_stays_byte_for_byte(content, tmp_path):
    parent = write_recipe(tmp_path)
    (parent / "README.md").write_bytes(content)
    assert (remix(parent, "balcony", into=tmp_path) / "README.md").read_bytes() == content


def test_lines_that_end_as_on_windows_stay_so(tmp_path):
    parent = write_recipe(tmp_path)
    file = parent / "recipe.toml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    made = remix(parent, "balcony", set={"dose_ml": 50}, into=tmp_path)
    data = (made / "recipe.toml").read_bytes()
    assert b'dose_ml       = { default = 50, range = [5, 100], unit = "mL"' in data
    assert b"# One pot, one pump.\x20" in data and data.count(b"\r\n") > 50


def test_calibration_and_numbers(tmp_path):
    made = load_recipe(remix(write_recipe(tmp_path), "balcony", into=tmp_path,
                             set={"pump_ml_per_s": "25", "dry_below": 30.0, "dose_ml": "12.5"}))
    assert made.calibration["pump_ml_per_s"].default == 25.0
    dry = made.settings["dry_below"].default
    assert (dry, type(dry)) == (30, int), "a whole number stays one"
    assert made.settings["dose_ml"].default == 12.5


@pytest.mark.parametrize("values, error, said", [
    ({"dry_below": "81"}, errors.SettingOutOfRange, "81 is outside its range; give 5 to 80 %"),
    ({"dry_below": "nan"}, errors.SettingOutOfRange, "outside"),
    ({"dry_below": "-inf"}, errors.SettingOutOfRange, "outside"),
    ({"dry_below": "much"}, errors.SettingOutOfRange, "'much' is not a number"),
    ({"dry_below": ""}, errors.SettingOutOfRange, "not a number"),
    ({"dry_below": None}, errors.SettingOutOfRange, "not a number"),
    ({"dry_belo": "30"}, errors.UnknownSetting, 'did you mean "dry_below"'),
])
def test_a_wrong_value_makes_nothing(values, error, said, tmp_path):
    parent = write_recipe(tmp_path)
    with pytest.raises(error, match=said):
        remix(parent, "balcony", set=values, into=tmp_path / "mine")
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize("name", ["", "Balcony", "../balcony", "a/b", "con", "a--b", "-a", "x" * 41, "a b"])
def test_a_name_that_no_folder_may_have(name, tmp_path):
    with pytest.raises(errors.NameInvalid):
        remix(write_recipe(tmp_path), name, into=tmp_path / "mine")
    assert not (tmp_path / "mine").exists()


def test_nothing_is_written_over(tmp_path):
    parent = write_recipe(tmp_path)
    (tmp_path / "balcony").mkdir()
    (tmp_path / "balcony" / "mine.txt").write_text("precious")
    with pytest.raises(errors.RemixExists):
        remix(parent, "balcony", into=tmp_path)
    assert (tmp_path / "balcony" / "mine.txt").read_text() == "precious"
    with pytest.raises(errors.RemixExists):
        remix(parent, "plant-waterer", into=tmp_path)


def test_a_disk_that_refuses_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    parent = write_recipe(tmp_path)
    monkeypatch.setattr("potluck.remix.shutil.copyfile", full)
    with pytest.raises(errors.RecipeInvalid, match="No space left") as caught:
        remix(parent, "balcony", into=tmp_path / "mine")
    assert "room" in caught.value.do
    assert list((tmp_path / "mine").iterdir()) == []


@pytest.mark.parametrize("author", ["two\nlines", "\x1b[31m", "x" * 300])
def test_an_author_is_a_line_of_text(author, tmp_path):
    with pytest.raises(errors.NameInvalid):
        remix(write_recipe(tmp_path), "balcony", into=tmp_path / "mine", author=author)


def test_other_ways_to_write_toml_can_be_remixed_too(tmp_path):
    parent = write_recipe(
        tmp_path,
        ('dry_below     = { default = 35, range = [5, 80], unit = "%", help = "water below this" }',
         "dry_below.default = 35 # mine\ndry_below.range = [5, 80]\ndry_below.unit = '%'\n"
         "dry_below.help = 'water below this'"),
        ("[world]\npot_l       = 3.0\nreservoir_l = 2.0", ""))
    made = remix(parent, "balcony", set={"dry_below": 40}, into=tmp_path)
    assert "dry_below.default = 40 # mine" in (made / "recipe.toml").read_text("utf-8")
    assert load_recipe(made).settings["dry_below"].default == 40
