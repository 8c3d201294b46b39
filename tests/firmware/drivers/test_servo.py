# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The servo's driver: pulses in microseconds, and an arm that follows them."""

import pytest

from .part_bench import Bench

PERIOD_US = 20_000


@pytest.fixture(params=[("pico", 16), ("esp32_devkitc", 25)], ids=lambda at: at[0])
def servo(request):
    board, gpio = request.param
    with Bench("servo", "Servo", board=board, pins={"signal": gpio}, pwm="pwm") as bench:
        yield bench


def pulse_us(servo):
    return servo.level() * PERIOD_US


def test_makes_no_pulses_until_it_is_sent_somewhere(servo):
    assert servo.level() == 0 and servo.ask("[d.on, d.angle]") == [False, None]
    assert servo.ask("d._pwm.freq()") == 50


@pytest.mark.parametrize(("angle", "us"), [(0, 500), (90, 1450), (180, 2400), (45, 975)])
def test_pulses(servo, angle, us):
    servo.run(f"d.turn({angle})")
    assert pulse_us(servo) == pytest.approx(us, abs=2)
    servo.run("time.sleep(1)")
    assert servo.world("angle") == pytest.approx(angle, abs=0.5)
    assert servo.ask("[d.on, d.angle]") == [True, angle]


@pytest.mark.parametrize("angle", ["-1", "181", "float('nan')", "float('inf')"])
def test_an_angle_that_it_has_not_moves_nothing(servo, angle):
    servo.run("d.turn(30)")
    assert servo.run(f"try: d.turn({angle})\nexcept ValueError as error: print(error)").startswith("a servo of 180")
    assert pulse_us(servo) == pytest.approx(816.7, abs=2)


@pytest.mark.parametrize("pulses", ["min_us=300", "max_us=2700", "min_us=2400, max_us=500"])
def test_no_option_allows_pulses_that_hurt_it(servo, pulses):
    assert servo.run(f"try: Servo(d._pwm, {pulses})\nexcept ValueError: print('no')").strip() == "no"


def test_its_own_ends(servo):
    servo.run("d = Servo(d._pwm, min_us=1000, max_us=2000, degrees=90)\nd.turn(90)")
    assert pulse_us(servo) == pytest.approx(2000, abs=2)


def test_safe_lets_go_and_never_raises(servo):
    servo.run("d.turn(90)\nd.safe()\nd.safe()")
    assert servo.level() == 0 and servo.ask("d.on") is False
    servo.run("d._pwm.deinit()\nd.safe()")
