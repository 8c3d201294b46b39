# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Whole examinations of virtual boards: real MicroPython, the parts' simulated physics, wires that are wrong."""

import json
import random
import time

import pytest
from click.testing import CliRunner
from potluck import generate, model
from potluck import link as links
from potluck.cli import group
from potluck.deploy.build import slot_files
from potluck.deploy.mpy import compile_mpy
from potluck.deploy.prepared import launcher
from potluck.doctor import examine, wires
from potluck.doctor.computer import Computer
from potluck.errors import RecipeNotFound
from potluck.link.repl import Repl
from potluck.virtual.bench import Bench
from potluck.virtual.session import Session

from tests.host.link.conftest import FakeRepl, Far
from tests.host.recipe_kit import BASE
from tests.needs import need

pytestmark = pytest.mark.usefixtures("no_releases_known")

AIR = """
[recipe]
name = "air"
version = "1.0.0"
summary = "What the air is."
authors = ["a test"]
licence = { code = "MIT", hardware = "CERN-OHL-P-2.0", docs = "CC-BY-4.0" }

[parts]
air    = { is = "bme280" }
window = { is = "ssd1306" }
knob   = { is = "potentiometer" }
button = { is = "push_button" }
probe  = { is = "ds18b20" }

[pins.pico]
i2c0     = { sda = "GP4", scl = "GP5" }
knob     = "GP26"
button   = "GP17"
onewire0 = { dq = "GP22" }

[pins.esp32_devkitc]
i2c0     = { sda = "GPIO21", scl = "GPIO22" }
knob     = "GPIO32"
button   = "GPIO33"
onewire0 = { dq = "GPIO27" }

[channels]
celsius = { unit = "Cel", decimals = 1 }
"""


@pytest.fixture(scope="module")
def recipe(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recipes") / "air"
    folder.mkdir()
    (folder / "recipe.toml").write_text(AIR)
    (folder / "main.py").write_text("# nothing\n")
    return folder


@pytest.fixture(scope="module", params=["pico", "esp32_devkitc"])
def bench(recipe, request):
    """A board at its prompt with the recipe's parts around it; nothing is deployed."""
    with Session(request.param, speed=float("inf")) as session:
        yield session, recipe


def world(recipe, kind, change=lambda config: None):
    config = generate.world_config(model.wire(model.load_recipe(str(recipe)), kind))
    change(config)
    return config


def seen(bench, change=lambda config: None, **knobs):
    """id → finding of an examination with a changed world."""
    session, recipe = bench
    session.board.set_world(world(recipe, session.board.kind.name, change))
    for knob, value in knobs.items():
        session.board.poke(knob.replace("__", "."), value)
    report = examine(link=session.link, recipe=str(recipe), listen_s=0, seen=Computer("linux"))
    return {finding.id: finding for finding in report.findings}


def parts(config):
    return {part["name"]: part for part in config["parts"]}


def test_all_well(bench):
    assert seen(bench) == {}


def test_swapped_wires(bench):
    def swap(config):
        for name in ("air", "window"):
            pins = parts(config)[name]["pins"]
            pins["sda"], pins["scl"] = pins["scl"], pins["sda"]

    found = seen(bench, swap)
    assert set(found) == {"i2c-swapped"}
    assert "SDA" in found["i2c-swapped"].where and "air" in found["i2c-swapped"].where


def test_unplugged_part(bench):
    found = seen(bench, air__unplugged=1)
    assert set(found) == {"i2c-silent"}
    assert "0x76 (air, Air sensor BME280)" in found["i2c-silent"].what


def test_other_address(bench):
    found = seen(bench, lambda config: parts(config)["air"]["options"].update(address=0x77))
    assert set(found) == {"i2c-other-address"}
    assert "0x77" in found["i2c-other-address"].what and "address = 0x77" in found["i2c-other-address"].do


def test_wrong_chip(bench):
    found = seen(bench, air__wrong_chip=1)
    assert set(found) == {"i2c-wrong-chip"} and "a BMP280" in found["i2c-wrong-chip"].what


def test_no_power_at_all(bench):
    found = seen(bench, lambda config: config.update(parts=[p for p in config["parts"] if p["kind"] == "potentiometer"]))
    assert {"i2c-silent", "onewire-silent"} <= set(found)
    assert "SDA/SCL swapped or no power" in found["i2c-silent"].what


def test_loose_analog_wire(bench):
    found = seen(bench, lambda config: config.update(parts=[p for p in config["parts"] if p["name"] != "knob"]))
    assert set(found) == {"adc-floating"} and "knob" in found["adc-floating"].where


def test_stuck_button(bench):
    session, _ = bench
    label = "GP17" if session.board.kind.name == "pico" else "GPIO33"
    session.board.pin(label).hold(0.0)
    found = seen(bench)
    session.board.pin(label).hold(3.3)
    high = seen(bench)
    session.board.pin(label).release()
    assert set(found) == {"input-stuck-low"} and "90°" in found["input-stuck-low"].do
    assert set(high) == {"input-stuck-high"}


def test_a_line_held_low(bench):
    session, _ = bench
    label = "GP4" if session.board.kind.name == "pico" else "GPIO21"
    session.board.pin(label).hold(0.0)
    found = seen(bench)
    session.board.pin(label).release()
    assert "i2c-held-low" in found and "SDA" in found["i2c-held-low"].what


def test_every_question_is_about_a_part(recipe):
    asked = wires.questions(model.wire(model.load_recipe(str(recipe)), "pico"))
    assert sorted(one.kind for one in asked) == ["adc", "contact", "i2c", "onewire"]
    assert "0x" not in asked[0].call and "[(118, 208)]" in asked[0].call


# -- the board itself -------------------------------------------------------------------------------------------


def examined(session, **options):
    report = examine(link=session.link, listen_s=0.1, seen=Computer("linux"), **options)
    return report, {finding.id: finding for finding in report.findings}


def test_a_running_program_is_started_again(board):
    session = board(main_py=b"import time\nprint('on')\nwhile True:\n    time.sleep(1)\n")
    session.read_until("on")
    report, found = examined(session)
    assert set(found) == {"no-recipe"} and report.well
    assert report.facts.firmware == "MicroPython" and "firmware and files" in report.looked
    session.read_until("soft reboot")
    session.read_until("on")


def test_files_of_an_accident(board):
    session = board(main_py=b"", notes_new=b"half", main_quarantine_py=b"x = 1\n")
    report, found = examined(session)
    assert {"file-empty", "leftovers", "quarantined"} <= set(found) and report.well


def test_safe_mode_is_told_with_the_last_reason(board):
    """Three starts in a row that raise: the launcher's own doing, on its own board."""
    wiring = model.wire(model.load_recipe("plant-waterer"), "pico")
    files = {f"/slots/a/{path}": content for path, content in slot_files(wiring).items()}
    files |= {"/main.py": launcher(), "/slots/active": b"a\n", "/slots/a/recipe.mpy": compile_mpy(b"1/0\n", "main.py")}
    bench = Bench("pico")
    for path, content in files.items():
        bench._folders(path.rpartition("/")[0])
        bench.board.flash.write_bytes(path, content)
    try:
        bench.begin_life()
        bench.read_until("safe mode", 30)
        bench.read_until(">>> ", 30)
        report = examine(link=bench._session.link, listen_s=0.1, seen=Computer("linux"))
    finally:
        bench.stop()
    found = {finding.id: finding for finding in report.findings}
    assert "3 starts in a row ended badly, the last one: ZeroDivisionError" in found["safe-mode"].what and not report.well
    assert not {"not-running", "last-crash"} & set(found)


def test_another_python_is_told_apart(monkeypatch):
    """CPython behind a REPL that looks like MicroPython's: neither machine nor ilistdir, as in CircuitPython."""
    need("pty")
    far = Far()
    repl = FakeRepl(far)
    repl.start()
    try:
        report = examine(far.port, listen_s=0.05, seen=Computer("linux"))
    finally:
        repl.stop()
        far.close()
    assert [finding.id for finding in report.findings] == ["not-micropython"]


def test_a_damaged_file_is_found_though_littlefs_cannot_count_its_blocks(board):
    """littlefs's own error from littlefs itself: the pointers at the head of a file's fifth block lead nowhere."""
    session = board(data_bin=(data := random.Random(3).randbytes(20_000)), boot_py=b"x = 1\n")
    flash = session.board.flash
    image = bytearray(flash.image())
    at = image.index(data[16_368:16_400]) - 12
    image[at : at + 12] = b"\xff\xff\xff\x0f" * 3
    flash.device.load(bytes(image))
    flash.reset()
    report, found = examined(session)
    assert set(found) == {"files-unreadable", "no-recipe"} and not report.well
    assert "/data.bin cannot be read (error 84)" in found["files-unreadable"].what


def test_a_full_flash(board):
    session = board()
    flash = session.board.flash
    number = 0
    while flash.statvfs()[2] > 3:
        number += 1
        flash.write_bytes(f"/filler{number}", bytes(min(40, flash.statvfs()[2] - 2) * 4000))
    report, found = examined(session)
    assert "files-full" in found and not report.well


def test_a_board_without_a_prompt_is_sent_to_rescue(board, monkeypatch):
    attempt = Repl._try_raw
    monkeypatch.setattr(Repl, "_try_raw", lambda self, patience_s, seen: attempt(self, patience_s / 20, seen))

    class Wall:
        name, has_reset = "wall", False

        def read(self, timeout_s):
            time.sleep(min(timeout_s, 0.05))
            return b""

        def write(self, data):
            pass

        def hard_reset(self):
            return False

    report = examine(link=Wall(), listen_s=0.01, seen=Computer("linux"))
    (finding,) = report.findings
    assert finding.id == "no-prompt" and "potluck rescue" in finding.do and not report.well


def test_a_named_recipe_that_is_not_there_is_an_error():
    with pytest.raises(RecipeNotFound):
        examine("nowhere", recipe="no-such-recipe", seen=Computer("linux"))


def test_the_command(board, monkeypatch):
    session = board()
    monkeypatch.setattr(links, "open_port", lambda name, **_: session.link)
    monkeypatch.setattr("potluck.doctor.computer.look", lambda: Computer("linux"))
    people = CliRunner().invoke(group, ["doctor", "a0", "--listen", "0"], prog_name="potluck")
    assert people.exit_code == 0, people.output
    assert "note [no-recipe]: " in people.stdout and "All is well at a0: MicroPython 1.2" in people.stdout


def test_the_command_without_a_board(monkeypatch):
    monkeypatch.setattr("potluck.doctor.computer.look", lambda: Computer("linux"))
    monkeypatch.setattr("potluck.link.find._usb", list)
    done = CliRunner().invoke(group, ["doctor", "--json"], prog_name="potluck")
    assert done.exit_code == 1
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["findings"][0]["id"] == "nothing-on-usb" and json.loads(line)["well"] is False


def test_plant_waterer_has_its_three_questions():
    assert BASE  # the recipe that the kit reads is the one that is deployed
    asked = wires.questions(model.wire(model.load_recipe("plant-waterer"), "pico"))
    assert {(one.kind, one.names[0]) for one in asked} == {("adc", "soil"), ("contact", "tank"), ("contact", "button")}
