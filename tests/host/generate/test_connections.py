# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The list of wires: following it makes exactly the declared nets."""

from __future__ import annotations

import pytest
from potluck import generate
from potluck.generate.connections import PATTERNS, SIGNAL_COLOURS

from tests.host.recipe_kit import wired


@pytest.mark.parametrize("board", ["pico", "esp32_devkitc"])
def test_the_wires_make_the_nets(board, tmp_path):
    wiring = wired(tmp_path, board)
    wires = generate.connections(wiring)
    assert [wire.number for wire in wires] == list(range(1, len(wires) + 1))
    for net in wiring.nets:
        ends = [end for end in net.ends if end.owner != "board"]
        board_places = 1 if len(ends) < len(net.ends) else 0        # one GND stands for all of them
        made = [wire for wire in wires if wire.net == net.name]
        places = {end for wire in made for end in (wire.start, wire.end) if end}
        assert len(places) == len(ends) + board_places, "each place of the net has its wire"
        if any(wire.end is None for wire in made):
            assert net.rail and len(made) == len(places), "each place of a common rail goes to it"
        else:
            assert len(made) == len(places) - 1 and len({wire.start for wire in made}) == 1, "all from one place"


def test_it_reads_like_this(tmp_path):
    table = generate.connections_markdown(wired(tmp_path, "esp32_devkitc"))
    assert table.splitlines()[:4] == [
        "| wire | colour | from | to |", "|---:|---|---|---|",
        "| 1 | black | board GND (any) | GND rail |", "| 2 | black | soil GND | any GND |"]
    assert "| red | pump + (red) | 5 V rail |" in table
    assert "| red | D1 cathode (stripe) | 5 V rail |" in table
    assert "| board IO32 (pin J2-7) | soil AOUT |" in table
    assert "board 5V" not in table, "the pump's supply stays apart from the board's"


def test_it_is_said_in_one_line(tmp_path):
    assert str(generate.connections(wired(tmp_path, "pico"))[1]) == "2 · black · soil GND → any GND"


def test_colours_follow_the_habit(tmp_path):
    for wire in generate.connections(wired(tmp_path, "pico")):
        assert (wire.colour == "black") == (wire.net == "GND")
        assert (wire.colour == "red") == (wire.net == "5V")
        assert (wire.colour == "orange") == (wire.net == "3V3")
        assert (wire.pattern == 0) == bool(wire.rail)


def test_part_by_part_grounds_first(tmp_path):
    wires = generate.connections(wired(tmp_path, "pico"))
    assert list(dict.fromkeys(wire.of for wire in wires)) == [
        "board", "soil", "tank", "pump", "supply", "status", "button"]
    for one, two in zip(wires, wires[1:], strict=False):
        if one.of == two.of:
            assert (two.rail != "GND") or one.rail == "GND", f"{two} comes after {one}"


def test_colours_and_patterns_repeat_as_late_as_can_be():
    seen = {(number % len(SIGNAL_COLOURS), number % PATTERNS) for number in range(len(SIGNAL_COLOURS) * PATTERNS)}
    assert len(seen) == len(SIGNAL_COLOURS) * PATTERNS
