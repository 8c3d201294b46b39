# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""[picture] tables: every part has one that is right, and what is wrong is said."""

from __future__ import annotations

import pytest
from potluck import errors, model
from potluck.model.picture import PAINTS

from tests.host.recipe_kit import own_hardware


@pytest.mark.parametrize("kind", model.part_kinds())
def test_every_part_that_comes_with_potluck_is_drawn(kind):
    part = model.load_part(kind)
    assert set(part.picture.pins) == set(part.terminals) and part.picture.shapes
    width, height = part.picture.size
    for shape in part.picture.shapes:
        points = shape.at[:2] if shape.kind in ("rect", "circle", "bands", "text") else shape.at
        assert all(0 <= x <= width for x in points[::2]) and all(0 <= y <= height for y in points[1::2]), shape
        if shape.paint.startswith("{"):
            assert set(part.options[shape.paint.strip("{}")].choices) <= set(PAINTS)


@pytest.mark.parametrize("board", model.board_names())
def test_every_board_is_drawn_between_its_pins(board):
    loaded = model.load_board(board)
    high = 2 * max(pin.position for pin in loaded.header) + 4
    assert loaded.picture.shapes
    for shape in loaded.picture.shapes:
        assert -5 < shape.at[0] < 5 and 0 <= shape.at[1] < high, shape


@pytest.mark.parametrize(("old", "new", "what"), [
    ("anode = [0, 1]", "anode = [1, 1]", "on the edge"), ("anode = [0, 1]", "anode = [0, 0]", "not in a corner"),
    ("anode = [0, 1], ", "", "has no place"), ("anode = [0, 1]", "anode = [0, 1], tail = [8, 1]", "is no terminal"),
    ("size = [8, 2]", "size = [8]", "2 numbers"), ("size = [8, 2]", "size = [8, 200]", "outside"),
    ("line = [0, 1, 8, 1]", "line = [0, 1, 8]", "or more, in pairs"), ('paint = "silver"', 'paint = "mauve"', "no colour"),
    ("labels = false", "label = false", "is not a key"), ("anode = [0, 1]", "anode = [0, 9]", "outside of size"),
    ("size = [8, 2]\nlabels = false\npins = { anode = [0, 1], cathode = [8, 1] }",
     "size = [8, 4]\nlabels = false\npins = { anode = [0, 1], cathode = [0, 2] }", "closer than two steps")])  # fmt: skip
def test_a_wrong_drawing_says_what_is_wrong(old, new, what, tmp_path, monkeypatch):
    own_hardware(tmp_path, monkeypatch, ("parts/diode_1n5819/part.toml", old, new))
    with pytest.raises(errors.HardwareInvalid, match=what):
        model.load_part("diode_1n5819")
