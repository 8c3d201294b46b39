# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Work at a board's prompt and leave the board as it was found: what ran there runs again.

    with at_prompt("/dev/ttyACM0") as board:
        board.repl.exec("print(1)")

What runs is stopped by Ctrl-C, so a recipe's actuators become safe first (docs/on-the-board.md), and a
watchdog is stopped, or stretched to a day where the chip cannot stop it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from potluck import link as links
from potluck.errors import PotluckError
from potluck.link import program
from potluck.link.base import Link
from potluck.link.repl import Repl, stop_line

Told = Callable[[str], None]

# The watchdog that a stopped program leaves behind would reset the board half-way through our work.
# RP2040 datasheet 4.7.6, RP2350 datasheet 12.9.7: CTRL, its clear alias 0x3000 above, bit 30 is ENABLE.
# An ESP32's cannot be stopped, and there is no asking whether it runs: whoever armed it holds the object.
QUIET_WATCHDOG = """
def _quiet():
    import sys
    try:
        import machine
        if sys.platform == "rp2":
            machine.mem32[0x400DB000 if "RP2350" in sys.implementation._machine else 0x4005B000] = 1 << 30
        elif sys.platform == "esp32":
            spaces = [globals()] + [getattr(m, "__dict__", {}) for m in sys.modules.values()]
            if any(isinstance(v, machine.WDT) for names in spaces for v in names.values()):
                machine.WDT(timeout=86400000)
    except (ImportError, AttributeError, TypeError, ValueError, OSError):
        pass
_quiet()
del _quiet
"""


@dataclass
class AtPrompt:
    """A board at its raw prompt.

    running   whether something ran there before; it is started again at the end if `restart` is still set
    leave     the board is busy with what it was given: say nothing more to it
    """

    repl: Repl
    port: str
    running: bool
    restart: bool
    leave: bool = False


@contextmanager
def at_prompt(
    port: str | None = None,
    *,
    link: Link | None = None,
    restart: bool = True,
    fresh: bool = False,
    told: Told = lambda what: None,
) -> Iterator[AtPrompt]:
    """The board at a port, stopped and listening; afterwards what ran there is started again.

    port      as in link.open_port; None: the only board there is
    link      an open link to use instead of opening the port; it stays open
    restart   False: leave the board at its prompt. A board that was found there is left there anyway
    fresh     soft-reset first, so that a program has the heap and the names for itself
    told      called with "stopped" and "started" when that happened to what ran

    Raises the link's errors and NotMicroPython.
    """
    name = link.name if link else links.choose(port)
    line = link or links.open_port(name)
    board = AtPrompt(Repl(line), name, False, restart)
    try:
        board.running = not program.enter_if_idle(board.repl)
        if board.running:
            # a random-looking id: the board drops a line that it has answered already
            board.repl.enter(stop=stop_line)
            told("stopped")
        board.repl.exec(QUIET_WATCHDOG)
        if fresh:
            program.fresh_heap(board.repl)
        yield board
    finally:
        try:
            with suppress(PotluckError):
                if board.leave:
                    pass
                elif board.running and board.restart:
                    board.repl.restart()
                    told("started")
                else:
                    board.repl.close()
        finally:
            if link is None:
                line.close()
