# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The plug is pulled: the link at every so many bytes, the power at every program and erase of the flash.

Each time the board then runs the old version or the new one, complete, and the next deploy succeeds. A few
points of each sweep are in every run; `make test-all` (pytest -m long) takes them all.
"""

import contextlib
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from potluck.deploy import deploy
from potluck.deploy.plan import SPARE_BLOCKS
from potluck.errors import NoSpace, PotluckError
from potluck.link.repl import Repl
from potluck.virtual.flash import Flash

from tests.host.deploy.benches import BALLAST, MAIN, Bench, CutLink, bases, files_whole, firmware, with_modules, write_recipe

POINTS = 520


@pytest.fixture(scope="module")
def recipes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recipes")
    return write_recipe(folder, version="1.0.0"), write_recipe(folder, BALLAST + MAIN, version="2.0.0")


@pytest.fixture(scope="module")
def image(recipes):
    """A board that runs the first version, which has proven itself."""
    with Bench() as bench:
        deploy(recipes[0], link=bench.link)
        bench.wait_pointer("a = -")
        bench.board.stop()
        return bench.flash.device.image()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(Repl, "PATIENCE_S", 1.0)
    monkeypatch.setattr("potluck.deploy.receiver.PIECE_S", 1.0)


def still_sound(bench, new, old="1.0.0") -> str:
    """The board boots one version, whole; the next deploy succeeds. Which one it was: "" when there is none yet."""
    version = ""
    if old or starts(bench.flash):
        version = bench.alive().version
        assert version in (old, "2.0.0")
        assert files_whole(bench.flash, bench.pointer()[0]), "a mixture"
    assert deploy(new, link=bench.calm()).alive.hello.version == "2.0.0"
    assert files_whole(bench.flash, bench.pointer()[0])
    left = {name for name, is_folder, _ in bench.flash.listdir("/slots") if is_folder} - {"a", "b"}
    assert left == {base for slot in "ab" for base in bases(bench.flash, slot)}, "no runtime is left behind"
    return version


def starts(flash) -> bool:
    """Whether a launcher finds a slot to start."""
    with contextlib.suppress(OSError):
        flash.read_bytes("/main.py")
        return bool(flash.read_bytes("/slots/active"))
    return False


def bytes_of_a_deploy(image, new) -> int:
    with Bench(image=image) as bench:
        line = CutLink(bench.link, 1 << 30)
        deploy(new, link=line)
        return (1 << 30) - line.left


def cut_link(image, new, after, *, wait: bool) -> str:
    """wait: the board finds out for itself, as it does inside a transfer; else somebody unplugs it."""
    with Bench(image=image) as bench:
        with contextlib.suppress(PotluckError):
            deploy(new, link=CutLink(bench.link, after))
        if wait:
            bench.pace(80.0)
        else:
            time.sleep(0.25)  # what was under way has arrived: it may hold a Ctrl-C, and is no part of the next boot
            bench.board.power_cut()
        return still_sound(bench, new)


def test_the_link_is_cut_here_and_there(image, recipes):
    total = bytes_of_a_deploy(image, recipes[1])
    assert total > 3000
    seen = {cut_link(image, recipes[1], total * part // 8, wait=True) for part in (2, 4, 7)}
    assert "1.0.0" in seen


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_the_link_is_cut_at_500_points(image, recipes):
    total = bytes_of_a_deploy(image, recipes[1])
    assert total > POINTS
    points = [1 + total * point // POINTS for point in range(POINTS)] + [total - back for back in range(6)]
    points.append(1 << 30)  # not at all: only the power goes, just after
    seen = {cut_link(image, recipes[1], after, wait=False) for after in points}
    assert seen == {"1.0.0", "2.0.0"}


# -- the power -------------------------------------------------------------------------------------


class Journey(NamedTuple):
    """image: the board before (None: as from the factory); old: what runs on it; new: what comes; generation: of the
    runtime, which comes with it (0: the usual one)."""

    image: bytes | None
    old: str
    new: str
    generation: int = 0

    def went(self, operation: int = 0, *, torn: bool = False) -> tuple[int, str]:
        """Deploy, with the power cut at an operation of the flash: (how many it had, what ran afterwards)."""
        with Bench(image=self.image) as bench, firmware(self.generation):
            device, before = bench.flash.device, bench.flash.device.operations
            if not operation:
                deploy(self.new, link=bench.link, progress=bench.patient)
                return device.operations - before, "2.0.0"
            device.cut_power_at(operation, torn=torn)
            with contextlib.suppress(PotluckError):
                deploy(self.new, link=bench.link, hello_s=3.0, progress=bench.patient)
            assert "power" in list(bench.board.resets)[1:]
            return operation, still_sound(bench, self.new, self.old)


JOURNEYS = [
    "first", "first change", "change", "other recipe", "other runtime", "just room enough", "first of modules", "other modules",
]  # fmt: skip


@pytest.fixture(scope="module")
def journeys(image, recipes, tmp_path_factory):
    """Name → Journey."""
    folder = tmp_path_factory.mktemp("journeys")

    def then(image, *deploys) -> bytes:
        with Bench(image=image) as bench:
            for recipe, generation in deploys:
                with firmware(generation):
                    done = deploy(recipe, link=bench.link, progress=bench.patient)
                bench.wait_pointer(f"{done.slot} = {'ab'.replace(done.slot, '')}")
            bench.board.stop()
            return bench.flash.device.image()

    tuned = write_recipe(folder, "import tune\n" + BALLAST + MAIN, "2.0.0")
    Path(tuned, "tune.py").write_text("NOTES = 3\n")
    Path(tuned, "recipe.toml").write_text(Path(tuned, "recipe.toml").read_text().replace('"beat"', '"tune"'))
    later = write_recipe(folder, version="1.0.1")
    names = ("a1", "b", "c", "d")
    for name in "bc":
        (folder / name).mkdir()
    first = with_modules(write_recipe(folder, version="1.0.2"), *names)
    band = then(image, (first, 0))
    bands = then(band, (with_modules(write_recipe(folder, version="1.0.3"), *names, changed="a1"), 0))
    changed, moved = then(image, (later, 0)), then(image, (later, 7))
    return {
        "first": Journey(None, "", recipes[1]),
        "first change": Journey(image, "1.0.0", recipes[1]),
        "change": Journey(changed, "1.0.1", recipes[1]),
        "other recipe": Journey(changed, "1.0.1", tuned),
        "other runtime": Journey(moved, "1.0.1", recipes[1], 8),
        "first of modules": Journey(band, "1.0.2", with_modules(write_recipe(folder / "b", version="2.0.0"), *names, changed="b")),
        "other modules": Journey(bands, "1.0.3", with_modules(write_recipe(folder / "c", version="2.0.0"), *names[1:])),
        "just room enough": Journey(just_enough(image, recipes[1]), "1.0.0", recipes[1]),
    }


def just_enough(image, new) -> bytes:
    """The same board with as much room as a deploy asks for, and no block more."""
    asked = []
    with Bench(image=image) as bench:
        deploy(new, link=bench.link, look=lambda state, planned: asked.append(planned.blocks))
    flash = Flash.for_board("pico", image=image)
    full_flash(flash, asked[0] + SPARE_BLOCKS)
    return flash.image()


@pytest.mark.parametrize("name", JOURNEYS)
def test_the_power_is_cut_at_some_operations_of_the_flash(journeys, name):
    journey = journeys[name]
    total, _ = journey.went()
    assert total > 20
    for operation in (total // 2, total - 6):
        journey.went(operation, torn=operation % 2 == 0)


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("torn", [False, True])
@pytest.mark.parametrize("name", JOURNEYS)
def test_the_power_is_cut_at_every_operation_of_the_flash(journeys, name, torn):
    journey = journeys[name]
    total, _ = journey.went()
    step = 1 if total < 100 else 2  # the long ones: each operation one way or the other, as the last ones both ways
    operations = {*range(1 + torn * (step - 1), total + 1, step), *range(total - 20, total + 1)}
    assert {journey.went(operation, torn=torn)[1] for operation in sorted(operations)} == {journey.old, "2.0.0"}


# -- the launcher ----------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["b 2 a", "b 1 a", "b 0 a"])
def on_trial(request, image, recipes):
    """A board that gets its power back with a version on trial that has not begun, has begun, has begun twice."""
    with Bench(image=image) as bench:
        deploy(recipes[1], link=bench.link)
        bench.wait_pointer("b = a")
        bench.board.stop()
        flash = Flash.for_board("pico", image=bench.flash.device.image())
        flash.write_bytes("/slots/active", request.param.encode() + b"\n")
        return flash.image()


@pytest.mark.parametrize("torn", [False, True])
def test_the_power_is_cut_while_the_launcher_repairs(on_trial, torn):
    for operation in range(1, 14):
        with Bench(
            image=on_trial, speed=float("inf"), before=lambda flash: flash.device.cut_power_at(operation, torn=torn)  # noqa: B023
        ) as bench:
            assert bench.alive().version in ("1.0.0", "2.0.0")
            assert files_whole(bench.flash, bench.pointer()[0])


def full_flash(flash, blocks) -> None:
    size, songs = flash.statvfs()[0], 0
    while (free := flash.statvfs()[2]) > blocks:
        flash.write_bytes(f"/music{songs}.bin", bytes(size * max(1, free - blocks - 1)))
        songs += 1


@pytest.mark.parametrize("blocks", [0, pytest.param(1, marks=pytest.mark.long), 3])
def test_the_launcher_repairs_on_a_full_flash(on_trial, blocks):
    with Bench(image=on_trial, speed=float("inf"), before=lambda flash: full_flash(flash, blocks)) as bench:
        assert bench.alive().version in ("1.0.0", "2.0.0")
        assert files_whole(bench.flash, bench.pointer()[0])


def test_a_full_flash_and_a_power_cut(image, recipes):
    """It says so before anything is written, and what runs goes on, whenever the power goes."""
    flash = Flash.for_board("pico", image=image)
    full_flash(flash, 5)
    for operation in (1, 5):
        with Bench(image=flash.image()) as bench:
            with pytest.raises(NoSpace):
                deploy(recipes[1], link=bench.link)
            bench.flash.device.cut_power_at(operation)
            assert bench.alive().version == "1.0.0"


@pytest.mark.parametrize("after", [0, 5, 12])
def test_a_flash_that_fails_to_write_keeps_the_old_version(image, recipes, after):
    with Bench(image=image) as bench:
        device, done = bench.flash.device, 0
        write = device.prog

        def fails(*arguments):
            nonlocal done
            done += 1
            return -5 if done > after else write(*arguments)

        device.prog = fails
        with pytest.raises(PotluckError):
            deploy(recipes[1], link=bench.link, hello_s=0.5)
        if after:
            bench.board.power_cut()  # and with it still failing
        device.prog = write
        assert still_sound(bench, recipes[1]) == "1.0.0"
