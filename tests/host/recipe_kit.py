# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A recipe and a copy of hardware/ that a test may change by exchanging pieces of text."""

from __future__ import annotations

import shutil
from pathlib import Path

from potluck import places
from potluck.model import Wiring, load_recipe, wire

BASE = (places.projects_dir() / "plant-waterer" / "recipe.toml").read_text(encoding="utf-8")


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
