# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The simulated world around a wiring: which models run, and where they meet the board's pins."""

from __future__ import annotations

from pathlib import Path

from potluck import checks
from potluck.errors import RecipeInvalid
from potluck.generate.device import part_options
from potluck.model import Wiring

MAX_SOURCE_BYTES = 64 * 1024


def world_config(wiring: Wiring) -> dict:
    """What the virtual board's world engine needs; plain dicts, lists, strings and numbers.

    model    source of the recipe's world.py, or ""
    options  the [world] table
    parts    for each part with a world.py, in the recipe's order: name, kind, source, options,
             pins (terminal -> GPIO number, through its circuit)
    Raises RecipeInvalid when a model is no UTF-8 text or larger than 64 KB.
    """
    checks.require(wiring)
    recipe = wiring.recipe
    parts = [
        {"name": name, "kind": held.part.kind,
         "source": _source(held.part.world_path, f"hardware/parts/{held.part.kind}/world.py"),
         "options": part_options(recipe, name), "pins": wiring.gpios(name)}
        for name, held in recipe.parts.items() if held.part.world_path.is_file()
    ]
    return {"model": _source(recipe.world_path, f"{recipe.name}/world.py"),
            "options": dict(recipe.world), "parts": parts}


def _source(path: Path, where: str) -> str:
    if not path.is_file():
        return ""
    data = path.read_bytes()
    if len(data) > MAX_SOURCE_BYTES:
        raise RecipeInvalid(f"is larger than {MAX_SOURCE_BYTES // 1024} KB", where=where,
                            do="a world model is a page or two")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise RecipeInvalid(f"is not UTF-8 text (byte {problem.start})", where=where,
                            do="save it as UTF-8") from None
