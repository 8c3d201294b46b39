# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The push-button's driver: one press is one event."""

import pytest

from .part_bench import Bench, driver_source

# A pin that a test plays on: levels by time, edges delivered as a board's interrupts are.
PLAYED = """
now = 0
class PlayedPin:
    IRQ_FALLING = 4
    def __init__(self): self.level = 1; self.plan = []; self.handler = None
    def irq(self, handler, trigger): self.handler = handler
    def __call__(self): return self.level
    def settle(self, ms):
        global now
        end = now + ms
        while self.plan and self.plan[0][0] <= end:
            at, level = self.plan.pop(0)
            now = max(now, at)
            fell = self.level and not level
            self.level = level
            if fell: self.waiting += 1
        now = end
    def play(self, *changes):
        self.plan = [(now + ms, level) for ms, level in changes]
        self.waiting = 0
        end = now + changes[-1][0] + 1000
        while now < end:
            self.settle(1)
            while self.waiting:
                self.waiting -= 1
                self.handler(self)
def ticks_ms(): return now & 0x3fffffff
def sleep_ms(ms): wire.settle(ms)
wire = PlayedPin()
b = PushButton(wire)
presses = 0
def count():
    global presses
    presses += 1
b.pressed.watch(count)
"""


@pytest.fixture(scope="module", params=[("pico", 17), ("esp32_devkitc", 33)], ids=lambda at: at[0])
def button(request):
    board, gpio = request.param
    with Bench("push_button", "PushButton", board=board, pins={"signal": gpio}, pin="in_up") as bench:
        yield bench


@pytest.fixture(scope="module")
def player():
    with Bench("push_button", "PushButton", pins={"signal": 17}, pin="in_up") as bench:
        yield bench


@pytest.fixture
def played(player):
    player.run(driver_source("push_button") + PLAYED)
    yield player


@pytest.mark.parametrize(
    ("what", "changes", "presses"),
    [
        ("clean", "(10, 0), (200, 1)", 1),
        ("bounces", "(10, 0), (11, 1), (12, 0), (13, 1), (14, 0), (200, 1), (202, 0), (203, 1)", 1),
        ("a spark", "(10, 0), (11, 1)", 0),
        ("a burst of sparks", "(10, 0), (11, 1), (30, 0), (31, 1), (60, 0), (62, 1)", 0),
        ("held for long", "(10, 0), (9000, 1), (9002, 0), (9003, 1)", 1),
        ("twice", "(10, 0), (150, 1), (300, 0), (450, 1)", 2),
    ],
)
def test_events(played, what, changes, presses):
    played.run(f"wire.play({changes})")
    assert played.ask("presses") == presses


def test_a_press_after_a_week_counts(played):
    # ticks wrap: after 7 days the difference looks negative
    played.run("wire.play((10, 0), (150, 1))\nnow += 7 * 86400 * 1000\nwire.play((10, 0), (150, 1))")
    assert played.ask("presses") == 2


def test_on_a_board_one_press_reaches_every_watcher_once(button):
    button.run("n = m = 0\ndef one():\n  global n\n  n += 1\ndef two():\n  global m\n  m += 1\n"
               "d.pressed.watch(one)\nd.pressed.watch(two)")  # fmt: skip
    for times in (1, 2):
        button.poke("pressed", 1)
        button.run("time.sleep_ms(500)")
        assert button.ask("[n, m, d.closed]") == [times, times, False]
    button.poke("pressed", 2)
    button.run("time.sleep_ms(500)")
    assert button.ask("[d.closed, asyncio.run(d.read())]") == [True, 1]
    button.poke("pressed", 0)
    button.run("time.sleep_ms(500)")
    assert button.ask("[n, m, d.closed]") == [3, 3, False]
