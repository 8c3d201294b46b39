# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What the runtime may cost: 12 KB of files, 45 KB of heap together with a recipe, nothing per sample."""

import re

import pytest
from potluck import places
from potluck.generate.device import device_config, driver_files
from potluck.model import load_recipe, wire

from tests.firmware.rig import CONFIG, Rig, Text, runtime

CHANNELS = ", ".join(f'("c{i}", "1", {i % 4}, None)' for i in range(12))
MANY = CONFIG[: CONFIG.index("CHANNELS")] + f"CHANNELS = ({CHANNELS})"


def test_the_runtime_is_small():
    sizes = {name: len(mpy) for name, mpy in runtime().items()}
    assert sum(sizes.values()) <= 12_000, sizes


def test_sampling_allocates_nothing():
    recipe = """
import gc
import micropython
from potluck import app, telemetry

@app.every(3600)
def look():
    x = 41.54
    before = after = 0
    app.report(c0=x, c1=1, c2=None, c11=True)
    gc.collect()
    before = gc.mem_alloc()
    for _ in range(500):                     # more than the ring holds
        app.report(c0=x, c1=1, c2=None, c11=True)
    after = gc.mem_alloc()
    micropython.heap_lock()                  # now whatever allocates raises MemoryError
    for _ in range(500):
        app.report(c0=x, c1=1, c2=None, c3=x, c4=x, c5=x, c6=x, c7=x, c8=x, c9=x, c10=x, c11=False)
    micropython.heap_unlock()
    print("grew by", after - before, "taken", telemetry.ring.end)

app.run()
"""
    with Rig(recipe, config=MANY, speed=20) as rig:
        rig.say("grew by 0 taken 1001")


def heap_of(recipe: str, **options) -> int:
    """Bytes in use after `recipe` has run for a while, beyond those that a board with asyncio has anyway.

    (Official firmware has asyncio frozen: 3.5 KB of heap. A virtual board compiles it: not the recipe's.)
    """
    said = """
import gc, asyncio, select, json, io, binascii, struct, os
asyncio.Event, asyncio.ThreadSafeFlag
import machine
gc.collect()
print("bare", gc.mem_alloc())
"""
    with Rig(None, files={"/main.py": said.encode()}, board=options.get("board", "pico")) as rig:
        rig.say(">>> ")
        bare = int(re.search(rb"bare (\d+)", rig.output)[1])
    with Rig(recipe.replace("app.run()", ASK + "app.run()"), speed=20, **options) as rig:
        # the least of three: the collector is conservative, and a stale word of the stack may hold a block once
        while len(weighed := re.findall(rb"in use (\d+)\r", rig.output)) < 3:
            rig.read()
        return min(map(int, weighed)) - bare


ASK = """
@app.every(7)
def weigh():
    import gc
    from potluck import clock
    clock.tick()
    if clock.s > 20:
        gc.collect()
        print("in use", gc.mem_alloc())

"""


@pytest.mark.parametrize("board", ["pico", "esp32_devkitc"])
def test_the_waterer_and_all_below_it_fit_in_45_kb(board):
    folder = places.projects_dir() / "plant-waterer"
    wiring = wire(load_recipe(str(folder)), board)
    used = heap_of(
        (folder / "main.py").read_text(),
        board=board,
        config=device_config(wiring),
        drivers={name: path.read_text() for name, path in driver_files(wiring).items()},
    )
    print(f"heap of launcher, runtime, drivers and plant-waterer on {board}: {used}")
    assert used <= 45_000


def test_nothing_grows_while_it_runs():
    recipe = """
import gc
from potluck import app
n = 0

@app.every(1)
async def look():
    global n
    n += 1
    app.report(moisture=n)
    app.trouble("x" + str(n % 4), "y")
    app.rested("z", 0)
    if n % 200 == 0:
        app.log("again")
    if n in (400, 2400):
        gc.collect()
        print("at", n, "in use", gc.mem_alloc())

app.run()
"""
    with Rig(recipe, speed=float("inf")) as rig:
        rig.until(lambda e: isinstance(e, Text) and "at 2400" in e.text, timeout_s=40)  # the whole line
        early, late = (int(use) for use in re.findall(rb"at \d+ in use (\d+)", rig.output))
        assert late - early < 600
