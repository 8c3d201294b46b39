# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What main.py can do to a board, and that the board stays reachable and safe."""

import ast
import time

import pytest

from tests.firmware.rig import CONFIG, FIRMWARE, MAX, Hello, Rig, Sample, Text

PUMP_ON = """
from potluck import app
from machine import Pin
app.part("pump")
Pin(15, Pin.OUT, value=1)          # a recipe that goes behind the driver's back
app.report(moisture=1)
"""
CONFIGS = {board: CONFIG.replace("pico", board) for board in ("esp32_devkitc", "pico")}


def boards(test):
    return pytest.mark.parametrize("board", sorted(CONFIGS))(test)


def is_safe(event):
    return isinstance(event, Hello) and bool(event.safe)


def pump(rig):
    return rig.board.pins()["GP15" if rig.board.kind.name == "pico" else "GPIO15"]["drive"]


def prompt_answers(rig):
    rig.forget()
    rig.link.write(b"\r6*7\r")
    rig.say("\n42\r\n")


@boards
@pytest.mark.parametrize(
    ("ending", "says"),
    [
        ("raise ValueError('no water')", "ValueError: no water"),
        ("raise SystemExit", "SystemExit"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("import nowhere", "ImportError: no module named 'nowhere'"),
        ("bytearray(10_000_000)", "MemoryError"),
        ("def f(): f()\nf()", "RuntimeError"),
    ],
)
def test_three_crashed_starts_lead_to_safe_mode_that_says_why(board, ending, says):
    with Rig(PUMP_ON + ending, board=board, config=CONFIGS[board], speed=MAX) as rig:
        hello = rig.until(is_safe)
        assert hello.safe.startswith("3 starts in a row ended badly, the last one: " + says)
        assert hello.recipe == "rig" and hello.channels == ()
        assert pump(rig) == 0.0
        assert rig.output.count(b"the recipe starts in") == 3
        assert b"potluck: safe mode, no recipe runs: 3 starts" in rig.output
        prompt_answers(rig)
        resets = list(rig.board.resets)
        rig.link.write(b"import time; time.sleep(120); 'awake'\r")
        rig.say("\n'awake'\r\n", timeout_s=30)
        assert list(rig.board.resets) == resets


@boards
def test_a_hung_app_is_bitten_and_three_bites_lead_to_safe_mode(board):
    with Rig(PUMP_ON + "while True: pass", board=board, config=CONFIGS[board], speed=50) as rig:
        hello = rig.until(is_safe, timeout_s=40)
        assert hello.safe.endswith("the app hung and the watchdog reset the board")
        assert sum("watchdog" in reset for reset in rig.board.resets) == 3
        assert pump(rig) == 0.0
        prompt_answers(rig)


def test_a_task_that_hangs_is_bitten_too():
    recipe = """
from potluck import app
@app.every(1)
async def look():
    app.report(moisture=1)
    while True:
        pass
app.run()
"""
    with Rig(recipe, speed=50) as rig:
        assert "watchdog" in rig.until(is_safe, timeout_s=40).safe
        prompt_answers(rig)


@boards
def test_a_pump_is_off_at_its_time_although_the_app_hangs(board):
    recipe = """
import asyncio
from potluck import app
pump = app.part("pump")
@app.every(3600)
async def look():
    asyncio.create_task(pump.run(2))
    await asyncio.sleep(0.5)
    app.report(pump=pump.on)
    await asyncio.sleep(0.1)
    print("hangs")
    while True:
        pass
app.run()
"""
    with Rig(recipe, board=board, config=CONFIGS[board], speed=2) as rig:
        rig.say("hangs")
        assert pump(rig) == 1.0
        hung_s = rig.board.state()["uptime_s"]
        while pump(rig):
            pass
        assert rig.board.state()["uptime_s"] - hung_s < 2.5  # long before the watchdog's 8.3 s
        assert list(rig.board.resets) == ["power"]


@pytest.mark.parametrize("cut", ["power_cut", "hard_reset"])
def test_a_reset_while_the_pump_runs_stops_it_and_it_stays_off(cut):
    recipe = """
import asyncio
from potluck import app
pump = app.part("pump")
@app.command
async def water():
    await pump.run(9)
app.run()
"""
    with Rig(recipe, speed=4) as rig:
        rig.until(Hello)
        assert rig.command("run", command="water").ok
        assert pump(rig) == 1.0
        getattr(rig.board, cut)()
        rig.forget()
        rig.say("starts in")
        assert pump(rig) == 0.0
        rig.until(Hello)
        assert pump(rig) == 0.0


def test_a_healthy_run_clears_the_count():
    recipe = """
import machine
from potluck import app
@app.every(30)
async def look():
    from potluck import clock
    clock.tick()
    app.report(moisture=clock.s)
    if clock.s > 70:
        raise SystemExit
app.run()
"""
    with Rig(recipe, speed=MAX) as rig:
        while rig.output.count(b"SystemExit") < 8:
            rig.read()
            assert not any(is_safe(event) for event in rig.events)


def test_power_on_forgets_the_count():
    with Rig(PUMP_ON + "raise ValueError", speed=20) as rig:
        for _ in range(4):
            rig.forget()
            rig.say("ValueError")
            rig.board.power_cut()
        rig.forget()
        rig.say("starts in 1.5 s")


def test_safe_mode_lasts_until_the_next_reset():
    with Rig(PUMP_ON + "raise ValueError", speed=MAX) as rig:
        rig.until(is_safe)
        rig.forget()
        rig.link.write(b"import machine; machine.reset()\r")
        rig.say("the recipe starts in 1.5 s")


@boards
def test_ctrl_c_in_the_window_wins_before_anything_of_the_recipe_runs(board):
    with Rig(PUMP_ON + "while True: pass", board=board, config=CONFIGS[board]) as rig:
        rig.say("starts in")
        rig.link.write(b"\x03")
        rig.say(">>> ")
        assert not [e for e in rig.events if isinstance(e, Sample)]
        prompt_answers(rig)


@boards
@pytest.mark.parametrize("hold", ["app.run()", "while True: pass", "import time\ntime.sleep(1000)"])
def test_ctrl_c_opens_a_repl_that_the_watchdog_leaves_alone(board, hold):
    with Rig(PUMP_ON + "print('runs')\n" + hold, board=board, config=CONFIGS[board], speed=4) as rig:
        rig.say('"hello"' if hold == "app.run()" else "runs")
        rig.link.write(b"\x03\x03")
        rig.say("potluck: stopped")
        rig.say(">>> ")
        assert pump(rig) == 0.0
        # what mpremote does: raw REPL, soft reset, long work
        rig.forget()
        rig.link.write(b"\r\x01")
        rig.say("raw REPL; CTRL-B to exit")
        rig.link.write(b"\x04")
        rig.say("soft reboot")
        rig.say("raw REPL; CTRL-B to exit\r\n>")
        rig.forget()
        rig.board.clock.speed = 60.0
        rig.link.write(b"import time; time.sleep(60); print('after a minute')\x04")
        rig.say("after a minute", timeout_s=30)
        assert not any("watchdog" in reset for reset in rig.board.resets)
        # and back to the app
        rig.forget()
        rig.link.write(b"\x02\x04")
        rig.say("the recipe starts in")


def test_a_recipe_that_swallows_ctrl_c_is_reached_in_the_window():
    recipe = """
import time
print("deaf")
while True:
    try:
        while True:
            time.sleep_ms(10)
    except BaseException:
        pass
"""
    with Rig(recipe, speed=5) as rig:
        rig.say("deaf")
        rig.link.write(b"\x03\x03")
        rig.say("the recipe starts in", timeout_s=30)
        rig.forget()
        rig.say("the recipe starts in 5.0 s", timeout_s=30)  # the watchdog bit: the window is wide now
        rig.link.write(b"\x03")
        rig.say(">>> ")
        prompt_answers(rig)


def test_pins_are_safe_before_the_window():
    with Rig(PUMP_ON + "import machine; machine.reset()") as rig:
        rig.say("starts in")
        assert rig.board.pins()["GP15"] | {"drive": 0.0, "mode": "out"} == rig.board.pins()["GP15"]


@pytest.mark.parametrize("pointer", [b"", b"c\n", b"\xff\xfe", b"b\n", b"a" * 100])
def test_a_damaged_pointer_finds_the_slot_that_is_there(pointer):
    with Rig("from potluck import app\napp.run()", speed=20, files={"/slots/active": pointer}) as rig:
        assert not rig.until(Hello).safe


def test_the_active_slot_is_the_one_that_runs():
    with Rig("from potluck import app\napp.run()", slot="b", speed=20) as rig:
        rig.put("/slots/a/recipe.mpy", b"not what runs")
        assert rig.until(Hello).recipe == "rig"


@pytest.mark.parametrize("name", ["config", "recipe", "potluck/app", "potluck/telemetry"])
@pytest.mark.parametrize("content", [b"", b"M\x05\x00\x00", b"garbage" * 30])
def test_damaged_files_in_the_slot_end_in_safe_mode_with_a_prompt(name, content):
    recipe = "from potluck import app\napp.run()"
    with Rig(recipe, speed=MAX, files={f"/slots/a/{name}.mpy": content}) as rig:
        rig.until(is_safe)
        prompt_answers(rig)


def test_a_board_without_a_recipe_says_so():
    with Rig("", speed=20) as rig:
        for name in ("recipe.mpy", "config.mpy"):
            rig.board.flash.remove(f"/slots/a/{name}")
        assert rig.until(Hello).safe == "there is none in /slots; potluck deploy puts one there"
        prompt_answers(rig)


def test_what_the_runtime_takes_from_the_firmware_is_not_looked_for_in_the_flash():
    """In every folder of sys.path, at each import."""
    taken = set()
    for path in (FIRMWARE / "potluck").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            taken |= {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
            taken |= {node.module} if isinstance(node, ast.ImportFrom) else set()
    taken = {name for name in taken if name.partition(".")[0] not in ("potluck", "config", "micropython", "sys", "gc")}
    with Rig("import sys\nprint('known', sorted(sys.modules))\nfrom potluck import app\napp.run()", speed=20) as rig:
        known = rig.until(lambda event: isinstance(event, Text) and event.text.startswith("known")).text
    assert {"time", "asyncio"} <= taken - {"onewire"} <= set(ast.literal_eval(known[6:]))


def test_the_first_line_is_the_launchers_mark():
    assert "potluck launcher" in (FIRMWARE / "boot" / "main.py").read_text().splitlines()[0]


def test_nobody_listening_is_no_hang():
    recipe = "from potluck import app\n@app.every(1)\ndef look():\n    app.report(moisture=1)\napp.run()"
    with Rig(recipe, speed=MAX) as rig:
        rig.port._capacity = 300
        rig.port.stall_s = 0.001
        while rig.board.state()["uptime_s"] < 120:
            time.sleep(0.05)
        assert list(rig.board.resets) == ["power"]
