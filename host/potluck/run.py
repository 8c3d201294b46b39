# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Verbs: run a program of this computer on a board without putting it there; reset a board."""

from __future__ import annotations

import time
from collections.abc import Callable

from potluck import link as links
from potluck.at_prompt import Told, at_prompt
from potluck.errors import PortBusy, PortGone, PortNotFound, PortPermission
from potluck.link import program
from potluck.link.base import Link

GOES_S = 1.0  # the port of a board on USB has gone by then
BACK_S = 10.0


def run_code(
    port: str | None,
    code: str | bytes,
    heard: Callable[[bytes], None],
    *,
    link: Link | None = None,
    follow: bool = True,
    resume: bool = False,
    restart: bool = True,
    told: Told = lambda what: None,
) -> None:
    """Run code on the board and hand on what it prints, as it comes.

    follow    False: start it and come back at once; the board is left to it
    resume    keep the names and the heap of what ran before instead of a soft reset
    restart   start again what ran before, when the code has ended

    Raises FirmwareError, whose `trace` is the traceback, when the code raises; the link's errors and
    NotMicroPython. KeyboardInterrupt stops the code on the board first.
    """
    with at_prompt(port, link=link, restart=restart and follow, fresh=not resume, told=told) as board:
        if not follow:
            board.repl.start(code)
            board.leave = True
            return
        try:
            program.follow(board.repl, code, heard)
        except KeyboardInterrupt:
            program.end(board.repl, heard)
            raise


def reset_board(port: str | None, *, soft: bool = False, told: Told = lambda what: None) -> None:
    """Start the board anew, so that boot.py and main.py run.

    soft   MicroPython alone: the heap is cleared, pins and USB stay as they are

    Comes back when the board's port is there again. Raises PortGone when it is not within BACK_S.
    """
    with at_prompt(port, restart=soft, told=lambda what: told(what) if what == "stopped" else None) as board:
        if soft:
            board.running = True  # whatever was there: what is on the board is to run
            return
        board.leave = True
        line, end_s = board.repl.link, time.monotonic() + GOES_S
        try:
            board.repl.start("import machine\nmachine.reset()")
            while time.monotonic() < end_s:
                line.read(0.1)
        except PortGone:
            # a board on USB goes with its port, and comes back with it
            line.close()
            _until_back(board.port)


def _until_back(port: str) -> None:
    """Wait until the port can be opened again. Raises what opening it raises when it stays away."""
    end_s = time.monotonic() + BACK_S
    while True:
        try:
            links.open_port(port).close()
            return
        except (PortGone, PortNotFound, PortBusy, PortPermission):
            # no permission: the system gives a new port to its group a moment after it made it
            if time.monotonic() > end_s:
                raise
            time.sleep(0.1)
