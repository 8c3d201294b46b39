# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Where in recipe.toml a finding has its cause."""

from __future__ import annotations

from potluck.model import Wiring


def recipe_key(wiring: Wiring, key: str) -> str:
    """Any key of the recipe's file."""
    return f"{wiring.recipe.name}/recipe.toml: {key}"


def part_key(wiring: Wiring, part: str) -> str:
    """The key that declares the part (or the bus)."""
    if part not in wiring.recipe.parts:
        return pin_key(wiring, part)
    return recipe_key(wiring, f"parts.{part}")


def pin_key(wiring: Wiring, part: str) -> str:
    """The key that gives the part its pin, or the bus its lines."""
    return recipe_key(wiring, f"pins.{wiring.board.name}.{part}")
