# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The potentiometer's driver: where the knob stands, and whether there is one."""

import pytest

from .part_bench import Bench, growth

READ = "asyncio.run(d.read())"


@pytest.fixture(scope="module", params=[("pico", 26), ("esp32_devkitc", 32)], ids=lambda at: at[0])
def knob(request):
    board, gpio = request.param
    with Bench("potentiometer", "Potentiometer", board=board, pins={"wiper": gpio}, adc="adc", pin="pin") as bench:
        bench.full = 100 if board == "pico" else 3.3 / 3.1 * 100
        yield bench


@pytest.mark.parametrize("turned", [0, 1, 25, 50, 75, 90, 100])
def test_says_where_it_stands(knob, turned):
    knob.poke("turned", turned)
    assert knob.ask(READ) == pytest.approx(min(turned * knob.full / 100, 100), abs=1)


@pytest.mark.parametrize("turned", [0, 50, 100])
def test_a_loose_wiper_is_none_and_heals(knob, turned):
    knob.poke("turned", turned)
    knob.poke("unplugged", 1)
    assert [knob.ask(READ) for _ in range(5)] == [None] * 5
    knob.poke("unplugged", 0)
    assert knob.ask(READ) is not None


def test_leaves_no_pull_on_the_wire(knob):
    knob.ask(READ)
    knob.poke("unplugged", 1)
    knob.ask(READ)
    knob.run("from machine import ADC")
    assert len(set(knob.ask("[d._read() for _ in range(40)]"))) > 10  # a floating input drifts
    knob.poke("unplugged", 0)


def test_reading_the_pin_takes_no_memory(knob):
    assert growth(knob, "d._read()") == 0
