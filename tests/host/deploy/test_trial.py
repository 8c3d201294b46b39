# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A new version is on trial: what it can do wrong, and that the board goes back by itself."""

import contextlib
import time

import pytest
from potluck.deploy import deploy
from potluck.deploy.slots import slots, undo
from potluck.errors import FirmwareError, NothingToUndo, PotluckError, TrialFailed
from potluck.virtual import daemon, registry

from tests.host.deploy.benches import MAIN, Bench, write_recipe
from tests.needs import need

BAD = {
    "raises": ("raise ValueError('no water')", "ValueError: no water"),
    "exits": ("raise SystemExit", "SystemExit"),
    "lacks a module": ("import nowhere", "no module named 'nowhere'"),
    "eats the heap": ("x = []\nwhile True:\n    x.append(bytearray(5000))", "MemoryError"),
    "hangs": ("while True:\n    pass", "the watchdog reset the board"),
    "hangs deaf": ("while True:\n  try:\n    while True: pass\n  except BaseException: pass", "watchdog"),
    "is silent": ("from potluck import app\napp.run()", "no first sample in time"),
}


def good(bench, tmp_path, version="1.0.0"):
    """A board with a version that has proven itself."""
    done = deploy(write_recipe(tmp_path, version=version), link=bench.calm(), progress=bench.hurry)
    bench.wait_pointer(f"{done.slot} = {'-' if version == '1.0.0' else 'ab'.replace(done.slot, '')}")
    return done


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """The flash of a board whose slot a has proven itself."""
    with Bench() as bench:
        good(bench, tmp_path_factory.mktemp("recipe"))
        bench.board.stop()
        return bench_image(bench)


def bench_image(bench) -> bytes:
    return bench.flash.device.image()


@pytest.mark.parametrize("what", BAD)
def test_a_bad_version_is_left_for_the_one_before_and_the_reason_told(what, image, tmp_path):
    main, why = BAD[what]
    with Bench(image=image) as bench:
        bad = write_recipe(tmp_path, main, "2.0.0", first_sample_s=5)
        with pytest.raises(TrialFailed) as wrong:
            deploy(bad, link=bench.calm(), progress=bench.hurry, hello_s=30.0, sample_s=30.0)
        assert why in wrong.value.what
        assert bench.pointer() == "a = -"
        assert bench.alive().version == "1.0.0"
        found = slots(link=bench.calm())
        assert [slot.state for slot in found.slots] == ["runs", "failed"]
        assert why in found.slots[1].why and found.slots[1].version == "2.0.0"
        with pytest.raises(NothingToUndo):
            undo(link=bench.calm())


@pytest.mark.parametrize("what", ["raises", "hangs", "is silent"])
def test_the_board_goes_back_without_a_host(what, image, tmp_path):
    main, why = BAD[what]
    with Bench(image=image) as bench:
        with contextlib.suppress(PotluckError):
            deploy(write_recipe(tmp_path, main, "2.0.0", first_sample_s=5), link=bench.calm(), progress=bench.hurry, hello_s=0.0)
        bench.port.close()  # nobody there any more
        end = time.monotonic() + 30
        while bench.pointer() != "a = -" and time.monotonic() < end:
            time.sleep(0.05)
        bench.port.open()
        bench.board.hard_reset()
        assert why in bench.returned(), "told at every start until something else has proven itself"
        assert bench.alive().version == "1.0.0"


def test_the_reason_is_forgotten_when_another_version_has_proven_itself(image, tmp_path):
    with Bench(image=image) as bench:
        with pytest.raises(TrialFailed):
            deploy(write_recipe(tmp_path, BAD["raises"][0], "2.0.0"), link=bench.calm(), progress=bench.hurry)
        deploy(write_recipe(tmp_path, version="3.0.0"), link=bench.calm(), progress=bench.hurry)
        bench.wait_pointer("b = a")
        with pytest.raises(OSError):
            bench.flash.read_bytes("/state/returned")
        assert [slot.state for slot in slots(link=bench.calm()).slots] == ["kept", "runs"]


def test_an_exception_in_a_task_is_told_at_once_and_the_board_goes_back_later(image, tmp_path):
    with Bench(image=image) as bench:
        bad = write_recipe(tmp_path, MAIN.replace("n += 1", "n += 1 // 0"), "2.0.0", first_sample_s=5)
        with pytest.raises(FirmwareError, match="ZeroDivisionError"):
            deploy(bad, link=bench.calm(), progress=bench.hurry)
        assert "no first sample" in bench.returned()


def test_undo_goes_back_and_forth_and_state_survives(image, tmp_path):
    with Bench(image=image) as bench:
        bench.flash.write_bytes("/state/kept.json", b"{}")
        deploy(write_recipe(tmp_path, version="2.0.0"), link=bench.calm(), progress=bench.hurry)
        bench.wait_pointer("b = a")
        back = undo(link=bench.calm())
        assert back.slot.version == "1.0.0" == back.alive.hello.version
        bench.wait_pointer("a = b")
        forth = undo(link=bench.calm())
        assert forth.slot.version == "2.0.0" == forth.alive.hello.version
        bench.wait_pointer("b = a")
        assert bench.flash.read_bytes("/state/kept.json") == b"{}"


def test_a_version_that_a_broken_deploy_has_written_over_cannot_be_undone_to(image, tmp_path):
    with Bench(image=image) as bench:
        deploy(write_recipe(tmp_path, version="2.0.0"), link=bench.calm(), progress=bench.hurry)
        bench.wait_pointer("b = a")
        bench.flash.write_bytes("/slots/a/config.mpy", b"half")
        assert not slots(link=bench.calm()).slots[0].whole
        with pytest.raises(NothingToUndo, match="did not finish"):
            undo(link=bench.calm())
        assert bench.alive().version == "2.0.0"


def test_slots_tell_who_put_what_there_and_when(image, tmp_path):
    with Bench(image=image) as bench:
        found = slots(link=bench.calm())
        assert [slot.state for slot in found.slots] == ["runs", "empty"]
        runs = found.slots[0]
        assert runs.recipe == "beat" and len(runs.hash) == 12 and runs.files > 8 and runs.source.endswith(":beat-1.0.0")
        assert runs.when[:2] == "20" and runs.when[:4] >= "2024" and runs.whole
        assert bench.alive().version == "1.0.0"


def test_a_power_cut_on_trial_is_no_failure_but_two_are(image, tmp_path):
    with Bench(image=image) as bench:
        with contextlib.suppress(PotluckError):
            deploy(write_recipe(tmp_path, BAD["is silent"][0], "2.0.0", 600), link=bench.calm(), progress=bench.hurry, sample_s=0.1)
        assert bench.pointer() == "b 1 a"
        bench.board.power_cut()
        bench.wait_pointer("b 0 a")
        bench.board.power_cut()
        assert bench.alive().version == "1.0.0"
        assert bench.pointer() == "a = -"


def test_who_stops_a_version_on_trial_has_not_failed_it(image, tmp_path):
    with Bench(image=image) as bench:
        with contextlib.suppress(PotluckError):
            deploy(write_recipe(tmp_path, BAD["is silent"][0], "2.0.0", 600), link=bench.calm(), progress=bench.hurry, sample_s=0.1)
        bench.link.write(b"\r\x03\x03")
        bench.wait_pointer("b 2 a")
        bench.link.write(b"\x04")
        bench.wait_pointer("b 1 a")


def test_what_is_on_trial_is_written_over_and_never_the_one_to_go_back_to(image, tmp_path):
    with Bench(image=image) as bench:
        with contextlib.suppress(PotluckError):
            deploy(write_recipe(tmp_path, BAD["is silent"][0], "2.0.0", 600), link=bench.calm(), progress=bench.hurry, sample_s=0.1)
        done = deploy(write_recipe(tmp_path, version="3.0.0"), link=bench.calm(), progress=bench.hurry)
        assert done.slot == "b" and bench.pointer().endswith("a")
        bench.wait_pointer("b = a")


def test_a_recipe_that_need_not_report(image, tmp_path):
    with Bench(image=image) as bench:
        done = deploy(write_recipe(tmp_path, BAD["is silent"][0], "2.0.0", 0), link=bench.calm(), progress=bench.hurry)
        assert done.alive.sample is None
        bench.wait_pointer("b = a")


def test_a_flash_that_cannot_be_written_leaves_the_old_version(image, tmp_path):
    """The note that a trial has begun cannot be made: then it does not begin, and the board says why."""
    with Bench(image=image) as bench:
        with contextlib.suppress(PotluckError):
            deploy(write_recipe(tmp_path, BAD["is silent"][0], "2.0.0", 600), link=bench.calm(), progress=bench.hurry, sample_s=0.1)
        bench.link.write(b"\r\x03\x03")
        bench.wait_pointer("b 2 a")
        write = bench.flash.device.prog
        bench.flash.device.prog = lambda *_: -5
        bench.link.write(b"\x04")
        assert bench.alive().version == "1.0.0"
        bench.flash.device.prog = write
        assert bench.pointer() == "b 2 a"


@pytest.mark.long
def test_a_board_that_goes_back_under_another_port_still_tells_why(tmp_path):
    need("pty")
    board = daemon.start("trial", "pico", speed=8.0, moving_port=True, die_with_parent=True)
    try:
        deploy(write_recipe(tmp_path), board.port)
        time.sleep(4)  # 32 s of its time: it has proven itself
        with pytest.raises(TrialFailed) as wrong:
            deploy(write_recipe(tmp_path, BAD["hangs"][0], "2.0.0"), board.port, hello_s=60.0, sample_s=60.0)
        assert "watchdog" in wrong.value.what
        assert registry.find("trial").port != board.port
    finally:
        board.stop()
