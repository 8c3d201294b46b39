# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Deploying to real MicroPython: what is on the board afterwards, and what never happens to it."""


import pytest
from potluck.deploy import deploy
from potluck.deploy.onboard import OnBoard
from potluck.deploy.receiver import Receiver
from potluck.errors import (
    BoardSilent,
    FirmwareError,
    NoSpace,
    NotMicroPython,
    PotluckError,
    RecipeInvalid,
    UnknownBoard,
)
from potluck.link.base import Link
from potluck.telemetry import Parser, Sample
from potluck.virtual.board import VirtualBoard
from potluck.virtual.flash import Flash
from potluck.virtual.ports.memory import MemoryPort

from tests.host.deploy.benches import files_whole, seen

RECIPE = """
[recipe]
name = "beat"
version = "{version}"
summary = "Counts."
authors = ["the potluck authors"]
licence = {{ code = "MIT" }}

[parts]

[pins.pico]
[pins.esp32_devkitc]

[settings]
every_s = {{ default = 1, range = [1, 60], unit = "s", help = "period" }}

[channels]
beats = {{ unit = "1" }}
"""

MAIN = """
from potluck import app

n = 0

@app.every("every_s")
async def beat():
    global n
    n += 1
    app.report(beats=n)

app.run()
"""


@pytest.fixture
def recipe(tmp_path):
    def write(main=MAIN, version="1.0.0"):
        folder = tmp_path / "beat"
        folder.mkdir(exist_ok=True)
        (folder / "recipe.toml").write_text(RECIPE.format(version=version))
        (folder / "main.py").write_text(main)
        return str(folder)

    return write


class Bench:
    """A virtual board in this process, fifty times as fast as a real one."""

    def __init__(self, kind="pico"):
        self.flash = Flash.for_board(kind)
        self.board = VirtualBoard(kind, flash=self.flash, speed=50.0)
        self.port = MemoryPort()
        self.port.bind(self.board)
        self.board.attach(self.port)
        self.link = self.port.link
        self.board.start()
        assert self.board.wait_ready()

    def read(self, path):
        return self.flash.read_bytes(path)

    def paths(self, folder=""):
        found = []
        for name, is_folder, _ in self.flash.listdir(folder or "/"):
            path = f"{folder}/{name}"
            found += self.paths(path) if is_folder else [path]
        return found


@pytest.fixture
def bench(request):
    made = Bench(getattr(request, "param", "pico"))
    yield made
    made.board.stop()


def proven(bench):
    """Wait until what runs has proven itself."""
    for _ in range(200):
        if b"=" in bench.read("/slots/active"):
            return
        bench.link.read(0.05)
    raise AssertionError(bench.read("/slots/active"))


def next_sample(bench):
    """Values of the first sample from now on."""
    parser = Parser()
    for _ in range(100):
        for event in parser.feed(bench.link.read(0.1)):
            if isinstance(event, Sample):
                return event.values
    raise AssertionError("no sample came")


def test_a_new_board(bench, recipe):
    stages = []
    done = deploy(recipe(), link=bench.link, progress=lambda *step: stages.append(step))
    assert (done.recipe, done.version, done.board, done.slot) == ("beat", "1.0.0", "pico", "a")
    assert done.alive.hello.hash == done.hash
    assert done.alive.sample.values == (1,)
    there = seen(bench.flash, "a")
    assert done.size == sum(map(len, there.values())) and done.files == len(there)
    assert 0 < done.sent < 0.8 * (done.size + len(bench.read("/main.py"))), "compressed"
    assert bench.read("/slots/active") in (b"a 1 -\n", b"a = -\n")
    assert b"potluck launcher" in bench.read("/main.py").splitlines()[0]
    assert b"potluck/app.py" in there["potluck/app.mpy"], "the name that tracebacks show"
    order = list(dict.fromkeys(stage for stage, _, _ in stages))
    assert order == ["connect", "compile", "send", "verify", "start"]
    sends = [done_ for stage, done_, _ in stages if stage == "send"]
    assert sends == sorted(sends) and sends[-1] == done.sent
    assert not [path for path in bench.paths() if path.endswith(".new")]
    assert set(list(bench.board.resets)[1:]) == {"soft"}, "nothing bit and nothing cut the power"


def test_slots_take_turns_and_only_changes_are_sent(bench, recipe):
    first = deploy(recipe(), link=bench.link)
    proven(bench)
    second = deploy(recipe(version="1.0.1"), link=bench.link)
    proven(bench)
    third = deploy(recipe(version="1.0.2"), link=bench.link)
    assert [one.slot for one in (first, second, third)] == ["a", "b", "a"]
    how = {change.path: change.how for change in second.plan.changes}
    assert how == {**dict.fromkeys(how, "same"), "recipe.mpy": "copied", "config.mpy": "changed", "slot.json": "new"}
    assert [change.path for change in second.plan.changes if change.how == "changed"] == ["config.mpy"]
    assert second.sent < 900, "what did not change was copied on the board"
    assert 0 < third.sent < 700, "only the configuration differs from what slot a held"
    assert third.alive.hello.version == "1.0.2"
    proven(bench)
    fourth = deploy(recipe(version="1.0.2"), link=bench.link)
    assert fourth.sent == 0 and not fourth.plan.changed and fourth.slot == "a"


def test_leftovers_in_the_idle_slot_go(bench, recipe):
    deploy(recipe(), link=bench.link)
    bench.flash.mkdir("/slots/b")
    bench.flash.mkdir("/slots/b/drivers")
    bench.flash.write_bytes("/slots/b/drivers/old.mpy", b"x" * 5000)
    bench.flash.write_bytes("/slots/b/recipe.mpy", b"")
    proven(bench)
    done = deploy(recipe(version="2.0.0"), link=bench.link)
    assert done.slot == "b"
    assert {path[9:] for path in bench.paths("/slots/b")} == {"base", "config.mpy", "recipe.mpy", "slot.json"}
    assert files_whole(bench.flash, "b")


def test_a_makers_own_main_is_kept_under_a_new_number(bench, recipe):
    bench.flash.write_bytes("/boot.py", b"# mine too\n")
    bench.flash.write_bytes("/main.py", b"print('mine')\n")
    done = deploy(recipe(), link=bench.link)
    assert done.kept_main == "/main.own.py"
    bench.flash.write_bytes("/main.py", b"print('mine again')\n" * 100)
    again = deploy(recipe(), link=bench.link)
    assert again.kept_main == "/main.own2.py"
    assert bench.read("/main.own.py") == b"print('mine')\n"
    assert bench.read("/main.own2.py") == b"print('mine again')\n" * 100
    assert bench.read("/boot.py") == b"# mine too\n"
    assert deploy(recipe(), link=bench.link).kept_main == "", "the launcher is not a maker's program"
    assert not [path for path in bench.paths() if path.endswith(".new")]


@pytest.mark.parametrize("bench", ["esp32_devkitc"], indirect=True)
def test_the_board_is_asked_what_it_is(bench, recipe):
    done = deploy(recipe(), link=bench.link)
    assert done.board == done.alive.hello.board == "esp32_devkitc"


@pytest.mark.parametrize("bench", ["esp32_devkitc"], indirect=True)
def test_a_board_that_the_recipe_has_no_pins_for(bench, recipe):
    folder = recipe()
    toml = RECIPE.format(version="1.0.0").replace("[pins.esp32_devkitc]\n", "")
    with open(f"{folder}/recipe.toml", "w") as file:
        file.write(toml)
    with pytest.raises(UnknownBoard, match="with ESP32"):
        deploy(folder, link=bench.link)
    assert not [path for path in bench.paths() if path != "/boot.py" and not path.startswith("/slots/rx_")]


def test_a_mistake_in_main_is_said_before_the_board_is_touched(recipe):
    class Untouched(Link):
        name = "untouched"

        def write(self, data):
            raise AssertionError("nothing may be sent")

    with pytest.raises(RecipeInvalid, match="SyntaxError") as wrong:
        deploy(recipe(MAIN + "def (:\n"), link=Untouched())
    assert wrong.value.where == "main.py line 13"


def test_what_runs_stays_when_the_flash_is_too_full(bench, recipe):
    deploy(recipe(), link=bench.link)
    proven(bench)
    songs = 0
    while (free := bench.flash.statvfs()[2]) > 6:  # more than once: the running board writes and frees too
        bench.flash.write_bytes(f"/music{songs}.bin", bytes(bench.flash.statvfs()[0] * (free - 6)))
        songs += 1
    with pytest.raises(NoSpace, match="KB of flash"):
        deploy(recipe(version="2.0.0"), link=bench.link)
    assert bench.read("/slots/active") == b"a = -\n"
    assert not [path for path in bench.paths("/slots") if path.startswith("/slots/b/")]
    assert next_sample(bench) == (1,), "the old one was started again"


def test_what_did_not_arrive_whole_is_not_switched_to(bench, recipe, monkeypatch):
    deploy(recipe(), link=bench.link)
    proven(bench)
    send = Receiver._send

    def torn(self, cut, *rest):
        wire = bytearray(cut[-1].wire)
        wire[len(wire) // 2] ^= 1
        send(self, [*cut[:-1], cut[-1]._replace(wire=bytes(wire))], *rest)

    monkeypatch.setattr(Receiver, "_send", torn)
    with pytest.raises(PotluckError):
        deploy(recipe(version="2.0.0"), link=bench.link)
    assert bench.read("/slots/active") == b"a = -\n"
    monkeypatch.undo()
    assert next_sample(bench) == (1,), "the old one was started again"
    assert deploy(recipe(version="2.0.0"), link=bench.link).alive.hello.version == "2.0.0"


def test_an_exception_at_the_start_is_told_with_its_traceback(bench, recipe):
    with pytest.raises(FirmwareError, match="ZeroDivisionError") as wrong:
        deploy(recipe(MAIN.replace("n += 1", "n += 1 // 0")), link=bench.link)
    assert 'File "main.py", line 9' in wrong.value.do


def test_a_recipe_that_says_nothing_shows_the_last_lines(bench, recipe):
    main = (
        "import time\nfrom potluck import app\nprint('I only print')\n"
        "while True:\n    app.watchdog.feed()\n    time.sleep(1)\n"
    )
    with pytest.raises(BoardSilent, match="did not say hello") as wrong:
        deploy(recipe(main), link=bench.link, hello_s=0.5)
    assert "I only print" in wrong.value.do


def test_a_recipe_that_hangs_ends_in_safe_mode_and_says_so(bench, recipe):
    with pytest.raises(FirmwareError, match="safe mode: 3 starts in a row") as wrong:
        deploy(recipe("print('here')\nwhile True:\n    pass\n"), link=bench.link)
    assert "here" in wrong.value.do
    assert deploy(recipe(), link=bench.link).alive.sample.values == (1,), "and the next one runs again"


def test_a_recipe_without_samples(bench, recipe):
    with pytest.raises(BoardSilent, match="no sample"):
        deploy(recipe("from potluck import app\napp.run()\n"), link=bench.link, sample_s=0.2)


def test_over_a_program_that_swallows_ctrl_c_now_and_then(bench, recipe):
    program = (
        "import time\nfor k in range(3):\n  try:\n    while True: time.sleep(1)\n"
        "  except BaseException: pass\nwhile True: time.sleep_ms(10)\n"
    )
    bench.flash.write_bytes("/main.py", program.encode())
    bench.board.hard_reset()
    assert deploy(recipe(), link=bench.link).kept_main == "/main.own.py"


def test_over_a_running_recipe_with_its_watchdog(bench, recipe):
    deploy(recipe(), link=bench.link)
    before = len(bench.board.resets)
    deploy(recipe(version="1.1.0"), link=bench.link)
    assert set(list(bench.board.resets)[before:]) == {"soft"}


def test_circuitpython_is_no_micropython(bench, recipe, monkeypatch):
    monkeypatch.setattr(OnBoard, "_ask", lambda self, call: {
        "name": "circuitpython", "version": (9, 2, 0), "mpy": 5, "platform": "RP2040",
        "machine": "Raspberry Pi Pico with rp2040", "id": "00", "block": 512, "free": 100})  # fmt: skip
    with pytest.raises(NotMicroPython, match="circuitpython"):
        deploy(recipe(), link=bench.link)
