# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The plant's world by itself: water is neither lost nor made, and a pot behaves like a pot."""

import json

import pytest
from potluck.places import hardware_dir, projects_dir
from potluck.virtual.session import Session

KINDS = {"soil": "capacitive_soil_sensor", "tank": "float_switch", "pump": "pump_5v"}

# As the board's world engine does it (host/potluck/virtual/guest/_vb_world.py).
MAKE = """
import json
def make(source, *arguments):
    names = {}
    exec(source, names)
    for knob, value in names["World"].knobs.items(): setattr(names["World"], knob, value)
    return names["World"](*arguments)
def live(seconds, dt=60.0, pump=0.0):
    parts["pump"].drive("minus", pump)
    while seconds > 0:
        step = min(dt, seconds)
        seconds -= step
        parts["pump"].step(step)
        world.step(step)
def new(**options):
    global parts, world
    parts = {name: make(source, name, {}) for name, source in SOURCES.items()}
    world = make(MODEL, parts, options)
def everything():
    told = world.state()
    told.update(moisture=world.moisture, reservoir_ml=world.reservoir_ml, water=parts["tank"].water)
    return json.dumps(told)
"""


@pytest.fixture(scope="module")
def engine():
    with Session(speed=float("inf")) as session:
        sources = {name: (hardware_dir() / "parts" / kind / "world.py").read_text() for name, kind in KINDS.items()}
        model = (projects_dir() / "plant-waterer" / "world.py").read_text()
        session.run(f"SOURCES = {sources!r}")
        session.run(f"MODEL = {model!r}")
        session.run(MAKE)
        yield session


def lived(engine, what: str) -> dict:
    return json.loads(engine.run(f"new()\n{what}\nprint(everything())"))


def stored(world) -> float:
    return world["soil_ml"] + world["standing_ml"]


@pytest.mark.parametrize("dt", [0.5, 7, 60, 300])
def test_water_in_is_stored_evaporated_or_drained(engine, dt):
    before = lived(engine, "world.poke('moisture', 60)")
    # Two minutes of pumping: far more than the pot holds.
    filled = "world.poke('moisture', 60); world.poke('reservoir_ml', 9000)\n"
    pumped = f"live(60, {dt}, 1.0); live(3600, {dt}); live(60, {dt}, 1.0); live(7200, {dt})"
    after = lived(engine, filled + pumped)
    assert after["poured_ml"] == pytest.approx(2400, abs=0.01)
    assert after["drained_ml"] > 1000
    balance = stored(after) - stored(before) + after["evaporated_ml"] + after["drained_ml"]
    assert after["poured_ml"] == pytest.approx(balance, abs=1e-6)
    assert 9000 - after["reservoir_ml"] == pytest.approx(after["poured_ml"], abs=1e-6)


def test_the_length_of_a_step_hardly_matters(engine):
    day = "live(3, {dt}, 1.0); live(86400, {dt})"
    fine, coarse = (lived(engine, day.format(dt=dt)) for dt in (5, 60))
    for name in ("soil_ml", "evaporated_ml", "moisture", "reservoir_ml"):
        assert coarse[name] == pytest.approx(fine[name], rel=0.005), name


def test_a_portion_takes_its_time_to_sink_in(engine):
    start = lived(engine, "")
    minute = lived(engine, "live(2, 1, 1.0); live(60)")
    later = lived(engine, "live(2, 1, 1.0); live(1800)")
    assert minute["moisture"] - start["moisture"] < 0.5
    assert later["moisture"] - start["moisture"] == pytest.approx(128 * 40 / 3000, abs=0.3)


def test_light_warmth_and_dry_air_dry_it_and_a_dry_plant_saves_water(engine):
    def goes(knobs: str) -> float:
        return lived(engine, f"world.poke('moisture', 60); {knobs}\nlive(86400)")["evaporated_ml"]

    normal = goes("")
    assert 60 < normal < 200  # a plant in a 3 L pot by a window, a day
    assert goes("world.light_lx = 0") < 0.7 * normal
    assert goes("world.light_lx = 20000") > 1.5 * normal
    assert goes("world.temperature = 30") > 1.2 * normal
    assert goes("world.humidity = 90") < 0.85 * normal
    assert goes("world.poke('moisture', 25)") < 0.4 * normal
    assert goes("world.poke('moisture', 0)") == 0


def test_night_is_dark_and_the_afternoon_warm(engine):
    said = engine.run("new(starts_at_h=0)\nfor hour in range(24):\n  live(3600)\n"
                      "  print(world.light_now_lx, world.temperature_now)")  # fmt: skip
    light, warmth = zip(*[map(float, line.split()) for line in said.splitlines()], strict=True)
    assert light[2] == 0 and light[22] == 0 and max(light) == light[12]  # 13 o'clock: half-way from 6 to 20
    assert warmth.index(max(warmth)) == 14 and max(warmth) == pytest.approx(24, abs=0.1)


def test_the_float_falls_before_the_pump_draws_air(engine):
    steps = "world.poke('reservoir_ml', 300)\n" + "live(1, 0.1, 1.0)\n" * 3
    low = lived(engine, steps)
    assert low["water"] == 0 and low["reservoir_ml"] > 200 and low["pump_dry_s"] == 0
    dry = lived(engine, steps + "live(20, 0.1, 1.0)")
    assert dry["reservoir_ml"] == pytest.approx(60) and dry["pump_dry_s"] > 5
    assert lived(engine, steps + "world.poke('reservoir_ml', 260)")["water"] == 0  # some play
    assert lived(engine, steps + "world.poke('reservoir_ml', 280)")["water"] == 1


def test_a_hose_beside_the_pot_waters_the_floor(engine):
    world = lived(engine, "world.hose_off = 1\nlive(5, 1, 1.0); live(5, 1)")
    assert world["spilled_ml"] == pytest.approx(100, abs=0.1) and world["poured_ml"] == 0


def test_a_blocked_pump_moves_nothing_and_spinning_up_costs_what_running_down_gives(engine):
    assert lived(engine, "parts['pump'].blocked = 1\nlive(5, 1, 1.0)")["poured_ml"] == 0
    early = lived(engine, "live(0.1, 0.01, 1.0)")["poured_ml"]
    assert 0 < early < 0.6 * 2.0  # 2 mL at full speed
    assert lived(engine, "live(1, 0.01, 1.0); live(3, 0.01)")["poured_ml"] == pytest.approx(20, abs=0.1)
