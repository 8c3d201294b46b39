# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Schematics, with KiCad as the witness: its rule check, its netlist and its picture."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from potluck import draw, errors
from potluck.generate.schematic import schematic
from potluck.generate.schematic.board import REF
from potluck.generate.schematic.symbols import number_of
from potluck.model import Wiring
from potluck.model.wiring import BOARD

from tests.host.draw.kept import ALL, UNUSED, kept, of, on_a_board, some_long
from tests.host.draw.kicad import kicad, netlist, picture, read_picture, violations
from tests.host.draw.neat import untidy
from tests.host.recipe_kit import own_hardware, wired, with_parts
from tests.needs import need


@pytest.fixture
def witness():
    need("kicad-cli")


def put(files: dict[str, bytes], folder: Path) -> Path:
    """The files in the folder; gives the sheet."""
    draw.write(files, folder)
    return next(folder.glob("*.kicad_sch"))


def declared(wiring: Wiring) -> set[frozenset[tuple[str, str]]]:
    """The wiring's nets of two and more ends as (reference, pin number)."""
    def pin(end) -> tuple[str, str]:
        if end.owner == BOARD:
            return REF, end.terminal
        component = wiring.component(end.owner)
        return component.ref, number_of(component.part, end.terminal)

    return {frozenset(map(pin, net.ends)) for net in wiring.nets if len(net.ends) > 1}


def witnessed(wiring: Wiring, folder: Path) -> tuple[Path, set[str], set[str]]:
    """KiCad's word for a wiring: no violation, the declared netlist, no overlap.

    Gives the sheet, the names of its nets and the texts on it.
    """
    sheet = put(schematic(wiring), folder)
    assert violations(sheet) == []
    nets, seen = netlist(sheet), picture(sheet)
    assert set(nets.values()) == declared(wiring)
    assert seen.overlaps() == []
    return sheet, set(nets), {text for text, *_ in seen.texts}


# -- what KiCad says ------------------------------------------------------------------------------


@pytest.mark.parametrize("recipe, board", some_long())
def test_kicad_finds_no_fault_and_the_declared_netlist_and_no_text_over_anything(recipe, board, witness, tmp_path):
    wiring = of(recipe, board)
    _, nets, texts = witnessed(wiring, tmp_path)
    assert nets >= {net.name for net in wiring.nets if net.rail}
    for component in wiring.components:
        assert component.ref in texts and component.value in texts
    assert f"Licence: {wiring.recipe.licence['hardware']}" in texts
    assert f"Title: {recipe} on {wiring.board.title}" in texts


def test_kicad_draws_every_symbol_of_the_library(witness, tmp_path):
    wiring = of("parts-tour", "pico")
    put(schematic(wiring), tmp_path)
    kicad(tmp_path, "sym", "export", "svg", "-o", "symbols", "parts-tour.kicad_sym")
    drawn = {path.name.partition("_unit")[0] for path in (tmp_path / "symbols").glob("*.svg")}
    kinds = {component.part.kind for component in wiring.components}
    assert drawn == kinds | {"pico", "3V3", "5V", "GND"}


def turned_diode(text: str) -> str:
    """The sheet with D1 turned by half a turn, as a slip of the hand would."""
    new, count = re.subn(r'(\(lib_id "[^"]*:diode_1n5819"\)\s*\(at \S+ \S+ )0\)', r"\g<1>180)", text)
    assert count == 1
    return new


def test_a_reversed_diode_passes_kicads_rules_and_not_the_comparison_of_netlists(witness, tmp_path):
    wiring = of("plant-waterer", "pico")
    sheet = put(schematic(wiring), tmp_path)
    sheet.write_text(turned_diode(sheet.read_text("utf-8")), "utf-8")
    assert violations(sheet) == [], "this is why the rules are not enough"
    wrong = set(netlist(sheet).values()) ^ declared(wiring)
    assert wrong and all(any(ref == "D1" for ref, _ in net) for net in wrong)


def test_the_measure_of_overlaps_can_fail(witness, tmp_path):
    sheet = put(schematic(of("plant-waterer", "pico")), tmp_path)
    text = sheet.read_text("utf-8")
    at = re.search(r'\(property "Value" "1N5819" \(id 1\) \(at (\S+) (\S+) 0\) \(effects .*right', text)
    x, y = float(at[1]), float(at[2])
    sheet.write_text(text.replace(at[0], at[0].replace(f"at {at[1]}", f"at {x + 5.08:g}")), "utf-8")
    assert any("'1N5819' over a line" in one for one in picture(sheet).overlaps())
    sheet.write_text(text.replace(at[0], at[0].replace(f"{at[1]} {at[2]}", f"{at[1]} {y - 2.54:g}")), "utf-8")
    assert any("'1N5819' over 'D1'" in one or "'D1' over '1N5819'" in one for one in picture(sheet).overlaps())


def test_the_measure_sees_turned_texts_and_every_stroke():
    svg = ('<g transform="rotate(-90.0 10.0 10.0)">\n<text x="10" y="10" textLength="8" font-size="2"\n'
           'text-anchor="middle" opacity="0">UP</text>\n</g>\n'
           '<g class="stroked-text"><desc>UP</desc><path d="M 10 6 L 10 14"/></g>{}')
    assert read_picture(svg.format("")).overlaps() == []
    for stroke in ('<path d="M 5,8\n15,8\n"/>', '<rect x="9" y="1" width="9" height="9"/>', '<circle cx="9" cy="10" r="3"/>'):
        assert len(read_picture(svg.format(stroke)).overlaps()) >= 1, stroke
    assert read_picture(svg.format('<path d="M 5,5 15,5"/>')).overlaps() == []


# -- what we say ourselves -------------------------------------------------------------------------


@pytest.mark.parametrize("recipe, board", ALL)
def test_a_sheet_is_tidy(recipe, board):
    assert untidy(of(recipe, board)) == []


def test_an_untidy_sheet_is_seen(tmp_path, monkeypatch):
    own_hardware(tmp_path, monkeypatch, ("circuits/lowside_switch/circuit.toml", '"-7 5"', '"-2 5"'), (
        "circuits/lowside_switch/circuit.toml", '"-7,0 pull_down.1", "pull_down.2 -7,10"',
        '"-7,0 -7,2 -2,2 pull_down.1", "pull_down.2 -2,1 -7,1 -7,10"'))
    assert "a wire runs through R2" in untidy(wired(tmp_path, "pico"))


@pytest.mark.parametrize("recipe, board", ALL)
def test_everything_on_a_sheet_has_an_id_of_its_own(recipe, board):
    text = kept(recipe, board)[f"{recipe}.kicad_sch"].decode()
    ids = re.findall(r"\(uuid ([0-9a-f-]+)\)", text)
    assert len(ids) > 50 and len(set(ids)) == len(ids)
    placed = re.findall(r'\(symbol\s+\(lib_id "[^"]+"\).*?\(uuid (\S+)\)\s+\(property "Reference" "([^"]+)"', text, re.S)
    assert re.findall(r'\(path "/(\S+)"\s+\(reference "([^"]+)"\)', text) == placed


def test_a_load_that_cannot_hang_in_its_circuit_is_joined_by_flags(tmp_path, monkeypatch, witness):
    """A pump whose plus is not above its minus, so that no straight wire reaches it."""
    own_hardware(tmp_path, monkeypatch, ("parts/pump_5v/part.toml", 'plus = "0 -4 up"', 'plus = "-3 -3 up"'))
    wiring = wired(tmp_path, "pico")
    text = witnessed(wiring, tmp_path / "out")[0].read_text("utf-8")
    assert text.count('global_label "pump_low"') == 3          # the pump, the diode, the switch


def test_a_layout_that_joins_the_wrong_things_is_found_before_kicad_sees_it(tmp_path, monkeypatch):
    own_hardware(tmp_path, monkeypatch, (
        "circuits/lowside_switch/circuit.toml", 'flyback = "-4 -12 left"', 'flyback = "-4 -12 180 left"'))
    with pytest.raises(errors.HardwareInvalid, match="the drawing (joins|does not join) .*pump.flyback"):
        schematic(wired(tmp_path, "pico"))


def test_a_part_without_symbol_and_a_circuit_without_layout_are_drawn_too(tmp_path, monkeypatch, witness):
    hardware = own_hardware(tmp_path, monkeypatch)
    for path in [*hardware.glob("parts/*/part.toml"), *hardware.glob("circuits/*/circuit.toml")]:
        bare = re.sub(r"^\[(symbol|layout)\]\n.*?\n\n(?=\[)", "", path.read_text("utf-8"), flags=re.M | re.S)
        path.write_text(bare, "utf-8")
    wiring = wired(tmp_path, "pico")
    assert all(held.part.symbol is None for held in wiring.components)
    witnessed(wiring, tmp_path / "out")


def test_the_title_block_says_where_a_recipe_comes_from(tmp_path):
    more = '''
[[lineage]]
parent = "window-box"
version = "2.1.0"
hash = "0123456789ab"
authors = ["Ada"]
licence = { code = "MIT" }
'''
    wiring = wired(tmp_path, "pico", ("[channels]", more + "\n[channels]"))
    text = schematic(wiring)["plant-waterer.kicad_sch"].decode()
    assert "Remixed from window-box 2.1.0 by Ada" in text
    assert '(rev "1.0.0")' in text


@pytest.mark.long
def test_long_and_odd_words_of_a_recipe_stay_text(tmp_path, witness):
    odd = 'A \\"quoted\\" \\\\ back ) slash ' + "w" * 200
    wiring = wired(tmp_path, "pico", ("Keeps one pot moist and stops before it makes a flood.", odd))
    sheet = put(schematic(wiring), tmp_path / "out")
    assert violations(sheet) == []
    assert picture(sheet).overlaps() == []


@pytest.mark.parametrize("file, old, new, said", [
    ("parts/resistor/part.toml", '"rect -0.8 -2 0.8 2"', '"rect -0.8 -2 0.8"', "is no shape"),
    ("parts/resistor/part.toml", '"rect -0.8 -2 0.8 2"', '"hexagon 1 2"', "is no shape"),
    ("parts/resistor/part.toml", '1 = "0 -3 up"', '1 = "0 -3 north"', "must be"),
    ("parts/resistor/part.toml", '1 = "0 -3 up"', '1 = "0 -2.5 up"', "must be"),
    ("parts/resistor/part.toml", '1 = "0 -3 up", ', "", "has no pin"),
    ("parts/resistor/part.toml", '1 = "0 -3 up"', '3 = "0 -3 up"', "is no terminal"),
    ("circuits/lowside_switch/circuit.toml", 'switch = "0 0", ', "", "has no place"),
    ("circuits/lowside_switch/circuit.toml", '"drive gate_resistor.1"', '"drive gate_resistor.3"', "is no point"),
    ("circuits/lowside_switch/circuit.toml", '"drive gate_resistor.1"', '"drive"', "has one end"),
    ("circuits/lowside_switch/circuit.toml", 'drive = "-17 0 left"', 'drive = "-17 0"', "must be"),
    ("circuits/lowside_switch/circuit.toml", 'gate_resistor = "-13 0 90"', 'gate_resistor = "-13 0 45"', "must be"),
])
def test_a_mistake_in_a_symbol_or_a_layout_is_named(file, old, new, said, tmp_path, monkeypatch):
    own_hardware(tmp_path, monkeypatch, (file, old, new))
    with pytest.raises(errors.HardwareInvalid, match=said):
        wired(tmp_path, "pico")


def test_a_slanting_wire_is_refused(tmp_path, monkeypatch):
    own_hardware(tmp_path, monkeypatch, ("circuits/led_resistor/circuit.toml", "series.2 10,0 load", "series.2 10,1 load"))
    with pytest.raises(errors.HardwareInvalid, match="neither level nor upright"):
        schematic(wired(tmp_path, "pico"))


# -- whatever else there is -----------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("board", UNUSED or ["esp32_devkitc"])
def test_a_board_that_no_recipe_uses_yet(board, witness, tmp_path):
    witnessed(on_a_board(tmp_path, board), tmp_path / "out")


# Drawn by hand in [wires]: a resistor before an LED, and one more at the switch's gate.
BY_HAND = '''
[wires]
load = ["limit.2", "lamp.anode"]
gate = ["pump.switch.gate", "extra.1"]
low = ["extra.2", "GND"]
[wires.pico]
drive = ["board.GP18", "limit.1"]
[wires.esp32_devkitc]
drive = ["board.GPIO18", "limit.1"]
'''


@pytest.mark.long
def test_what_a_person_joins_by_hand(witness, tmp_path):
    parts = ('lamp = { is = "led", through = "wires" }\nlimit = { is = "resistor", ohms = 470 }\n'
             'extra = { is = "resistor", ohms = 1_000_000 }')
    wiring = wired(tmp_path, "pico", *with_parts(parts, 'lamp = "GP18"', 'lamp = "GPIO18"', more=BY_HAND))
    witnessed(wiring, tmp_path / "out")
