# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The pump's driver: it ends, whatever happens."""

import pytest

from .part_bench import Bench

# The world's pump without a recipe's world tells how long it was on through this model.
MODEL = """
class World:
    knobs = {}
    def __init__(self, parts, options): self.pump = parts["part"]
    def step(self, dt_s): pass
    def state(self): return {"on_s": self.pump.on_s, "longest_s": self.pump.longest_s}
"""


@pytest.fixture(params=[("pico", 15), ("esp32_devkitc", 25)], ids=lambda at: at[0])
def pump(request):
    board, gpio = request.param
    bench = Bench("pump_5v", "Pump5V", board=board, pins={"minus": gpio}, pin="out", options="max_on_s=10")
    bench.board.set_world({**bench.config, "model": MODEL})
    with bench:
        yield bench


def on_s(pump):
    return pump.board.state()["world"]["on_s"]


def test_runs_as_long_as_it_is_told(pump):
    pump.run("asyncio.run(d.run(2))")
    assert on_s(pump) == pytest.approx(2, abs=0.01)
    assert pump.ask("d.on") is False and pump.level() == 0


def test_start_returns_at_once_and_the_timer_ends_it(pump):
    assert pump.ask("[d.start(2), d.on]") == [True, True]
    assert pump.run("time.sleep(1.9); print(d.on); time.sleep(0.2); print(d.on)").split() == ["True", "False"]
    assert on_s(pump) == pytest.approx(2, abs=0.5)  # the prompt's own time is real time


def test_ends_in_a_loop_that_hangs(pump):
    pump.begin("d.start(0.5)\nwhile True: pass")
    for _ in range(200):
        if pump.board.state()["uptime_s"] > 3:
            break
        pump.board.wait(0.02)
    assert pump.level() == 0
    pump.send(b"\x03")
    with pytest.raises(Exception, match="KeyboardInterrupt"):
        pump.finish()
    assert on_s(pump) == pytest.approx(0.5, abs=0.1)


def test_is_cut_to_its_longest_run(pump):
    pump.run("asyncio.run(d.run(25))")
    assert on_s(pump) == pytest.approx(10, abs=0.01)


NONSENSE = "0 -1 -0.001 float('nan') float('inf') -float('inf') 1e9 2000 None '3' []".split()


@pytest.mark.parametrize("seconds", NONSENSE)
def test_nonsense_never_runs(pump, seconds):
    for how in ("d.start({})", "asyncio.run(d.run({}))"):
        said = pump.run(f"try:\n  {how.format(seconds)}\nexcept ValueError as error: print(error)")
        assert said.startswith("a pump cannot run for")
    assert pump.ask("d.on") is False and pump.level() == 0
    assert on_s(pump) == 0


@pytest.mark.parametrize("most", ["0", "-5", "31", "float('nan')", "float('inf')"])
def test_no_option_allows_more_than_the_part(pump, most):
    said = pump.run(f"try: Pump5V(Pin({pump.gpio}), max_on_s={most})\nexcept ValueError: print('no')")
    assert said == "no\r\n"


def test_a_second_start_does_not_make_it_longer(pump):
    said = pump.run("print(d.start(1)); time.sleep(0.6); print(d.start(1)); time.sleep(0.5); print(d.on)")
    assert said.split() == ["True", "False", "False"]


def test_ends_early_when_the_water_does(pump):
    pump.run("t = time.ticks_ms()\ndef water(): return time.ticks_diff(time.ticks_ms(), t) < 1000")
    pump.run("asyncio.run(d.run(5, only_while=water))")
    assert on_s(pump) == pytest.approx(1, abs=0.1)
    pump.run("asyncio.run(d.run(5, only_while=lambda: False))")
    assert on_s(pump) == pytest.approx(1, abs=0.1)


def test_a_cancelled_task_turns_it_off(pump):
    pump.run(
        "async def main():\n"
        "  task = asyncio.create_task(d.run(5))\n  await asyncio.sleep(1)\n"
        "  task.cancel()\n  await asyncio.sleep(0)\n"
        "  print(d.on)\n"
        "asyncio.run(main())"
    )
    assert on_s(pump) == pytest.approx(1, abs=0.1)


def test_safe_never_raises_and_may_be_called_at_any_time(pump):
    assert pump.run("d.safe(); d.safe(); d.start(3); d.safe(); d.safe(); print(d.on)") == "False\r\n"
    pump.run("time.sleep(4)")
    assert pump.level() == 0
    said = pump.run("d.start(1); time.sleep(1.1); d.start(1); print(d.on); time.sleep(1.1); print(d.on)")
    assert said.split() == ["True", "False"]


def test_two_pumps_end_each_on_its_own(pump):
    other = 13
    said = pump.run(
        f"e = Pump5V(Pin({other}, Pin.OUT, value=0))\nd.start(1)\ne.start(2)\n"
        "time.sleep(1.2); print(d.on, e.on); time.sleep(1); print(d.on, e.on)"
    )
    assert said.split() == ["False", "True", "False", "False"]


def test_a_reset_and_a_power_cut_end_it(pump):
    for end in (pump.board.hard_reset, pump.board.power_cut):
        pump.run(f"from machine import *\nPin({pump.gpio}, Pin.OUT, value=1)")
        assert pump.level() == 1
        end()
        pump.read_until("Type ")
        assert pump.level() is None  # nobody drives it: the switch's pull-down says off
