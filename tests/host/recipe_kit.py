# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A recipe and a copy of hardware/ that a test may change by exchanging pieces of text."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from potluck import places
from potluck.model import Wiring, load_recipe, wire

TOUR = (places.projects_dir() / "parts-tour" / "recipe.toml").read_text(encoding="utf-8")
# The plant waterer on two boards, which are unlike enough: what a test changes, it changes for each.
BASE = re.sub(r"(?s)\[pins\.pico_w\].*?(?=\[settings\])", "",
              (places.projects_dir() / "plant-waterer" / "recipe.toml").read_text(encoding="utf-8"))


def exchange(text: str, *changes: tuple[str, str]) -> str:
    """The text with each old piece replaced; every old piece must be there."""
    for old, new in changes:
        assert old in text, f"not in the text: {old}"
        text = text.replace(old, new)
    return text


def write_recipe(folder: Path, *changes: tuple[str, str], text: str = BASE) -> Path:
    """A recipe of its own in folder/plant-waterer, whose main.py does nothing."""
    made = folder / "plant-waterer"
    made.mkdir(parents=True, exist_ok=True)
    (made / "recipe.toml").write_text(exchange(text, *changes), encoding="utf-8", newline="")
    (made / "main.py").write_text("# does nothing\n", encoding="utf-8")
    return made


def own_hardware(folder: Path, monkeypatch, *changes: tuple[str, str, str]) -> Path:
    """A copy of hardware/ with (file, old, new) exchanged, used from now on."""
    made = folder / "hardware"
    shutil.copytree(places.hardware_dir(), made)
    for file, old, new in changes:
        path = made / file
        path.write_text(exchange(path.read_text(encoding="utf-8"), (old, new)), encoding="utf-8")
    monkeypatch.setattr(places, "hardware_dir", lambda: made)
    return made


def wired(folder: Path, board: str, *changes: tuple[str, str]) -> Wiring:
    """The changed recipe on a board."""
    return wire(load_recipe(write_recipe(folder, *changes)), board)


_SENSOR = """[part]
title = "{kind}"
summary = "A part on a bus."
group = "sensor"
ref = "U"
value = "{kind}"
source = "made_up"
{through}

[terminals]
vcc = {{ label = "VCC", type = "power_in", to = "3V3", ma = 1 }}
gnd = {{ label = "GND", type = "power_in", to = "GND" }}
{terminals}

[electrical]
{facts}

[driver]
class = "Made"
args = {{ {args} }}

[options]
{options}

[sources]
made_up = "made up for a test"
"""
_ADDRESS = 'address = { default = 0x76, range = [0x76, 0x77], unit = "1", help = "by its SDO pin" }'


def bus_part(hardware: Path, kind: str, bus: str, lines: str, *, pins: str = "", facts: str = "",
             through: str = "") -> None:
    """Add a part on a bus (lines: "sda scl"), with further pins (pins: "cs")."""
    terminals = [f'{line} = {{ label = "{line}", type = "bidirectional", to = "{bus}" }}' for line in lines.split()]
    terminals += [f'{pin} = {{ label = "{pin}", type = "input", to = "pin" }}' for pin in pins.split()]
    args = [f'bus = "{bus}"', *(f'{pin} = "int:{pin}"' for pin in pins.split())]
    if bus == "i2c":
        facts += "\npull_up_ohms = 10_000"
    made = hardware / "parts" / kind
    made.mkdir()
    (made / "part.toml").write_text(_SENSOR.format(
        kind=kind, terminals="\n".join(terminals), facts=facts, args=", ".join(args),
        options=_ADDRESS if bus == "i2c" else "", through=f'through = "{through}"' if through else ""),
        encoding="utf-8")


def with_parts(parts: str, pico: str, esp32: str, *, more: str = "") -> tuple[tuple[str, str], ...]:
    """Changes to the recipe that add parts, their pins on both boards, and further tables."""
    return (('button = { is = "push_button" }', f'button = {{ is = "push_button" }}\n{parts}'),
            ('button = "GP17"', f'button = "GP17"\n{pico}'), ('button = "GPIO33"', f'button = "GPIO33"\n{esp32}'),
            ("[settings]\n", f"{more}\n[settings]\n"))
