# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Which recipes there are."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path

from potluck.errors import PotluckError
from potluck.model import load_recipe
from potluck.model.folder import recipe_folders
from potluck.model.reader import is_slug


@dataclass(frozen=True)
class Listed:
    """One recipe as a list shows it.

    name     what ``load_recipe`` finds it by: its folder's name, or its path from here
    origin   "own" (the current folder or ./projects) or "potluck"
    parent   name of the recipe it was made from, or ""
    parts    names of its parts
    problem  why it cannot be used, or ""; then version, summary, boards and parts are empty
    """

    name: str
    origin: str
    folder: Path
    version: str = ""
    summary: str = ""
    boards: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    parent: str = ""
    problem: str = ""

    def as_dict(self) -> dict:
        """For --json."""
        return asdict(self) | {"folder": str(self.folder), "boards": list(self.boards), "parts": list(self.parts)}


def list_recipes() -> list[Listed]:
    """All recipes that can be named from here, each name once (the one found).

    Own ones first, by name; of potluck's the simplest, which has the fewest parts, first.
    """
    found: dict[str, Listed] = {}
    for folder, origin in recipe_folders():
        # A folder whose name is no recipe's name is still found by its path.
        name = folder.name if is_slug(folder.name) else os.path.relpath(folder)
        if name not in found and name.isprintable():
            found[name] = _listed(name, folder, origin)
    return sorted(found.values(), key=lambda one: one.origin != "own" and (len(one.parts) or 1000))


def _listed(name: str, folder: Path, origin: str) -> Listed:
    try:
        recipe = load_recipe(folder)
    except PotluckError as error:
        return Listed(name, origin, folder, problem=str(error))
    return Listed(name, origin, folder, recipe.version, recipe.summary, recipe.boards, tuple(recipe.parts),
                  recipe.lineage[0].parent if recipe.lineage else "")
