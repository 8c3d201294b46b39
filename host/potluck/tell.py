# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Verbs: tell the recipe that runs on a board to do something, or change one of its settings."""

from __future__ import annotations

from potluck import link as links
from potluck.errors import CommandRefused
from potluck.watch import ask


def run_command(port: str | None, name: str) -> None:
    """Start a command of the recipe (`@app.command`).

    Raises CommandRefused when the recipe has no such command, BoardSilent, and the link's errors.
    """
    _told(port, "run", command=name)


def change_setting(port: str | None, name: str, value: int | float) -> int | float:
    """Change a setting or a calibration; the value now in force.

    Raises CommandRefused for an unknown name or a value out of range, BoardSilent, and the link's errors.
    """
    return _told(port, "set", name=name, value=value).get("value", value)


def _told(port: str | None, do: str, **args) -> dict:
    name = links.choose(port)
    try:
        with links.open_port(name) as line:
            answer = ask(line, do, **args)
    except ValueError as wrong:  # longer than the wire's 200 bytes: no name on a board is
        raise CommandRefused(str(wrong), where=name) from wrong
    if not answer.ok:
        raise CommandRefused(
            str(answer.data.get("why", "the board refused, and did not say why")),
            where=name,
            do="'potluck watch' shows what runs there",
        )
    return answer.data
