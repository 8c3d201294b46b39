# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The BME280's driver: Bosch's own example, its floating-point formulas, and a chip at its registers."""

import random
import struct

import pytest

from .part_bench import on_i2c

READ = "asyncio.run(d.read())"


@pytest.fixture(scope="module", params=["pico", "esp32_devkitc"])
def air(request):
    with on_i2c("bme280", "BME280", request.param) as bench:
        yield bench


@pytest.fixture(autouse=True)
def clean(air):
    yield
    for knob, value in (("unplugged", 0), ("wrong_chip", 0), ("celsius", 21), ("pascal", 101325), ("humidity", 45)):
        air.poke(knob, value)


# BST-BMP280-DS001, 3.12 "Calculation example" (temperature and pressure are the BME280's own).
BOSCH = {"t": (27504, 26435, -1000), "p": (36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000)}


def test_boschs_example(air):
    air.run(f"e = BME280(d._i2c)\ne._t = {BOSCH['t']}\ne._p = {BOSCH['p']}")
    assert air.ask("e.fine(519888)") == 128422
    assert air.ask("e.fine(519888) / 5120") == pytest.approx(25.08, abs=0.005)
    assert air.ask("e.pressure(415148, 128422)") == pytest.approx(100653.27, abs=0.3)


# BST-BME280-DS002, appendix 8.1, in double precision: not what the driver computes.
def real_humidity(raw, fine, h):
    h1, h2, h3, h4, h5, h6 = h
    v = fine - 76800.0
    v = (raw - (h4 * 64.0 + h5 / 16384.0 * v)) * (
        h2 / 65536.0 * (1.0 + h6 / 67108864.0 * v * (1.0 + h3 / 67108864.0 * v)))  # fmt: skip
    return min(max(v * (1.0 - h1 * v / 524288.0), 0.0), 100.0)


def real_pressure(raw, fine, p):
    v1 = fine / 2.0 - 64000.0
    v2 = v1 * v1 * p[5] / 32768.0 + v1 * p[4] * 2.0
    v2 = v2 / 4.0 + p[3] * 65536.0
    v1 = (p[2] * v1 * v1 / 524288.0 + p[1] * v1) / 524288.0
    v1 = (1.0 + v1 / 32768.0) * p[0]
    pa = (1048576.0 - raw - v2 / 4096.0) * 6250.0 / v1
    return pa + (p[8] * pa * pa / 2147483648.0 + pa * p[7] / 32768.0 + p[6]) / 16.0


def test_whole_numbers_agree_with_boschs_floating_point(air):
    chance = random.Random(280)
    for _ in range(12):
        h = (chance.randint(60, 90), chance.randint(330, 380), chance.choice((0, 1)), chance.randint(280, 350),
             chance.randint(-10, 50), chance.randint(20, 40))  # fmt: skip
        air.run(f"d._h = {h}\nd._p = {BOSCH['p']}")
        fine, raw_h, raw_p = chance.randint(0, 200000), chance.randint(22000, 40000), chance.randint(300000, 420000)
        assert air.ask(f"d.humidity({raw_h}, {fine})") == pytest.approx(real_humidity(raw_h, fine, h), abs=0.03)
        assert air.ask(f"d.pressure({raw_p}, {fine})") == pytest.approx(real_pressure(raw_p, fine, BOSCH["p"]), abs=1)
    air.run("d = BME280(d._i2c)")


def test_the_constants_are_read_as_the_data_sheet_packs_them(air):
    t, p = (40000, -2, 3), (50000, -1, 2, -3, 4, -5, 6, -7, 8)
    low = struct.pack("<HhhHhhhhhhhh", *t, *p) + bytes([0, 77])
    # H4 = -1234 and H5 = 987: twelve bits each, sharing the byte at 0xE5
    high = struct.pack("<hB", -300, 9) + bytes([-1234 >> 4 & 255, -1234 & 15 | (987 & 15) << 4, 987 >> 4, 251])
    air.run(f"d.calibrate({low!r}, {high!r})")
    assert air.ask("[d._t, d._p, d._h]") == [t, p, (77, -300, 9, -1234, 987, -5)]
    air.run("d = BME280(d._i2c)")


@pytest.mark.parametrize(("celsius", "pascal", "humidity"), [
    (21, 101325, 45), (-39.5, 31000, 5), (84, 109000, 90), (0, 101325, 0.5), (30, 85000, 99)])  # fmt: skip
def test_says_what_the_air_is(air, celsius, pascal, humidity):
    for knob, value in (("celsius", celsius), ("pascal", pascal), ("humidity", humidity)):
        air.poke(knob, value)
    said = air.ask(READ)
    assert said[0] == pytest.approx(celsius, abs=0.02)
    assert said[1] == pytest.approx(pascal, abs=3)
    assert said[2] == pytest.approx(humidity, abs=0.1)


def test_off_the_bus_is_none_and_heals_by_itself(air):
    air.poke("unplugged", 1)
    assert air.ask(READ) is None
    air.poke("unplugged", 0)  # it lost its power: all registers as after reset
    assert air.ask(READ)[2] == pytest.approx(45, abs=0.1)


@pytest.mark.parametrize(("knob", "value"), [("celsius", 120), ("pascal", 12000), ("celsius", -60)])
def test_air_that_cannot_be_is_none(air, knob, value):
    air.poke(knob, value)
    assert air.ask(READ) is None


def test_another_chip_and_nobody_are_found_out_at_birth(air):
    air.poke("wrong_chip", 1)
    said = air.run("try: BME280(d._i2c)\nexcept OSError as error: print(error.errno, error)")
    assert said.startswith("19 ") and "0x58" in said
    said = air.run("try: BME280(d._i2c, address=0x77)\nexcept OSError as error: print(error.errno, error)")
    assert said.startswith("19 ") and "no BME280 at 0x77" in said


def test_a_reading_waits_for_the_measurement_and_not_long(air):
    said = air.run(f"t = time.ticks_us()\n{READ}\nprint(time.ticks_diff(time.ticks_us(), t))")
    assert 9_300 <= int(said) < 30_000
