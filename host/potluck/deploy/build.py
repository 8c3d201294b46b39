# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A recipe on a board, as the files of one slot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from potluck import places
from potluck.deploy.mpy import compile_mpy
from potluck.model import folder

CONFIG = "config.mpy"


def slot_files(wiring) -> dict[str, bytes]:
    """Path inside the slot → content. Raises RecipeInvalid when a module or a driver does not parse, or has a name
    of potluck's own."""
    recipe = wiring.recipe
    return wiring_files(wiring) | program_files(folder.contents(recipe.folder), recipe.name)


def program_files(contents: Mapping[str, bytes], recipe: str) -> dict[str, bytes]:
    """main.py and its modules as .mpy, and the recipe's data as it is. contents: as folder.contents gives them.

    Raises what slot_files raises."""
    modules, data = folder.board_files(contents, recipe)
    made = {"recipe.mpy": compile_mpy(contents["main.py"], "main.py")}
    made |= {f"{path}.mpy": compile_mpy(contents[name], name) for path, name in modules.items()}
    return made | {name: contents[name] for name in data}


def wiring_files(wiring) -> dict[str, bytes]:
    """What does not depend on the program, as .mpy: configuration (but for the hash in it), runtime, drivers."""
    return {f"{path}.mpy": compile_mpy(source, shown) for path, source, shown in _sources(wiring)}


def _sources(wiring) -> Iterable[tuple[str, bytes, str]]:
    """(path without suffix, source, name in tracebacks)"""
    from potluck import generate

    yield "config", generate.device_config(wiring).encode(), "config.py"
    # All of it, whatever this recipe needs: so it is the same for every recipe, and is on the board once.
    for path in sorted((places.firmware_dir() / "potluck").rglob("*.py")):
        inner = path.relative_to(places.firmware_dir()).with_suffix("").as_posix()
        yield inner, path.read_bytes(), f"{inner}.py"
    for module, path in generate.driver_files(wiring).items():
        yield f"drivers/{module}", path.read_bytes(), f"drivers/{module}.py"
