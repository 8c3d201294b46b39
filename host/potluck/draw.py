# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Everything on paper: what the generators draw and list for a recipe on a board, and its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from potluck import generate
from potluck.errors import DrawingChanged, DrawingsUnwritable, PotluckError
from potluck.generate.schematic import schematic
from potluck.model import Wiring

OWN_SHEET = b"(generator potluck)"       # KiCad writes its own name there when it saves

# Each takes a wiring that passes its checks and gives files: path with "/" -> content. The same
# wiring gives the same bytes on every machine.
GENERATORS: tuple[Callable[[Wiring], Mapping[str, bytes]], ...] = (
    schematic,
    generate.decks,
    generate.paper,
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
    files["okh.toml"] = generate.okh_toml(wiring, files).encode()
    return files


def write(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Put the files into the folder (made when it is not there); gives their paths in order.

    A file that has this content already is left alone, so that its time stays.
    Raises DrawingChanged when a sheet there was saved by another program (nothing is written then),
    DrawingsUnwritable.
    """
    paths = {name: folder.joinpath(*name.split("/")) for name in sorted(files)}
    try:
        for path in paths.values():
            if path.suffix == ".kicad_sch" and path.is_file() and OWN_SHEET not in path.read_bytes()[:200]:
                raise DrawingChanged("was saved by KiCad and may hold your own work", where=str(path),
                                     do="move it away, or draw into another folder with --out")
        for name, path in paths.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if not (path.is_file() and path.read_bytes() == files[name]):
                path.write_bytes(files[name])
    except PotluckError:
        raise
    except OSError as problem:
        raise DrawingsUnwritable(f"cannot be written ({problem.strerror or type(problem).__name__})",
                                 where=str(problem.filename or folder), do="choose another folder with --out") from None
    return list(paths.values())
