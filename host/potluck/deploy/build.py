# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A recipe on a board, as the files of one slot."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from potluck import generate, places
from potluck.deploy.mpy import compile_mpy
from potluck.model import folder


def slot_files(wiring) -> dict[str, bytes]:
    """Path inside the slot → .mpy: the recipe, its modules, its configuration, the runtime, its parts'
    drivers; and the recipe's data as it is.

    Raises RecipeInvalid when a module or a driver does not parse, or has a name of potluck's own.
    """
    _, data = folder.board_files(wiring.recipe.folder)
    made = {f"{path}.mpy": compile_mpy(source, shown) for path, source, shown in _sources(wiring)}
    return made | {path: source.read_bytes() for path, source in data.items()}


def check_source(recipe) -> None:
    """Raises RecipeInvalid when main.py or a module beside it does not parse."""
    compile_mpy(recipe.main_path.read_bytes(), "main.py")
    for name, path in folder.board_files(recipe.folder)[0].items():
        compile_mpy(path.read_bytes(), f"{name}.py")


def _sources(wiring) -> Iterable[tuple[str, bytes, str]]:
    """(path without suffix, source, name in tracebacks)"""
    recipe = wiring.recipe
    yield "recipe", recipe.main_path.read_bytes(), "main.py"
    for name, path in folder.board_files(recipe.folder)[0].items():
        yield name, path.read_bytes(), f"{name}.py"
    yield "config", generate.device_config(wiring).encode(), "config.py"
    for path in _modules(places.firmware_dir() / "potluck"):
        yield f"potluck/{path.stem}", path.read_bytes(), f"potluck/{path.name}"
    for module in generate.connect_modules(wiring):
        path = places.firmware_dir() / "potluck" / "connect" / f"{module}.py"
        yield f"potluck/connect/{module}", path.read_bytes(), f"potluck/connect/{module}.py"
    for module, path in generate.driver_files(wiring).items():
        yield f"drivers/{module}", path.read_bytes(), f"drivers/{module}.py"


def _modules(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.py"))
