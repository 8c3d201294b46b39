# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What the plant waterer must never do, tried on its real code, drivers, runtime and world."""

import json

import pytest

from .plant_waterer_kit import DAY, HOUR, MINUTE, Text, Waterer

BOARDS = ["pico", "esp32_devkitc"]
DAILY_ML, DOSE_ML, DOSE_S = 250, 40, 2.0
PUMPING = "            await asyncio.sleep(0.5)\n"  # the line in main.py during which the pump runs


def kept(**settings):
    """The settings file of a board on which somebody has changed these."""
    return {"settings.json": json.dumps({"recipe": "plant-waterer", "settings": settings, "calibration": {}})}


def for_ever_dry(waterer):
    """The hose lies on the floor: whatever it pumps, the pot stays dry."""
    waterer.poke_at(0, hose_off=1, moisture=20, light_lx=0, reservoir_ml=50_000)


@pytest.mark.parametrize("board", BOARDS)
def test_a_dry_pot_gets_a_portion_and_then_a_rest(board):
    waterer = Waterer(board)
    world = waterer.run(15 * MINUTE)
    assert world["poured_ml"] == pytest.approx(DOSE_ML, abs=0.5)
    assert world["pump_longest_s"] == pytest.approx(DOSE_S, abs=0.02)
    assert waterer.pump_level() == 0
    assert [s["pump"] for s in waterer.samples[:7]] == [0, 1, 1, 1, 1, 0, 0]
    assert waterer.samples[-1]["watered"] == DOSE_ML
    assert waterer.samples[-1]["moisture"] > waterer.samples[0]["moisture"] + 1
    assert not waterer.warnings and not waterer.errors


@pytest.mark.long
@pytest.mark.timeout(400)
@pytest.mark.parametrize("board", BOARDS)
def test_a_month_keeps_the_pot_moist_and_loses_no_water(board):
    waterer = Waterer(board, world={"reservoir_l": 10.0})
    start = {}
    waterer.at(0.1, lambda: start.update(waterer.state()))
    world = waterer.run(30 * DAY, timeout_s=380)
    stored = world["soil_ml"] + world["standing_ml"] - start["soil_ml"]
    evaporated = world["evaporated_ml"] - start["evaporated_ml"]
    assert world["poured_ml"] == pytest.approx(stored + evaporated + world["drained_ml"], abs=1e-3)
    assert world["poured_ml"] == pytest.approx(10_000 - world["reservoir_ml"], abs=1e-3)
    assert world["drained_ml"] == 0
    moisture = [sample["moisture"] for sample in waterer.samples[100:]]
    assert min(moisture) > 33 and max(moisture) < 40
    assert 1000 < world["poured_ml"] < 4500  # 33 … 150 mL a day: a plant of this size by a window
    assert not waterer.warnings and not waterer.errors


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize(("knob", "value"), [("soil__unplugged", 1), ("soil__shorted", 1), ("soil__shorted", 2)])
def test_no_water_on_a_reading_that_cannot_be(board, knob, value):
    waterer = Waterer(board)
    waterer.poke_at(0, **{knob: value})
    for minute in range(5, 60, 10):
        waterer.poke_at(minute * MINUTE, button__pressed=1)  # not for the button either
    world = waterer.run(1 * HOUR)
    assert world["pump_on_s"] == 0
    assert {sample["moisture"] for sample in waterer.samples} == {None}
    assert "soil sensor" in waterer.warnings[0]


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize(("knob", "value"), [("reservoir_ml", 0), ("tank__unplugged", 1)])
def test_no_water_from_an_empty_reservoir(board, knob, value):
    waterer = Waterer(board)
    waterer.poke_at(0, **{knob: value})
    for minute in range(5, 60, 10):
        waterer.poke_at(minute * MINUTE, button__pressed=1)
    world = waterer.run(1 * HOUR)
    assert world["pump_on_s"] == 0 and world["pump_dry_s"] == 0
    assert {sample["tank"] for sample in waterer.samples} == {0}
    assert "reservoir" in waterer.warnings[0]


def test_a_reservoir_that_empties_ends_the_portion_and_a_refill_goes_on():
    waterer = Waterer()
    waterer.poke_at(0, reservoir_ml=275)  # the float falls at 250
    waterer.at(30 * MINUTE, lambda: seen.append(waterer.state()))
    waterer.poke_at(31 * MINUTE, reservoir_ml=2000, moisture=20)
    seen = []
    world = waterer.run(40 * MINUTE)
    assert seen[0]["poured_ml"] == pytest.approx(25, abs=12) and seen[0]["pump_dry_s"] == 0
    assert world["poured_ml"] == pytest.approx(seen[0]["poured_ml"] + DOSE_ML, abs=0.5)


def test_never_more_than_the_daily_limit():
    waterer = Waterer()
    for_ever_dry(waterer)
    for minute in range(1, 5 * 60, 7):
        waterer.poke_at(minute * MINUTE, button__pressed=1)
    world = waterer.run(5 * HOUR)
    assert world["spilled_ml"] == pytest.approx(DAILY_ML // DOSE_ML * DOSE_ML, abs=1)
    assert any("daily limit" in warning for warning in waterer.warnings)


def test_the_button_waters_a_moist_pot_and_keeps_the_rest():
    waterer = Waterer()
    waterer.poke_at(0, moisture=50)
    for second in (120, 130, 300, 600):
        waterer.poke_at(second, button__pressed=1)
    waterer.poke_at(120 + 21 * MINUTE, button__pressed=1)
    world = waterer.run(30 * MINUTE)
    assert world["poured_ml"] == pytest.approx(2 * DOSE_ML, abs=1)


@pytest.mark.parametrize("board", BOARDS)
def test_a_boot_loop_cannot_exceed_the_daily_limit(board):
    waterer = Waterer(board)
    for_ever_dry(waterer)
    waterer.in_each_run(1.9, waterer.board.power_cut)  # at the worst moment: poured, and not yet known to be done
    waterer.at(4 * MINUTE, waterer.board.hard_reset)
    waterer.at(5 * MINUTE, waterer.board.power_cut)
    world = waterer.run(6 * MINUTE)
    assert list(waterer.board.resets) == ["power"] * 7 + ["pin", "power"]  # six portions, each cut
    assert 6 * 30 < world["spilled_ml"] <= DAILY_ML


def test_days_without_power_refill_nothing():
    waterer = Waterer()
    for_ever_dry(waterer)
    waterer.at(3 * HOUR, lambda: waterer.board.power_cut(off_s=5 * DAY))
    seen = []
    waterer.at(3 * HOUR - 1, lambda: seen.append(waterer.state()["spilled_ml"]))
    world = waterer.run(3 * HOUR + 5 * DAY + 3 * HOUR)
    assert seen[0] == pytest.approx(240, abs=1)
    assert world["spilled_ml"] == pytest.approx(240, abs=1)


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("cut", ["power_cut", "hard_reset"])
def test_a_reset_in_the_run_of_the_pump_turns_it_off_and_counts_the_portion(board, cut):
    waterer = Waterer(board)
    levels = []

    def cut_once():
        if not levels:
            levels.append(waterer.pump_level())
            getattr(waterer.board, cut)()

    waterer.in_each_run(0.5, cut_once)
    waterer.in_each_run(0.8, lambda: levels.append(waterer.pump_level()))
    world = waterer.run(10 * MINUTE)
    assert levels[0] == 1 and not levels[1]
    assert world["pump_on_s"] == pytest.approx(DOSE_S + 0.5, abs=0.05)  # what was cut is not made up for
    assert waterer.samples[-1]["watered"] == 2 * DOSE_ML  # both booked before they began


@pytest.mark.parametrize("board", BOARDS)
def test_an_exception_while_the_pump_runs_turns_it_off(board):
    waterer = Waterer(board, recipe=lambda text: text.replace(PUMPING, "            raise ValueError('wet')\n"))
    world = waterer.run(5 * MINUTE)
    assert world["pump_on_s"] < 0.2
    assert waterer.pump_level() == 0
    assert "wet" in waterer.errors[0].text and "main.py" in waterer.errors[0].trace


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("loop", ["tank.closed", pytest.param("pass", marks=pytest.mark.long)])
def test_a_hang_while_the_pump_runs_ends_by_the_timer_and_the_watchdog_bites(board, loop):
    hang = f"            while True:\n                {loop}\n"
    waterer = Waterer(board, recipe=lambda text: text.replace(PUMPING, hang))
    # Each start waters once, until three bad ones in a row lead to safe mode.
    world = waterer.run(2 * MINUTE, until=lambda: any("safe mode" in text.text for text in waterer.heard(Text)))
    assert world["pump_longest_s"] == pytest.approx(DOSE_S, abs=0.2)
    assert world["poured_ml"] <= 3 * DOSE_ML + 1
    assert list(waterer.board.resets).count("watchdog") == 3
    assert any("safe mode" in event.text for event in waterer.heard(Text))
    assert not waterer.pump_level()


@pytest.mark.parametrize(
    "settings",
    [
        {"dose_ml": 1e9, "daily_ml": 1e9},
        {"dose_ml": -40, "dry_below": 1000},
        {"dose_ml": None, "rest_min": "soon"},
        {"check_every_s": 0, "rest_min": -1},
        {"check_every_s": -5, "daily_ml": [250]},
    ],
    ids=str,
)
def test_nonsensical_settings_count_as_their_defaults(settings):
    waterer = Waterer(state=kept(**settings))
    for_ever_dry(waterer)
    world = waterer.run(4 * HOUR)
    assert world["spilled_ml"] <= DAILY_ML and world["pump_longest_s"] <= DOSE_S + 0.02
    assert "settings.json" in waterer.warnings[0]


@pytest.mark.parametrize("text", ["", "{", '{"settings": 7}', "[1, 2]", "\x00\xff"], ids=repr)
def test_a_broken_settings_file_is_no_flood(text):
    waterer = Waterer(state={"settings.json": text, "watered.ledger": text})
    for_ever_dry(waterer)
    world = waterer.run(2 * HOUR)
    assert world["spilled_ml"] == 0  # a ledger that cannot be read counts as used up
    assert any("ledger" in warning for warning in waterer.warnings)


def test_settings_at_their_limits_keep_the_pump_within_its_own():
    waterer = Waterer(state=kept(dose_ml=100, daily_ml=2000, rest_min=1, dry_below=80, check_every_s=5))
    for_ever_dry(waterer)
    world = waterer.run(3 * HOUR)
    assert world["spilled_ml"] == pytest.approx(2000, abs=2)
    assert world["pump_longest_s"] == pytest.approx(5, abs=0.02)


def test_a_loop_of_faults_does_not_flood_either():
    waterer = Waterer()
    for_ever_dry(waterer)
    for minute in range(1, 180):
        waterer.poke_at(minute * MINUTE, soil__unplugged=minute % 2, tank__unplugged=minute // 2 % 2)
    world = waterer.run(3 * HOUR)
    assert world["spilled_ml"] <= DAILY_ML
    assert not waterer.errors
