# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Everything on paper: what the generators draw and list for a recipe on a board, and its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from potluck import generate
from potluck.generate.schematic import schematic
from potluck.model import Wiring

# Each takes a wiring that passes its checks and gives files: path with "/" -> content. The same
# wiring gives the same bytes on every machine.
GENERATORS: tuple[Callable[[Wiring], Mapping[str, bytes]], ...] = (
    schematic,
    generate.decks,
)


def draw(wiring: Wiring) -> dict[str, bytes]:
    """All files for that wiring, path with "/" -> content. Raises as checks.require does."""
    files: dict[str, bytes] = {}
    for generator in GENERATORS:
        made = generator(wiring)
        twice = files.keys() & made.keys()
        if twice:
            raise ValueError(f"two generators make {sorted(twice)}")
        files.update(made)
    return files


def write(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Put the files into the folder (made when it is not there); gives their paths in order.

    A file that has this content already is left alone, so that its time stays.
    """
    written = []
    for name in sorted(files):
        path = folder.joinpath(*name.split("/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        if not (path.is_file() and path.read_bytes() == files[name]):
            path.write_bytes(files[name])
        written.append(path)
    return written
