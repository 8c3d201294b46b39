# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Whatever recipe.toml holds: a Recipe comes out, or one PotluckError. Nothing else.

What comes out is then wired, checked and turned into a configuration, under the same rule.
"""

from __future__ import annotations

import ast
import tomllib

import pytest
import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from potluck import checks, generate
from potluck.errors import PotluckError
from potluck.model import board_names, load_recipe, wire

from tests.host.recipe_kit import BASE, TOUR, write_recipe

FUZZ = settings(derandomize=True, deadline=None, max_examples=150,
                suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

WIRES = '\n[wires]\none = ["GND", "board.GND"]\n[wires.pico]\ntwo = ["board.GP13", "GND"]\n'
KEYS = st.one_of(st.sampled_from(["is", "through", "range", "default", "unit", "soil", "recipe", "name", "bus",
                                  "i2c0", "onewire0", "uart0", "wires", "echo"]),
                 st.text(max_size=8))
SCALARS = st.one_of(st.none().map(lambda _: ""), st.booleans(), st.integers(), st.floats(),
                    st.text(max_size=20), st.dates(), st.sampled_from(
                        ["led", "resistor", "lowside_switch", "GP0", "GPIO6", "mL", "../x", "\x1b[2J", "wires",
                         "direct", "i2c1", "strip_drive", "i2c_pull_ups", "air.sda", "5V"]))
VALUES = st.recursive(SCALARS, lambda inner: st.one_of(
    st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)), max_leaves=5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_recipe(tmp_path_factory.mktemp("fuzz"))


def digest(folder, data: bytes) -> None:
    """Load and go on as far as it leads; any other exception fails the test."""
    (folder / "recipe.toml").write_bytes(data)
    try:
        recipe = load_recipe(folder)
    except PotluckError as error:
        assert error.what and str(error).isprintable() and len(str(error)) < 1000
        return
    for board in board_names():
        try:
            wiring = wire(recipe, board)
        except PotluckError as error:
            assert error.what and str(error).isprintable()
            continue
        ends = [end for net in wiring.nets for end in net.ends]
        assert len(ends) == len(set(ends))
        for finding in checks.run(wiring):
            assert str(finding).isprintable() and len(str(finding)) < 1000
        try:
            ast.parse(generate.device_config(wiring))
            generate.world_config(wiring)
            generate.connections(wiring)
        except PotluckError:
            assert any(finding.level == checks.ERROR for finding in checks.run(wiring))


@FUZZ
@given(st.binary(max_size=200))
def test_arbitrary_bytes(folder, data):
    digest(folder, data)


@FUZZ
@given(st.data())
def test_a_recipe_with_bytes_cut_out_put_in_and_doubled(folder, data):
    text = bytearray(data.draw(st.sampled_from([BASE, TOUR])).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 30)))
        put = data.draw(st.one_of(st.binary(max_size=8), st.just(bytes(text[start:end]) * 2)))
        text[start:end] = put
    digest(folder, bytes(text))


@FUZZ
@given(st.data())
def test_a_recipe_with_a_value_exchanged_dropped_or_added(folder, data):
    tree = tomllib.loads(data.draw(st.sampled_from([BASE, TOUR])) + WIRES)
    for _ in range(data.draw(st.integers(1, 3))):
        node = tree
        while True:
            key = data.draw(st.sampled_from(sorted(node)))
            if not isinstance(node[key], dict) or not node[key] or data.draw(st.integers(0, 3)) == 0:
                break
            node = node[key]
        what = data.draw(st.sampled_from(["exchange", "drop", "add", "move"]))
        if what == "exchange":
            node[key] = data.draw(VALUES)
        elif what == "add":
            node[data.draw(KEYS)] = data.draw(VALUES)
        elif what == "move":
            node[data.draw(KEYS)] = node.pop(key)
        elif len(node) > 1:
            del node[key]
    try:
        text = tomlkit.dumps(tree)
    except (ValueError, TypeError):
        return                                      # e.g. a text that TOML cannot hold
    digest(folder, text.encode("utf-8", "surrogatepass"))


@FUZZ
@given(st.lists(st.sampled_from(["GP0", "GP15", "GP26", "GP29", "GPIO0", "GPIO34", "GPIO6", "VP", "RUN"]),
                min_size=5, max_size=5))
def test_any_choice_of_pins_is_wired_or_refused(folder, pins):
    text = BASE
    for old, new in zip(["GP26", "GP14", "GP15", "GP16", "GP17"], pins, strict=True):
        text = text.replace(f'"{old}"', f'"{new}"', 1)
    digest(folder, text.encode())
