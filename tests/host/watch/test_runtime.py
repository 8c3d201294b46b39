# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The host's half of the wire against the real runtime, in real MicroPython on the virtual board."""

import random
import time

from potluck.telemetry import Log, Text
from potluck.watch import ask, watch

from tests.firmware.rig import Rig
from tests.host.watch.test_watch import Keeper

RECIPE = """
from potluck import app
pump = app.part("pump")
count = 0

@app.every(1)
async def look():
    global count
    count += 1
    app.report(moisture=count % 100 + 0.5, pump=pump.on)
    if count % 7 == 0:
        print("a word between frames", end="")
    if count % 11 == 0:
        app.log("eleven")

@app.command
async def water():
    await pump.run(2)

app.run()
"""


class BadLine:
    """The link of a board, on which one read in six loses a frame's worth of bytes or flips a bit."""

    name = "memory:"

    def __init__(self, link, seed):
        self.link, self.chance, self.hurt = link, random.Random(seed), 0

    def read(self, timeout_s):
        data = bytearray(self.link.read(timeout_s))
        if len(data) > 40 and self.chance.random() < 1 / 6:
            self.hurt += 1
            at = self.chance.randrange(len(data) - 30)
            if self.chance.random() < 0.5:
                del data[at : at + 30]
            else:
                data[at] ^= 0x04
        return bytes(data)

    def write(self, data):
        self.link.write(data)


def test_every_sample_arrives_and_is_counted():
    keeper = Keeper()
    with Rig(RECIPE, speed=40) as rig:
        summary = watch(rig.link, [keeper], for_s=10, stop=lambda: len(keeper.samples) >= 100)
    assert (summary.lost, summary.damaged, summary.boots) == (0, 0, 1)
    assert summary.received >= 100 and summary.recipe == "rig"
    assert [event.values[0] for event in keeper.samples[:99]] == [n % 100 + 0.5 for n in range(1, 100)]
    assert Text("a word between frames") in keeper.events
    assert sum(isinstance(event, Log) for event in keeper.events) >= 9


def test_a_bad_line_loses_nothing_that_the_board_still_has():
    keeper, speed = Keeper(), 20
    with Rig(RECIPE, speed=speed) as rig:
        line = BadLine(rig.link, 3)
        # our clock runs as fast as the board's, so that our patience is what it is with a real one
        clock = lambda: time.monotonic() * speed
        watch(line, [keeper], for_s=300, clock=clock, stop=lambda: len(keeper.samples) >= 120)
    assert line.hurt >= 5
    counted = {event.n: event.values for event in keeper.samples}
    assert len(counted) == len(keeper.samples)
    in_order = [values[0] for _, values in sorted(counted.items())]
    # what was hurt in the last moments had no time to be sent again; a frame may be hurt twice
    wanted = [n % 100 + 0.5 for n in range(int(in_order[0]), 110)]
    missing = [value for value in wanted[:90] if value not in in_order]
    assert len(missing) <= 2
    right = {(n + 0.5, 0) for n in range(100)}
    assert all(event.values in right for event in keeper.samples)


def test_ask():
    with Rig(RECIPE, speed=20) as rig:
        assert ask(rig.link, "run", command="water").ok
        refused = ask(rig.link, "run", command="dance")
        assert not refused.ok and "dance" in refused.data["why"]
        assert ask(rig.link, "set", name="every_s", value=5).data["value"] == 5
