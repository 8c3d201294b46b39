# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Which board is at the other end: by what it says of itself, and whether it is a virtual one."""

from __future__ import annotations

from potluck import link as links
from potluck import model
from potluck.deploy.onboard import About
from potluck.errors import UnknownBoard


def board_of(about: About, recipe) -> str:
    """The recipe's board that this one is: the same firmware, else the only one with the same chip.

    Raises UnknownBoard when none or several fit.
    """
    boards = [model.load_board(name) for name in recipe.boards]
    same = [b.name for b in boards if (b.micropython.platform, b.micropython.machine) == (about.platform, about.machine)]
    if not same:
        same = [
            b.name
            for b in boards
            if b.micropython.platform == about.platform and _chip(b.micropython.machine) == _chip(about.machine)
        ]
    if len(same) == 1:
        return same[0]
    raise UnknownBoard(
        f"the board says it is '{about.machine}', which fits "
        + (f"several boards of this recipe: {', '.join(same)}" if same else "no board of this recipe"),
        where=recipe.name,
        do=f"say which with --board ({', '.join(recipe.boards)}), or give the recipe pins for it",
    )


def virtual_board(port: str):
    """The running virtual board at this port, or None."""
    from potluck.virtual import registry

    device = links.resolve(port)
    for board in registry.running():
        if links.resolve(str(board.port)) == device:
            return board
    return None


def _chip(machine: str) -> str:
    """MicroPython's machine strings end in "with CHIP"."""
    return machine.rpartition(" with ")[2]
