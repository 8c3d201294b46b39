# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What both slots stand on, the runtime and a recipe's modules: when it is shared, not touched, done again, removed."""

import pytest
from potluck import model
from potluck.deploy import deploy, kept
from potluck.deploy.build import slot_files
from potluck.deploy.slots import slots, undo
from potluck.errors import NothingToUndo, TrialFailed

from tests.host.deploy.benches import BALLAST, MAIN, Bench, bases, files_whole, firmware, paths, seen, with_modules, write_recipe


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """A board that runs version 1.0.0, which has proven itself."""
    with Bench() as bench:
        deploy(write_recipe(tmp_path_factory.mktemp("recipe")), link=bench.calm(), progress=bench.patient)
        bench.wait_pointer("a = -")
        bench.board.stop()
        return bench.flash.device.image()


def runtimes(bench) -> set[str]:
    return {name for name, is_folder, _ in bench.flash.listdir("/slots") if is_folder} - {"a", "b"}


def test_the_runtime_is_there_once_for_both_slots(image, tmp_path):
    with Bench(image=image) as bench:
        deploy(write_recipe(tmp_path, BALLAST + MAIN, "2.0.0"), link=bench.calm(), progress=bench.patient)
        assert bases(bench.flash, "a") == bases(bench.flash, "b") == [*runtimes(bench)]
        assert len([path for path in paths(bench.flash, "/slots") if path.endswith("/potluck/app.mpy")]) == 1
        assert files_whole(bench.flash, "a") and files_whole(bench.flash, "b")


def test_every_recipe_stands_on_the_same_runtime():
    tour, waterer = (slot_files(model.wire(model.load_recipe(name), "pico")) for name in ("parts-tour", "plant-waterer"))
    runtime = {path: content for path, content in tour.items() if path.startswith("potluck/")}
    assert runtime.items() <= waterer.items() and "potluck/connect/i2c.mpy" in runtime


def test_another_runtime_comes_beside_and_the_old_one_goes_with_its_last_slot(image, tmp_path):
    recipe = write_recipe(tmp_path, version="2.0.0")
    with Bench(image=image) as bench:
        [first] = runtimes(bench)
        kept.keep(seen(bench.flash, "a").values())
        with firmware(2):
            done = deploy(recipe, link=bench.calm(), progress=bench.patient)
        how = {change.path: change.how for change in done.plan.changes}
        assert how["potluck/app.mpy"] == "changed" and how["potluck/telemetry.mpy"] == "copied" and done.sent < 1500
        bench.wait_pointer("b = a")
        [second] = bases(bench.flash, "b")
        assert bases(bench.flash, "a") == [first] != [second] and runtimes(bench) == {first, second}
        assert undo(link=bench.calm()).slot.version == "1.0.0"
        bench.wait_pointer("a = b")
        with firmware(3):
            deploy(recipe, link=bench.calm(), progress=bench.patient)
        [third] = bases(bench.flash, "b")
        assert runtimes(bench) == {first, third} and third != second


def test_a_damaged_runtime_under_what_runs_is_not_touched_but_done_again_beside(image, tmp_path):
    with Bench(image=image) as bench:
        [base] = runtimes(bench)
        path = f"/slots/{base}/potluck/ledger.mpy"
        bench.flash.write_bytes(path, b"half")
        for version, slot, under in (("1.0.0", "b", base + "x"), ("3.0.0", "a", base + "x"), ("4.0.0", "b", base + "x")):
            done = deploy(write_recipe(tmp_path, version=version), link=bench.calm(), progress=bench.patient)
            assert done.plan.changed and done.slot == slot and bases(bench.flash, slot) == [under]
            assert files_whole(bench.flash, slot)
            if version == "1.0.0":
                assert bench.flash.read_bytes(path) == b"half" and not slots(link=bench.calm()).slots[0].whole
            bench.wait_pointer(f"{slot} = {'ab'.replace(slot, '')}")
        assert runtimes(bench) == {base + "x"}


def test_half_a_runtime_is_completed_before_anything_stands_on_it(image, tmp_path):
    with firmware(5), Bench(image=image) as bench:
        recipe = write_recipe(tmp_path, version="2.0.0")
        bench.flash.device.cut_power_at(40)
        with pytest.raises(Exception):  # noqa: B017 - whatever it is that a cut looks like from here
            deploy(recipe, link=bench.calm(), hello_s=1.0)
        assert bench.alive().version == "1.0.0"
        half = runtimes(bench) - {*bases(bench.flash, "a")}
        assert len(half) == 1
        done = deploy(recipe, link=bench.calm(), progress=bench.patient)
        assert {*bases(bench.flash, done.slot)} == half and files_whole(bench.flash, done.slot)


def test_what_was_put_there_by_hand_has_its_runtime_in_the_slot(image, tmp_path):
    recipe = write_recipe(tmp_path)
    with Bench(image=image) as bench:
        [base] = runtimes(bench)
        for folder in ("/slots/a/potluck", "/slots/a/potluck/connect"):
            bench.flash.mkdir(folder)
        for path in paths(bench.flash, f"/slots/{base}"):
            bench.flash.write_bytes(path.replace(base, "a", 1), bench.flash.read_bytes(path))
            bench.flash.remove(path)
        bench.flash.remove("/slots/a/base")
        bench.board.hard_reset()
        assert bench.alive().version == "1.0.0"
        assert deploy(recipe, link=bench.calm(), progress=bench.patient).sent == 0, "it is the same, wherever it lies"
        done = deploy(write_recipe(tmp_path, version="2.0.0"), link=bench.calm(), progress=bench.patient)
        assert {change.how for change in done.plan.changes if change.path.startswith("potluck/")} == {"copied"}
        assert files_whole(bench.flash, "a") and files_whole(bench.flash, "b")


def test_a_version_whose_runtime_is_damaged_is_not_gone_back_to(image, tmp_path):
    with Bench(image=image) as bench:
        with firmware(2):
            deploy(write_recipe(tmp_path, version="2.0.0"), link=bench.calm(), progress=bench.patient)
        bench.wait_pointer("b = a")
        [base] = bases(bench.flash, "a")
        bench.flash.remove(f"/slots/{base}/potluck/ledger.mpy")
        with pytest.raises(NothingToUndo):
            undo(link=bench.calm())
        assert bench.alive().version == "2.0.0"


def test_a_bad_runtime_under_the_same_recipe_goes_back(image, tmp_path):
    """Both say hello with the same hash: the launcher's word tells which of them it is that lives."""
    with Bench(image=image) as bench:
        [base] = runtimes(bench)
        with firmware(2, "raise ValueError('a bad runtime')"), pytest.raises(TrialFailed, match="a bad runtime"):
            deploy(write_recipe(tmp_path), link=bench.calm(), progress=bench.hurry)
        assert bench.pointer() == "a = -" and bench.alive().version == "1.0.0"
        assert bases(bench.flash, "a") == [base]
        assert [slot.state for slot in slots(link=bench.calm()).slots] == ["runs", "failed"]


# -- modules and drivers -----------------------------------------------------------------------------


NAMES = ("bass", "drum", "lute", "reed")


@pytest.fixture(scope="module")
def band(tmp_path_factory):
    """A board that runs version 1.0.0 of a recipe with modules, which has proven itself."""
    with Bench() as bench:
        deploy(with_modules(write_recipe(tmp_path_factory.mktemp("band")), *NAMES), link=bench.link)
        bench.wait_pointer("a = -")
        bench.board.stop()
        return bench.flash.device.image()


def below(bench, slot: str) -> str:
    """The folder with the modules that a slot stands on."""
    return bases(bench.flash, slot)[0]


def test_the_first_change_of_a_module_writes_that_module(band, tmp_path):
    with Bench(image=band) as bench:
        erased = sum(bench.flash.device.erases)
        recipe = with_modules(write_recipe(tmp_path, version="1.0.1"), *NAMES, changed="lute")
        done = deploy(recipe, link=bench.link)
        assert sum(bench.flash.device.erases) - erased <= 6, "far from one for each of 20 files"
        assert b"bass\r\ndrum\r\nother lute\r\nreed\r\n" in done.alive.heard
        assert {path[9:] for path in paths(bench.flash, "/slots/b")} == {
            "base", "config.mpy", "recipe.mpy", "slot.json", "lute.mpy"}  # fmt: skip
        assert below(bench, "a") == below(bench, "b") and files_whole(bench.flash, "b")
        how = {change.path: change.how for change in done.plan.changes}
        assert how["bass.mpy"] == how["drum.mpy"] == "same"
        bench.wait_pointer("b = a")
        assert deploy(recipe, link=bench.calm()).sent == 0
        assert undo(link=bench.calm()).slot.version == "1.0.0"


def test_modules_that_are_mostly_others_get_a_folder_of_their_own(band, tmp_path):
    with Bench(image=band) as bench:
        first = below(bench, "a")
        recipe = write_recipe(tmp_path, version="1.0.1")
        deploy(with_modules(recipe, "horn", *NAMES), link=bench.link)  # one more: that is in the slot
        bench.wait_pointer("b = a")
        assert below(bench, "b") == first and bench.flash.read_bytes("/slots/b/horn.mpy")
        deploy(with_modules(write_recipe(tmp_path, version="1.0.2"), *NAMES[:-1]), link=bench.calm())
        bench.wait_pointer("a = b")
        assert below(bench, "a") != first, "a module that is gone cannot be imported"
        assert runtimes(bench) == {*bases(bench.flash, "a"), *bases(bench.flash, "b")}
        deploy(write_recipe(tmp_path, version="1.0.3"), link=bench.calm())
        bench.wait_pointer("b = a")
        assert len(bases(bench.flash, "b")) == 1 and first not in runtimes(bench), "nothing stands on it any more"
        assert files_whole(bench.flash, "a") and files_whole(bench.flash, "b")


def test_damaged_modules_under_what_runs_are_not_touched(band, tmp_path):
    with Bench(image=band) as bench:
        path = f"/slots/{below(bench, 'a')}/drum.mpy"
        bench.flash.write_bytes(path, b"half")
        done = deploy(with_modules(write_recipe(tmp_path, version="1.0.1"), *NAMES), link=bench.link)
        assert below(bench, "b") == below(bench, "a") + "x" and bench.flash.read_bytes(path) == b"half"
        assert files_whole(bench.flash, "b") and b"drum" in done.alive.heard


def test_another_computer_finds_that_nothing_changed(band, tmp_path, monkeypatch):
    recipe = with_modules(write_recipe(tmp_path, version="1.0.1"), *NAMES, changed="lute")
    with Bench(image=band) as bench:
        deploy(recipe, link=bench.link)
        bench.wait_pointer("b = a")
        monkeypatch.setattr(kept, "_folder", lambda: tmp_path / "another computer")
        assert deploy(recipe, link=bench.calm()).sent == 0


def test_a_recipe_with_drivers_keeps_them_together(tmp_path):
    """A package is in one folder or in the other: MicroPython looks in the first."""
    with Bench() as bench:
        deploy("plant-waterer", link=bench.link, sample_s=60.0)
        modules = below(bench, "a")
        assert {path.split("/")[3] for path in paths(bench.flash, f"/slots/{modules}")} == {"drivers"}
        assert not [path for path in paths(bench.flash, "/slots/a") if "drivers" in path]
        assert files_whole(bench.flash, "a")
