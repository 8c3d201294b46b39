# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A recipe's functions on a virtual board: what they say on the wire, and what happens when they fail."""

import time

import pytest
from potluck.telemetry import command

from tests.firmware.rig import CONFIG, MAX, Answer, Hello, Log, Rig, Sample, state

LOOK = """
from potluck import app
s = app.settings
pump = app.part("pump")

@app.every("every_s")
async def look():
    app.report(moisture=41.54, pump=pump.on)

@app.command
async def water():
    await pump.run(2)
    app.log("watered")

app.run()
"""


def samples(rig):
    return [e for e in rig.events if isinstance(e, Sample)]


def test_hello_comes_first_and_numbers_have_no_gap():
    with Rig(LOOK, speed=MAX) as rig:
        rig.until(Hello, count=3)
        first = rig.events[[type(e) for e in rig.events].index(Hello)]
        assert (first.n, first.recipe, first.version, first.hash, first.board) == (
            0, "rig", "1.0.0", "0123456789ab", "pico")  # fmt: skip
        assert first.channels[0].decimals == 1 and first.channels[1].states == ("off", "on")
        assert first.safe == "" and len(first.boot) == 8
        frames = [e for e in rig.events if hasattr(e, "n")]
        assert [e.n for e in frames] == list(range(len(frames)))
        assert [e.t_ms for e in frames] == sorted(e.t_ms for e in frames)
        hellos = [e.t_ms for e in frames if isinstance(e, Hello)]
        assert all(b - a <= 10_200 for a, b in zip(hellos, hellos[1:], strict=False))


def test_every_runs_at_once_and_then_without_drift():
    with Rig(LOOK.replace('"every_s"', "0.5"), speed=MAX) as rig:
        rig.until(Sample, count=41)
        times = [e.t_ms for e in samples(rig)]
        assert times[0] < 500
        assert abs(times[40] - times[0] - 20_000) <= 20


def test_a_changed_setting_acts_at_once_and_is_kept():
    with Rig(LOOK, speed=10) as rig:
        first = rig.until(Sample)
        answer = rig.command("set", name="every_s", value=2)
        assert answer.ok and answer.data["value"] == 2
        second = rig.until(Sample, count=2)
        assert second.t_ms - first.t_ms < 10_000  # not after the 60 s that it had gone to sleep for
        third = rig.until(Sample, count=3)
        assert abs(third.t_ms - second.t_ms - 2000) <= 500
        assert rig.command("set", name="dry_v", value=2.75).ok
        assert rig.command("stop").ok
        assert state(rig, "settings.json") == {
            "recipe": "rig", "settings": {"every_s": 2}, "calibration": {"dry_v": 2.75}}  # fmt: skip


NONSENSE = [
    ({"name": "every_s", "value": 0}, "every_s: 0 is not in 1 … 3600"),
    ({"name": "every_s", "value": 3601}, "every_s: 3601 is not in 1 … 3600"),
    ({"name": "every_s", "value": True}, "every_s: True is not in 1 … 3600"),
    ({"name": "every_s", "value": "5"}, "every_s: 5 is not in 1 … 3600"),
    ({"name": "every_s", "value": None}, "every_s: None is not in 1 … 3600"),
    ({"name": "every_s"}, "not understood: value"),
    ({"name": "nothing", "value": 1}, "no setting nothing"),
    ({"name": ["every_s"], "value": 1}, "no setting"),
    ({"value": 1}, "not understood: name"),
]


def test_a_nonsensical_setting_changes_nothing():
    with Rig(LOOK, speed=MAX) as rig:
        rig.until(Sample)
        for arguments, why in NONSENSE:
            answer = rig.command("set", **arguments)
            assert not answer.ok and answer.data["why"].startswith(why)
        rig.until(Sample, count=5)
        times = [e.t_ms for e in samples(rig)]
        assert all(abs(b - a - 60_000) <= 20 for a, b in zip(times, times[1:], strict=False))


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"recipe":"rig","settings":[1]}', '{"recipe":"rig","settings":{"every_s":0}}',
     '{"recipe":"rig","settings":{"every_s":"x"}}', "\x00\xff", "[" * 3000],
)  # fmt: skip
def test_nonsense_in_the_settings_file_gives_the_defaults(text):
    with Rig(LOOK, speed=MAX, files={"/state/settings.json": text.encode("latin1")}) as rig:
        rig.until(Sample, count=2)
        assert 59_900 < samples(rig)[1].t_ms - samples(rig)[0].t_ms < 60_100
        warned = [e.text for e in rig.events if isinstance(e, Log) and e.level == "warning"]
        assert bool(warned) == (text != "")


def test_settings_belong_to_a_recipe_and_calibration_to_the_board():
    kept = b'{"recipe":"other","settings":{"every_s":1},"calibration":{"dry_v":3.0,"far":1}}'
    recipe = LOOK.replace("moisture=41.54", "moisture=s.dry_v")
    with Rig(recipe, speed=MAX, files={"/state/settings.json": kept}) as rig:
        rig.until(Sample, count=2)
        assert samples(rig)[0].values[0] == 3.0
        assert samples(rig)[1].t_ms > 59_000
        rig.command("set", name="every_s", value=5)
        rig.command("stop")
        assert state(rig, "settings.json")["calibration"] == {"dry_v": 3.0, "far": 1}


def test_an_exception_is_told_and_the_actuator_is_safe_and_the_task_starts_again():
    recipe = """
from potluck import app
pump = app.part("pump")
tries = 0

@app.every(1)
async def look():
    global tries
    tries += 1
    app.report(moisture=tries, pump=pump.on)
    if tries in (2, 3):
        import asyncio
        asyncio.create_task(pump.run(8))
        await asyncio.sleep_ms(100)
        app.report(moisture=50, pump=pump.on)
        raise ValueError("no water")

app.run()
"""
    with Rig(recipe, speed=MAX) as rig:
        log = rig.until(Log)
        assert log.level == "error" and log.text == "look: ValueError: no water"
        assert 'File "main.py", line 16, in look' in log.trace
        assert log.trace.endswith("ValueError: no water\n")
        assert any(e.values == (50.0, 1) for e in samples(rig))  # it had been on, for 8 s
        assert rig.until(lambda e: isinstance(e, Sample) and e.values[0] == 3).values[1] == 0
        rig.until(Log, count=2)
        rig.until(lambda e: isinstance(e, Sample) and e.values[0] == 5)
        at = {e.values[0]: e.t_ms for e in samples(rig)}
        assert 1000 <= at[3] - at[2] < 1300  # 1 s of pause, then 2 s
        assert 2000 <= at[4] - at[3] < 2300
        assert 900 < at[5] - at[4] < 1100


def test_a_broken_task_does_not_hold_up_the_others():
    recipe = """
from potluck import app

@app.every(1)
def broken():
    return {}["x"]

@app.every(1)
def good():
    app.report(moisture=1)

app.run()
"""
    with Rig(recipe, speed=MAX) as rig:
        rig.until(Log, count=3)
        times = [e.t_ms for e in samples(rig)]
        assert all(abs(b - a - 1000) <= 20 for a, b in zip(times, times[1:], strict=False))
        assert len(times) >= 3


def test_memory_running_out_in_a_task_is_told_too():
    recipe = LOOK.replace("async def look():", "async def look():\n    x = bytearray(10_000_000)")
    with Rig(recipe, speed=20) as rig:
        log = rig.until(Log)
        assert log.text.startswith("look: MemoryError")
        assert rig.command("run", command="water").ok


def test_an_unknown_channel_is_an_error_that_names_it():
    with Rig(LOOK.replace("pump=pump.on", "humidity=3"), speed=20) as rig:
        log = rig.until(Log)
        assert log.text.startswith("look: TypeError") and "humidity" in log.text


def test_an_unknown_part_names_those_there_are():
    with Rig(LOOK.replace('part("pump")', 'part("pmup")'), speed=20) as rig:
        rig.say("ValueError: no part 'pmup'; there are: pump")


def test_a_command_runs_once_and_a_repeated_line_is_answered_not_done_again():
    with Rig(LOOK, speed=5) as rig:
        rig.until(Sample)
        line = command(500, "run", command="water")
        for count in (1, 2, 3):
            rig.link.write(line)
            answer = rig.until(lambda e: isinstance(e, Answer) and e.re == 500, count=count)
            assert answer.ok
        assert rig.board.pins()["GP15"]["drive"] == 1.0
        busy = rig.command("run", command="water")
        assert not busy.ok and busy.data["why"] == "water is under way"
        rig.until(lambda e: isinstance(e, Log) and e.text == "watered")
        assert rig.board.pins()["GP15"]["drive"] == 0.0
        assert sum(isinstance(e, Log) for e in rig.events) == 1
        unknown = rig.command("run", command="wtaer")
        assert not unknown.ok and unknown.data["why"] == "no command wtaer; there is: water"


def test_an_event_runs_the_function_and_what_happens_meanwhile_is_ignored():
    drivers = {
        "switch": "class Switch:\n    pass",
        "ticker": """
from machine import Timer
class Ticker:
    # Happens at 1.0, 1.5, 2.0 … s
    def __init__(self, id):
        self.ticked = self
    def watch(self, callback):
        self._timer = Timer(-1, mode=Timer.PERIODIC, period=500, callback=lambda t: callback())
""",
    }
    config = CONFIG.replace('"pump": ("switch", "Switch", {"pin": ("out", 15, 0)}, {"max_on_s": 10})',
                            '"ticker": ("ticker", "Ticker", {"id": 3}, {})')  # fmt: skip
    recipe = """
import asyncio
from potluck import app

@app.on(app.part("ticker").ticked)
@app.command
async def happened():
    app.report(moisture=1)
    await asyncio.sleep(0.8)

app.run()
"""
    with Rig(recipe, speed=MAX, config=config, drivers=drivers) as rig:
        rig.until(Sample, count=6)
        times = [e.t_ms for e in samples(rig)]
        assert all(abs(b - a - 1000) < 30 for a, b in zip(times, times[1:], strict=False))
        deadline = time.monotonic() + 5
        while not (answer := rig.command("run", command="happened")).ok:
            assert answer.data["why"] == "happened is under way" and time.monotonic() < deadline


def test_trouble_is_not_repeated_every_minute_and_rest_is_kept():
    recipe = """
from potluck import app

@app.every(60)
def look():
    app.trouble("soil sensor", "check its three wires")
    app.report(moisture=app.rested("water", 5))

app.run()
"""
    with Rig(recipe, speed=MAX) as rig:
        rig.until(lambda e: isinstance(e, Sample) and e.t_ms > 1_230_000)
        warnings = [e for e in rig.events if isinstance(e, Log)]
        assert [round(e.t_ms / 60_000) for e in warnings] == [0, 10, 20]
        assert warnings[0].text == "soil sensor: check its three wires" and warnings[0].level == "warning"
        yes = [round(e.t_ms / 60_000) for e in samples(rig) if e.values[0] == 1]
        assert yes[:4] == [0, 5, 10, 15]


def test_stop_makes_safe_and_answers_and_opens_the_prompt():
    with Rig(LOOK, speed=5) as rig:
        rig.until(Sample)
        assert rig.command("run", command="water").ok
        assert rig.board.pins()["GP15"]["drive"] == 1.0
        assert rig.command("stop").ok
        rig.say(">>> ")
        assert rig.board.pins()["GP15"]["drive"] == 0.0


def test_no_watchdog_bites_after_stop():
    with Rig(LOOK, speed=MAX) as rig:
        rig.until(Sample)
        assert rig.command("stop").ok
        rig.say(">>> ")
        rig.link.write(b"import time; time.sleep(60); 6*7\r")
        rig.say("\r\n42\r\n")
        assert list(rig.board.resets) == ["power"]


def test_the_recipe_needs_no_host():
    with Rig(LOOK, speed=MAX) as rig:
        rig.until(Sample)
        rig.link.close()
        time.sleep(0.5)
        assert rig.board.state()["uptime_s"] > 600
        assert rig.board.resets == [] or all("watchdog" not in reset for reset in rig.board.resets)
