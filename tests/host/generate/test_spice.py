# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What ngspice says about the switches: the diode is what keeps the MOSFET alive."""

from __future__ import annotations

import re
import subprocess

import pytest
from potluck import generate, model

from tests.host.recipe_kit import own_hardware, wired
from tests.needs import need


def switching() -> list:
    """recipe, board, deck for every one there is."""
    from potluck.recipes import list_recipes

    return [(one.name, board, deck) for one in list_recipes() for board in one.boards
            for deck in generate.decks(model.wire(model.load_recipe(one.folder), board))]


def simulate(deck: bytes) -> dict[str, float]:
    """What the deck measures, by name."""
    done = subprocess.run(["ngspice", "-b"], input=deck, capture_output=True, timeout=60)
    said = done.stdout.decode("utf-8", "replace")
    found = {name: float(value) for name, value in re.findall(r"^(\w+)\s+=\s+(\S+)", said, flags=re.M)}
    assert done.returncode == 0 and "drain_peak" in found, said + done.stderr.decode("utf-8", "replace")
    return found


def without_diode(deck: bytes) -> bytes:
    text, count = re.subn(rb"^(D\w* \S+ \S+ D_diode)", rb"* \1", deck, flags=re.M)
    assert count == 1
    return text


def drain_limit(wiring, path: str) -> float:
    part = path.removeprefix("spice/").removesuffix(".cir")
    return next(held.part.electrical["max_v"] for held in wiring.components
                if held.of == part and held.part.electrical.get("is_switch"))


@pytest.mark.parametrize("recipe, board, path", [
    pytest.param(*one, marks=() if one[1] in ("pico", "esp32_devkitc") else pytest.mark.long) for one in switching()])
def test_the_drain_stays_under_its_limit_with_the_diode_and_not_without(recipe, board, path):
    need("ngspice")
    wiring = model.wire(model.load_recipe(recipe), board)
    deck, limit = generate.decks(wiring)[path], drain_limit(wiring, path)
    kept = simulate(deck)
    assert kept["drain_peak"] < 0.5 * limit
    assert kept["drain_on"] < 0.2, "the switch is closed: hardly any voltage is left on it"
    assert kept["gate_on"] > 0.9 * wiring.board.mcu.logic_v
    assert simulate(without_diode(deck))["drain_peak"] > limit


def test_there_is_a_deck_for_the_pump():
    assert ("plant-waterer", "pico", "spice/pump.cir") in switching()


def test_a_diode_the_wrong_way_round_is_a_short_circuit():
    need("ngspice")
    deck = generate.decks(model.wire(model.load_recipe("plant-waterer"), "pico"))["spice/pump.cir"]
    turned, count = re.subn(rb"^(D1) (\S+) (\S+)", rb"\1 \3 \2", deck, flags=re.M)
    assert count == 1
    # The switch can no longer pull its drain down by the load's current alone: amperes flow.
    assert simulate(turned)["drain_on"] > 5 * simulate(deck)["drain_on"]


@pytest.mark.long
def test_a_coil_ten_times_smaller_or_larger_kicks_as_high(tmp_path, monkeypatch):
    need("ngspice")
    hardware = own_hardware(tmp_path, monkeypatch)
    toml = hardware / "parts" / "pump_5v" / "part.toml"
    text = toml.read_text("utf-8")
    for millihenry in ("0.1", "10.0"):
        assert "inductance_mh = 1.0 " in text
        toml.write_text(text.replace("inductance_mh = 1.0 ", f"inductance_mh = {millihenry} "), "utf-8")
        deck = generate.decks(wired(tmp_path / millihenry, "pico"))["spice/pump.cir"]
        assert simulate(deck)["drain_peak"] < 8
        assert simulate(without_diode(deck))["drain_peak"] > 55


def test_the_deck_reads_the_wiring(tmp_path):
    deck = generate.decks(wired(tmp_path, "pico"))["spice/pump.cir"].decode()
    assert "D1 pump_low rail_5V D_diode_1n5819" in deck
    assert "R1 pump_drive pump_gate 220" in deck and "R2 pump_gate 0 10000" in deck
    assert "V_5V rail_5V 0 5.25" in deck          # the supply at its highest
