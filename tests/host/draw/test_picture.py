# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The wiring picture, measured from its SVG by tests/picture_meter.py, which knows no router."""

from __future__ import annotations

import json
import re
import subprocess
import xml.etree.ElementTree as ET
from itertools import combinations
from math import dist
from operator import mul

import pytest
from potluck import generate, model
from potluck.generate.picture.bands import bands
from potluck.generate.picture.scene import scene_of
from potluck.generate.picture.style import WIRES

from tests.host.draw.kept import ALL, UNUSED, kept, of, on_a_board, some_long
from tests.host.draw.test_any_recipe import a_wiring
from tests.host.recipe_kit import own_hardware, wired
from tests.needs import need
from tests.picture_meter import SVG, measure

MOST_CROSSINGS = {"plant-waterer": 4, "parts-tour": 21}


@pytest.fixture(scope="module")
def picture() -> str:
    return kept("plant-waterer", "pico")["wiring.svg"].decode()


@pytest.mark.parametrize(("recipe", "board"), ALL)
def test_nothing_lies_over_anything(recipe, board):
    wiring = of(recipe, board)
    seen = measure(kept(recipe, board)["wiring.svg"].decode())
    assert seen.overlaps == []
    assert seen.wires == len(generate.connections(wiring))
    assert seen.crossings <= MOST_CROSSINGS.get(recipe, 40)


@pytest.mark.parametrize("board", UNUSED or ["pico"])
def test_every_board_can_be_drawn(board, tmp_path):
    assert measure(generate.picture(on_a_board(tmp_path, board))).overlaps == []


@pytest.mark.parametrize(("recipe", "board"), some_long())
def test_each_wire_leads_from_its_pin_to_its_net(recipe, board):
    scene = scene_of(of(recipe, board))
    pins = {(item.owner, name): (item.pin(name).x, item.pin(name).y) for item in scene.items for name in item.drawing.pins}
    pins |= {("board", number): place for number, place in scene.rows.items()}
    alike = {("board", pin.number): pin.label for pin in scene.wiring.board.header}
    metal: dict[str, list] = {rail.name: list(rail.lines) for rail in scene.rails}
    for wire, laid in scene.wires:
        metal.setdefault(wire.net, []).extend((*a, *b) for a, b in zip(laid.points, laid.points[1:], strict=False))
    for wire, laid in scene.wires:
        places = [pins[end.owner, end.terminal] for end in (wire.start, wire.end) if end]
        if wire.rail:  # any of the board's pins that are printed alike will do
            places += [pins[key] for end in (wire.start, wire.end) if end and end.owner == "board"
                       for key, label in alike.items() if label == alike["board", end.terminal]]
        assert laid.points[0] in places
        x, y = laid.points[-1]
        others = [line for line in metal[wire.net] if (*laid.points[-2], x, y) != line]
        joined = any(min(a, c) <= x <= max(a, c) and min(b, d) <= y <= max(b, d) for a, b, c, d in others)
        assert joined if laid.joint else (x, y) in places, str(wire)


def test_the_meter_sees_a_wire_over_a_text_a_part_and_another_wire(picture):
    wires = re.findall(r'<path d="M(\d+) (\d+)([HV\d]+)" class="core" data-wire="(\d+)"', picture)
    assert len(wires) == 22
    x, y, rest, name = wires[0]

    def laid(path: str) -> list[str]:
        return measure(picture.replace(f'd="M{x} {y}{rest}" class="core" data-wire="{name}"',
                                       f'd="{path}" class="core" data-wire="{name}"')).overlaps

    pin = re.search(r'<text x="([\d.]+)" y="([\d.]+)" class="end bold dark"[^>]*>GP26<', picture)
    assert any("over the text GP26" in said for said in laid(f"M{float(pin[1]) - 200} {float(pin[2]) - 3}H{pin[1]}"))
    assert any("over pump.switch" in said for said in laid(_through(picture, "pump.switch")))
    other = wires[1]
    assert any(f"along {other[3]}" in said for said in laid(f"M{other[0]} {other[1]}{other[2]}"))


def _through(picture: str, part: str) -> str:
    inside = picture.split(f'data-part="{part}"')[1]
    x, y, w, h = map(float, re.search(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', inside).groups())
    return f"M{x - 60} {y + h / 2}H{x + w + 60}"


def test_it_is_told_to_those_who_do_not_see_it(picture):
    root = ET.fromstring(picture)
    assert root.get("role") == "img" and root.get("aria-labelledby") == "title desc"
    assert root.find(f"{SVG}title").text == "plant-waterer on Raspberry Pi Pico: wiring"
    told = root.find(f"{SVG}desc").text
    for wire in generate.connections(of("plant-waterer", "pico")):
        assert f"Wire {wire.number}, {wire.colour}, from {wire.first} to {wire.last}." in told


def test_the_board_has_its_pins_in_header_order_as_they_are_printed(picture):
    board = next(node for node in ET.fromstring(picture).iter(f"{SVG}g") if node.get("data-part") == "board")
    texts = [(float(text.get("x")), float(text.get("y")), text.text) for text in board.iter(f"{SVG}text")]
    header = model.load_board("pico").header
    middle = sum(x for x, _, _ in texts) / len(texts)
    for side in ("left", "right"):
        here = sorted((y, text) for x, y, text in texts if (x < middle) == (side == "left") and not text.isdigit())
        labels = [text for _, text in here if text not in ("USB", "RP2040", "BOOTSEL", "Raspberry Pi Pico")]
        assert labels == [pin.label for pin in header if pin.side == side]


def test_no_two_nets_look_alike_even_without_colour(picture):
    wires = generate.connections(of("plant-waterer", "pico"))
    looks = {wire.net: (wire.colour, wire.pattern) for wire in wires}
    assert len(set(looks.values())) == len(looks)
    numbers = re.findall(r'class="number">(\d+)<', picture)
    assert {int(number) for number in numbers} == {wire.number for wire in wires}, "each wire has its number"


# What is left of linear red, green and blue without one kind of cone: Machado, Oliveira and Fernandes 2009, severity 1.
VISIONS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def lab(colour: str, matrix) -> tuple[float, float, float]:
    """CIE 1976 L*a*b* of what is seen of an sRGB colour."""
    light = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    light = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in light]
    r, g, b = (min(max(sum(map(mul, row, light)), 0.0), 1.0) for row in matrix)
    x, y, z = ((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047, 0.2126 * r + 0.7152 * g + 0.0722 * b,
               (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883)  # fmt: skip
    x, y, z = (value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116 for value in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("vision", VISIONS)
def test_no_two_colours_of_wires_look_alike_to_anybody(vision):
    seen = {name: lab(colour, VISIONS[vision]) for name, colour in WIRES.items()}
    near = {(one, two): dist(seen[one], seen[two]) for one, two in combinations(seen, 2)}
    assert min(near.values()) > 15, min(near, key=near.get)


def test_it_has_a_dark_side_and_prints_light(picture):
    assert "@media screen and (prefers-color-scheme:dark)" in picture


def test_it_notes_polarity(picture):
    assert "stripe to 5 V" in picture
    assert "long leg (+) to R3, flat" in picture


def test_a_part_without_a_drawing_gets_a_box_with_its_terminals(tmp_path, monkeypatch):
    text = (model.load_part("pump_5v").folder / "part.toml").read_text("utf-8")
    drawn = text[text.index("[picture]"):]
    own_hardware(tmp_path, monkeypatch, ("parts/pump_5v/part.toml", drawn, ""))
    assert model.load_part("pump_5v").picture is None
    made = generate.picture(wired(tmp_path, "pico"))
    assert measure(made).overlaps == []
    part = made.split('data-part="pump"')[1].split("</g>")[0]
    assert ">+<" in part and ">-<" in part


@pytest.mark.parametrize(("ohms", "colours"), [
    (220, "red red black black brown"), (10_000, "brown black black red brown"), (330, "orange orange black black brown"),
    (4_700, "yellow violet black brown brown"), (1, "brown black black silver brown"), (9_999, "brown black black red brown"),
    (10_000_000, "brown black black green brown")])  # fmt: skip
def test_resistors_have_their_colours(ohms, colours):
    assert bands(ohms) == colours.split()


@pytest.mark.parametrize("ohms", [0, -1, 1e12])
def test_what_has_no_colours_is_refused(ohms):
    with pytest.raises(ValueError):
        bands(ohms)


def test_the_same_wiring_gives_the_same_bytes_in_another_process(picture):
    import sys

    program = ("from potluck import generate, model; import sys;"
               "sys.stdout.buffer.write(generate.picture(model.wire(model.load_recipe('plant-waterer'), 'pico')).encode())")
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout.decode() == picture


def test_a_renderer_that_we_did_not_write_takes_it(picture, tmp_path):
    need("rsvg-convert")
    (tmp_path / "wiring.svg").write_text(picture, "utf-8")
    done = subprocess.run(["rsvg-convert", "-o", tmp_path / "wiring.png", tmp_path / "wiring.svg"], capture_output=True)
    assert done.returncode == 0 and not done.stderr
    assert (tmp_path / "wiring.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.long
def test_nothing_lies_over_a_text_as_wide_as_a_browser_makes_it(tmp_path):
    need("chromium")
    pictures = [kept(*one)["wiring.svg"].decode() for one in ALL]
    script = """<script>document.title = JSON.stringify([...document.querySelectorAll("svg")].map(
        svg => [...svg.querySelectorAll("g[transform] text:not(.number)")].map(
            text => { const box = text.getBBox(); return [box.x, box.x + box.width] })))</script>"""
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><meta charset=utf-8><title></title>" + "".join(pictures) + script, "utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}",
               "--dump-dom", page.as_uri()]  # fmt: skip
    dom = subprocess.run(command, capture_output=True, check=True, timeout=90).stdout.decode()
    widths = json.loads(re.search(r"<title>(.*?)</title>", dom)[1])
    assert len(widths) == len(pictures) and all(right > left for texts in widths for left, right in texts)
    for picture, texts in zip(pictures, widths, strict=True):
        assert measure(picture, texts).overlaps == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 130))
def test_recipes_that_nobody_wrote(seed, tmp_path):
    seen = measure(generate.picture(a_wiring(seed, tmp_path)))
    assert seen.overlaps == []
    assert seen.crossings <= seen.wires, "fewer crossings than wires"
