# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Symbols say what their parts are: which way a diode points, which leg is plus, which pin has which number."""

from __future__ import annotations

import re

import pytest
from potluck import model
from potluck.generate.schematic.drawing import body, turned, turned_way
from potluck.generate.schematic.symbols import drawn_part, drawn_supply, number_of, terminal_of
from potluck.model.symbol import WAYS

KINDS = model.part_kinds()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if {"anode", "cathode"} <= set(model.load_part(kind).terminals)])
def test_a_diode_points_from_its_anode_to_its_cathode(kind):
    symbol = model.load_part(kind).symbol
    anode, cathode = symbol.pins["anode"], symbol.pins["cathode"]
    assert anode.x == cathode.x == 0
    [triangle] = [shape.numbers for shape in symbol.shapes if shape.kind == "line" and len(shape.numbers) == 8]
    corners = list(zip(triangle[::2], triangle[1::2], strict=True))[:3]
    [tip] = [y for x, y in corners if x == 0]
    base = {y for x, y in corners if x != 0}
    assert len(base) == 1
    assert (tip - base.pop()) * (cathode.y - anode.y) > 0
    bars = [shape.numbers for shape in symbol.shapes if shape.kind == "line" and tip in shape.numbers[1::2]
            and shape.numbers != triangle]
    assert bars, "the bar is at the tip"


@pytest.mark.parametrize("kind, terminal", [("capacitor_polar", "plus"), ("pump_5v", "plus")])
def test_a_plus_sign_stands_at_plus(kind, terminal):
    symbol = model.load_part(kind).symbol
    lines = [shape.numbers for shape in symbol.shapes if shape.kind == "line" and len(shape.numbers) == 4]
    level = [line for line in lines if line[1] == line[3]]
    upright = [line for line in lines if line[0] == line[2]]
    signs = [((h[0] + h[2]) / 2, h[1]) for h in level for v in upright
             if (h[0] + h[2]) / 2 == pytest.approx(v[0]) and h[1] == pytest.approx((v[1] + v[3]) / 2)]
    assert len(signs) == 1
    plus = symbol.pins[terminal]
    assert all(abs(signs[0][1] - plus.y) < abs(signs[0][1] - pin.y) for name, pin in symbol.pins.items() if name != terminal)


@pytest.mark.parametrize("kind, numbers", [
    ("mosfet_irlz44n", {"gate": "1", "drain": "2", "source": "3"}),        # IRLZ44N data sheet, TO-220AB
    ("sn74ahct125", {"oe1": "1", "a1": "2", "y1": "3", "gnd": "7", "y4": "11", "vcc": "14"}),     # TI SCLS264, DIP
    ("resistor", {"1": "1", "2": "2"}),
])
def test_pins_have_their_makers_numbers(kind, numbers):
    part = model.load_part(kind)
    for terminal, number in numbers.items():
        assert number_of(part, terminal) == number and terminal_of(part, number) == terminal
    for name, terminal in part.terminals.items():
        if said := re.search(r"\(pin (\d+)\)", terminal.label):
            assert number_of(part, name) == said[1]


@pytest.mark.parametrize("kind", KINDS)
def test_every_symbol_is_on_the_grid_and_its_pins_reach_it(kind):
    part = model.load_part(kind)
    drawn = drawn_part(part)
    assert {pin.number for pin in drawn.pins} == {number_of(part, name) for name in part.terminals}
    assert len({(pin.x, pin.y) for pin in drawn.pins}) == len(drawn.pins), "two pins in one place"
    left, top, right, bottom = body(drawn)
    for pin in drawn.pins:
        assert pin.x == int(pin.x) and pin.y == int(pin.y)
        dx, dy = WAYS[pin.way]
        x, y = pin.x - dx * pin.length, pin.y - dy * pin.length
        assert left - 0.3 <= x <= right + 0.3 and top - 0.3 <= y <= bottom + 0.3, f"{pin.name} ends beside its symbol"


def test_supplies_stand_and_gnd_hangs():
    for rail in ("3V3", "5V"):
        assert body(drawn_supply(rail))[1] < 0 == body(drawn_supply(rail))[3]
    assert body(drawn_supply("GND"))[1] == 0 < body(drawn_supply("GND"))[3]
    for part in map(model.load_part, KINDS):
        drawn = drawn_part(part)
        for name, terminal in part.terminals.items():
            way = drawn.pin(number_of(part, name)).way
            assert not (terminal.to == "GND" and way == "up"), f"{part.kind}.{name}"
            assert not (terminal.to in ("3V3", "5V") and way == "down"), f"{part.kind}.{name}"


def test_turning_is_counter_clockwise():
    assert [turned_way("right", angle) for angle in (0, 90, 180, 270)] == ["right", "up", "left", "down"]
    assert turned((3, 1), 90) == (1, -3)
