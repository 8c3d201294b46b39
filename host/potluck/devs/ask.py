# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Ask boards at their prompt what they run: stops the program there, and starts it again afterwards."""

from __future__ import annotations

import ast
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from potluck import link as links
from potluck.devs.listen import Heard
from potluck.errors import PotluckError
from potluck.link.memory import Facts
from potluck.link.repl import Repl
from potluck.link.snippet import snippet

_WHO = Path(__file__).parent / "snippets" / "who.py"


def asked(ports: Sequence[str]) -> dict[str, Heard]:
    """port → the board's answer; a note where none came."""
    if not ports:
        return {}
    with ThreadPoolExecutor(len(ports)) as pool:
        return dict(zip(ports, pool.map(_one, ports), strict=True))


def _one(port: str) -> Heard:
    try:
        with links.open_port(port) as line:
            repl = Repl(line)
            repl.enter()
            try:
                return Heard(who(repl), "asked")
            finally:
                repl.restart()
    except PotluckError as wrong:
        return Heard(note=wrong.what)
    except (ValueError, SyntaxError):
        return Heard(note="the board's answer made no sense")


def who(repl: Repl) -> Facts:
    """What a board says of itself at its raw prompt. Raises FirmwareError, BoardSilent, ValueError, SyntaxError."""
    return _facts(ast.literal_eval(repl.exec(snippet(_WHO)).decode("utf-8", "replace").strip()))


def _facts(said: dict) -> Facts:
    names = {"micropython": "MicroPython", "circuitpython": "CircuitPython"}
    return Facts(
        firmware=names.get(said["name"], said["name"]),
        version=said["version"],
        board=said["board"] or said["machine"],
        recipe=said["recipe"],
        recipe_version=said["recipe_version"],
        hash=said["hash"],
        id=said["id"],
        at_s=time.time(),
    )
