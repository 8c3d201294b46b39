# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The strip's driver: green first, times of the data sheet, never above its current."""

import pytest

from .part_bench import Bench, growth


@pytest.fixture(params=[("pico", 19), ("esp32_devkitc", 13)], ids=lambda at: at[0])
def strip(request):
    board, gpio = request.param
    with Bench("neopixel_strip", "NeopixelStrip", board=board, pins={"din": gpio}, pin="out", more={"count": 8},
               options="count=8, most_ma=300") as bench:  # fmt: skip
        yield bench


def sent(strip):
    wires = strip.board.chip.wires
    return wires.sent[strip.gpio]


def test_is_dark_from_the_start(strip):
    assert sent(strip) == bytes(24) and strip.ask("d.on") is False


def test_green_comes_first(strip):
    strip.run("d.set(0, 1, 2, 3)\nd.set(7, 4, 5, 6)\nd.show()")
    assert sent(strip) == bytes([2, 1, 3]) + bytes(18) + bytes([5, 4, 6])
    assert [strip.world(name) for name in ("red", "green", "blue", "lit")] == [1, 2, 3, 2]
    assert strip.ask("d.on") is True


def test_the_times_are_the_data_sheets(strip):
    strip.run("d.show()")
    timing = strip.board.chip.wires.timing[strip.gpio]
    for ns, right in zip(timing, (400, 850, 800, 450), strict=True):
        assert abs(ns - right) <= 150
    said = strip.run("t = time.ticks_us()\nd.show()\nprint(time.ticks_diff(time.ticks_us(), t))")
    assert int(said) >= 8 * 30 + 280  # the bits of eight LEDs, and the pause that latches


@pytest.mark.parametrize("colour", [(255, 255, 255), (255, 0, 0), (200, 200, 0), (100, 100, 100)])
def test_never_above_its_current(strip, colour):
    strip.run(f"d.fill{colour}\nd.show()")
    asked = 8 + 8 * sum(colour) * 20 / 255
    assert strip.world("ma") <= 300
    assert strip.world("ma") == pytest.approx(min(asked, 300), rel=0.05)
    assert strip.world("lit") == 8


def test_dimming_keeps_the_colours_apart(strip):
    strip.run("d = NeopixelStrip(d._pin, count=8, most_ma=100)\nd.fill(240, 120, 60)\nd.show()")
    green, red, blue = sent(strip)[:3]
    assert 60 < red < 240 and red / green == pytest.approx(2, rel=0.05) and green / blue == pytest.approx(2, rel=0.1)
    assert strip.ask("list(d._buffer[:3])") == [120, 240, 60], "what was asked for stays"


@pytest.mark.parametrize(("call", "error"), [
    ("d.set(8, 1, 1, 1)", "IndexError"), ("d.set(-1, 1, 1, 1)", "IndexError"), ("d.set(0, 256, 0, 0)", "ValueError"),
    ("d.fill(0, 0, -1)", "ValueError")])  # fmt: skip
def test_what_it_has_not_is_refused(strip, call, error):
    assert strip.run(f"try: {call}\nexcept {error}: print('no')").strip() == "no"


def test_safe_is_dark_and_showing_takes_no_memory(strip):
    strip.run("d.fill(9, 9, 9)\nd.show()\nd.safe()")
    assert sent(strip) == bytes(24) and strip.world("lit") == 0
    # The engine's bitstream makes an array of the four times; a board's does not.
    assert growth(strip, "d.fill(200, 200, 200)") == 0
    assert growth(strip, "d.show()") <= 128


def test_a_strip_whose_leds_alone_take_more_stays_dark(strip):
    strip.run("d = NeopixelStrip(d._pin, count=30, most_ma=20)\nd.fill(255, 255, 255)\nd.show()")
    assert sent(strip) == bytes(90)
