# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The HC-SR04's driver: the time of an echo as a distance."""

import pytest

from .part_bench import Bench

READ = "asyncio.run(d.read())"


@pytest.fixture(scope="module", params=[("pico", 2, 3), ("esp32_devkitc", 18, 19)], ids=lambda at: at[0])
def sonar(request):
    board, trigger, echo = request.param
    with Bench("hc_sr04", "HcSr04", board=board, pins={"trigger": trigger, "echo": echo}, trigger="out:trigger",
               echo="pin:echo") as bench:  # fmt: skip
        yield bench


@pytest.fixture(autouse=True)
def clean(sonar):
    yield
    for knob, value in (("unplugged", 0), ("nothing", 0), ("distance_m", 1), ("celsius", 20)):
        sonar.poke(knob, value)
    sonar.run("d.celsius = 20.0")


def test_the_user_guides_58_microseconds_a_centimetre(sonar):
    for centimetres in (2, 10, 100, 400):
        assert sonar.ask(f"d.metres(58 * {centimetres})") == pytest.approx(centimetres / 100, rel=0.005)


@pytest.mark.parametrize(("celsius", "speed"), [(0, 331.3), (20, 343.42), (35, 352.5)])
def test_sound_is_faster_in_warm_air(sonar, celsius, speed):
    sonar.run(f"d.celsius = {celsius}")
    assert sonar.ask("d.metres(2_000_000)") == pytest.approx(speed, abs=0.05)


@pytest.mark.parametrize("distance", [0.02, 0.1, 1.0, 2.345, 3.99])
def test_says_how_far_it_is(sonar, distance):
    sonar.poke("distance_m", distance)
    assert sonar.ask(READ) == pytest.approx(distance, abs=0.002)


def test_knows_the_air_that_it_is_told(sonar):
    sonar.poke("celsius", -10)
    assert sonar.ask(READ) > 1.04
    sonar.run("d.celsius = -10")
    assert sonar.ask(READ) == pytest.approx(1, abs=0.002)


@pytest.mark.parametrize(("knob", "value"), [("nothing", 1), ("unplugged", 1), ("distance_m", 4.5), ("distance_m", 0.01)])
def test_nothing_there_is_none_and_heals(sonar, knob, value):
    sonar.poke(knob, value)
    assert sonar.ask(READ) is None
    sonar.poke(knob, {"distance_m": 1}.get(knob, 0))
    assert sonar.ask(READ) == pytest.approx(1, abs=0.002)


def test_two_clicks_keep_their_distance_and_none_takes_long(sonar):
    said = sonar.run(f"{READ}\nt = time.ticks_ms()\n{READ}\n{READ}\nprint(time.ticks_diff(time.ticks_ms(), t))")
    assert int(said) >= 120
    sonar.poke("nothing", 1)
    sonar.run(f"{READ}\ntime.sleep_ms(70)")
    said = sonar.run(f"t = time.ticks_us()\n{READ}\nprint(time.ticks_diff(time.ticks_us(), t))")
    assert int(said) < 27_000


def test_the_trigger_rests_low(sonar):
    sonar.ask(READ)
    assert sonar.level() == 0
