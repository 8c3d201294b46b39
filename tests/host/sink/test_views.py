# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What people see, letter by letter."""

import io

import pytest
from potluck.sink.base import Session, Summary
from potluck.sink.live import LiveSink, sparkline
from potluck.sink.plain import PlainSink
from potluck.sink.values import number, reading, shown, since_boot, state
from potluck.telemetry import Channel, Damaged, Hello, Log, Sample, Text
from rich.console import Console

WATERER = Hello(
    0,
    15,
    recipe="plant-waterer",
    version="1.0.0",
    hash="a1b2c3d4e5f6",
    board="pico",
    id="e6614103e72d4f2c",
    boot="5f3a09c1",
    micropython="1.26.1",
    channels=(
        Channel("moisture", "%", 1),
        Channel("tank", "1", 0, ("empty", "water")),
        Channel("pump", "1", 0, ("off", "on")),
        Channel("watered", "mL", 0),
    ),
)


def play(sink):
    sink.open(Session("virtual:pico", 1.79e9))
    sink.line(Text('0],"c":"12345678"}', cut=True), 0)
    sink.hello(WATERER, 0)
    for n, values in enumerate([(48.25, 1, 0, 0), (41.5, 1, 1, 20), (None, 0, 0, 40)], 1):
        sink.sample(Sample(n, n * 60_000 + 12, values), 0)
        sink.commit()
    sink.line(Log(4, 180_100, "warning", "soil sensor: check its three wires"), 0)
    sink.line(Log(5, 180_200, "error", "look: ValueError", "Traceback:\n  File main.py"), 0)
    sink.line(Text("\x1b[31mhello\x1b[0m \x1b]0;title\x07\x9b2J\rworld"), 0)
    sink.line(Damaged('{"n":6', "cut"), 0)
    sink.note("the port has gone", 0)
    sink.commit()
    sink.close(Summary(received=3, lost=2, damaged=1))


PLAIN = """\
listening to virtual:pico
plant-waterer 1.0.0 (a1b2c3d4e5f6) on pico e6614103e72d4f2c, MicroPython 1.26.1
00:01:00.012  moisture 48.2 %  tank water  pump off  watered 0 mL
00:02:00.012  moisture 41.5 %  tank water  pump on  watered 20 mL
00:03:00.012  moisture no value  tank empty  pump off  watered 40 mL
00:03:00.100  warning: soil sensor: check its three wires
00:03:00.200  error: look: ValueError
              Traceback:
                File main.py
              | hello ·2J·world
              damaged: {"n":6
potluck: the port has gone
3 received, 2 lost, 1 damaged
"""


def test_plain():
    stream = io.StringIO()
    play(PlainSink(stream))
    assert stream.getvalue() == PLAIN


LIVE = """\
plant-waterer 1.0.0 (a1b2c3d4e5f6) on pico e6614103e72d4f2c, MicroPython 1.26.1
channel   value  unit  state     trend
moisture      –  %     no value  █▁
tank          0        empty     ██▁
pump          0        off       ▁█▁
watered      40  mL              ▁▅█

00:03:00.100  warning: soil sensor: check its three wires
00:03:00.200  error: look: ValueError
              Traceback:
                File main.py
              | hello ·2J·world
              damaged: {"n":6
potluck: the port has gone
virtual:pico · board time 00:03:00 · 3 received · Ctrl-C ends
3 received, 2 lost, 1 damaged
"""


def console(stream, **how):
    return Console(file=stream, width=90, height=40, highlight=False, **how)


def test_live_ends_with_the_last_picture():
    stream = io.StringIO()
    play(LiveSink(console(stream, force_terminal=True, color_system=None), clock=lambda: 5.0))
    last = stream.getvalue().rsplit("\x1b[2K", 1)[1].replace("\x1b[?25h", "")
    assert "\n".join(line.rstrip() for line in last.split("\n")) == LIVE


def test_live_moves_the_cursor_and_nothing_from_the_board_does(monkeypatch):
    monkeypatch.delenv("NO_COLOR")
    stream = io.StringIO()
    play(LiveSink(console(stream, force_terminal=True, color_system="standard"), clock=lambda: 5.0))
    text = stream.getvalue()
    assert "\x1b[2K" in text or "\x1b[1A" in text
    assert "\x1b]0;" not in text and "\x9b" not in text and "\x07" not in text


def test_live_without_colour_has_none():
    stream = io.StringIO()
    play(LiveSink(console(stream, force_terminal=True, no_color=True), clock=lambda: 5.0))
    assert "\x1b[31m" not in stream.getvalue() and "\x1b[33m" not in stream.getvalue()


def test_live_says_that_a_board_is_silent_and_that_it_started_again():
    now = [0.0]
    stream = io.StringIO()
    sink = LiveSink(console(stream), clock=lambda: now[0])
    sink.open(Session("a0", 0))
    assert "waiting for the first frame" in sink._status()
    sink.hello(WATERER, 0)
    now[0] = 20.0
    assert "silent for 20 s" in sink._status()
    sink.hello(Hello(0, 15, recipe="plant-waterer", boot="bb", channels=WATERER.channels), 0)
    sink.close(Summary())
    assert "the board started again" in stream.getvalue()


def test_live_repaints_at_most_ten_times_a_second():
    now, stream = [0.0], io.StringIO()
    sink = LiveSink(console(stream, force_terminal=True), clock=lambda: now[0])
    sink.open(Session("a0", 0))
    sink.hello(WATERER, 0)
    before = len(stream.getvalue())
    for n in range(1000):
        now[0] += 0.0001
        sink.sample(Sample(n, 1000 + n, (1, 1, 1, 1)), 0)
        sink.commit()
    assert len(stream.getvalue()) - before < 5000
    sink.close(Summary())


def test_a_sample_sent_again_does_not_cover_a_newer_one():
    sink = LiveSink(console(io.StringIO()), clock=lambda: 0.0)
    sink.open(Session("a0", 0))
    sink.hello(WATERER, 0)
    sink.sample(Sample(9, 9000, (2, 1, 1, 1)), 0)
    sink.sample(Sample(5, 5000, (1, 1, 1, 1)), 0)
    assert sink._values == (2, 1, 1, 1)
    sink.close(Summary(received=2))


@pytest.mark.parametrize(
    ("channel", "value", "said"),
    [
        (Channel("m", "%", 1), 41.25, "41.2 %"),
        (Channel("m", "%", 1), None, "no value"),
        (Channel("m", "Cel", 0), -3.6, "-4 °C"),
        (Channel("m", "1", None), 3, "3"),
        (Channel("m", "V", None), 0.1, "0.1 V"),
        (Channel("t", "1", 0, ("empty", "water")), 1, "water"),
        (Channel("t", "1", 0, ("empty", "water")), 1.0, "water"),
        (Channel("t", "1", 0, ("empty", "water")), 2, "2"),
        (Channel("t", "1", 0, ("empty", "water")), -1, "-1"),
        (Channel("t", "1", 1, ("empty", "water")), 0.5, "0.5"),
    ],
)
def test_readings(channel, value, said):
    assert reading(channel, value) == said


def test_no_value_has_no_state():
    assert state(Channel("t", "1", 0, ("empty",)), None) == "" and number(Channel("t"), None) == "–"


def test_device_time():
    assert since_boot(0) == "00:00:00.000"
    assert since_boot(3 * 86_400_000 + 3_723_004) == "3 d 01:02:03.004"


def test_sparkline():
    assert sparkline(Channel("x"), [0, 1, 2, None, 7]) == "▁▂▃ █"
    assert sparkline(Channel("x"), [3, 3]) == "▁▁"
    assert sparkline(Channel("x"), [None]) == ""
    assert sparkline(Channel("x", "1", 0, ("a", "b")), [1, 5, -5]) == "██▁"


def test_shown_keeps_words_and_line_ends():
    assert shown("ä→\n\tb") == "ä→\n\tb"
    assert shown("a\x00b\u202ec\x7f") == "a·b·c·"
