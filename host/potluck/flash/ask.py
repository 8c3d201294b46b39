# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Ask a board over its prompt: what it is, and to go into its bootloader."""

from __future__ import annotations

import ast
import contextlib
import re
from typing import NamedTuple

from potluck import link as links
from potluck.errors import BoardSilent, PortGone, PotluckError
from potluck.link.repl import Repl

PATIENCE_S = 1.5
_QUESTION = """
import sys, os
try:
    import machine, binascii
    u = binascii.hexlify(machine.unique_id()).decode()
except Exception:
    u = ''
i = sys.implementation
print(repr((i.name, sys.version, getattr(i, '_build', ''), os.uname().machine, u)))
"""
# the pause lets the answer to the paste come out before the line goes quiet
_BOOTLOADER = "import time, machine\nmachine.bootloader\ntime.sleep_ms(100)\nmachine.bootloader()"


class About(NamedTuple):
    """name "micropython" or another's; version "v1.29.0"; build "RPI_PICO" or ""; id: of the chip, in hex."""

    name: str
    version: str
    build: str
    machine: str
    id: str


def about(port: str, heard: list[bytes] | None = None, patience_s: float = PATIENCE_S) -> About | None:
    """What runs at the port; None when no prompt answers. What runs there is stopped.

    heard   what came instead of a prompt is put into it
    Raises what open_port raises.
    """
    with links.open_port(port) as line:
        repl = Repl(line)
        seen = repl.knock(patience_s)
        if seen is not None:
            if heard is not None:
                heard.append(seen)
            return None
        try:
            words = ast.literal_eval(repl.exec(_QUESTION, timeout_s=5).decode("utf-8", "replace").strip())
            found = About(words[0], version_of(words[1]), words[2], words[3], words[4])
        except (PotluckError, ValueError, SyntaxError, TypeError, IndexError):
            return None
        with contextlib.suppress(PotluckError):
            repl.close()
        return found


def restart(port: str) -> None:
    """Start what is on the board, after `about` stopped it."""
    with contextlib.suppress(PotluckError), links.open_port(port) as line:
        repl = Repl(line)
        if repl.knock(PATIENCE_S) is None:
            repl.restart()


def enter_bootloader(port: str) -> bool:
    """machine.bootloader(); whether the board took the order."""
    try:
        with links.open_port(port) as line:
            repl = Repl(line)
            if repl.knock(PATIENCE_S) is not None:
                return False
            repl.exec(_BOOTLOADER, timeout_s=1.5)
    except (PortGone, BoardSilent):
        return True  # nothing more is heard of a board that went
    except PotluckError:
        return False
    return False


def version_of(text: str) -> str:
    """ "3.4.0; MicroPython v1.29.0 on 2026-08-24" → "v1.29.0"; "" when it names no Python of a board's."""
    words = re.search(r"(?:Micro|Circuit)Python (\S+)", text)
    return words[1] if words else ""
