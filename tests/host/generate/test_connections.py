# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The wiring table: following it makes exactly the declared nets."""

from __future__ import annotations

import pytest
from potluck import generate

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
        assert len(made) == len(ends) + board_places - 1
        assert len({wire.start for wire in made}) == 1, "all from one place"
        assert len({wire.start for wire in made} | {wire.end for wire in made}) == len(made) + 1


def test_it_reads_like_this(tmp_path):
    table = generate.connections_markdown(wired(tmp_path, "esp32_devkitc"))
    assert table.splitlines()[:3] == [
        "| wire | from | to | colour |", "|---:|---|---|---|",
        "| 1 | board GPIO32 (pin J2-7, printed IO32) | soil: AOUT | yellow |"]
    assert "| supply: + | pump: + (red) | red |" in table
    assert "| supply: + | D1 (1N5819): cathode (stripe) | red |" in table
    assert "| board GND (any) | Q1 (IRLZ44N): S | black |" in table
    assert "board 5V" not in table, "the pump's supply stays apart from the board's"


def test_colours_follow_the_habit(tmp_path):
    for wire in generate.connections(wired(tmp_path, "pico")):
        assert (wire.colour == "black") == (wire.net == "GND")
        assert (wire.colour == "red") == (wire.net == "5V")
        assert (wire.colour == "orange") == (wire.net == "3V3")
