# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Put MicroPython on all boards that are there, side by side."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from potluck.errors import BoardUnable, PortNotFound, PotluckError
from potluck.flash import Flashed, flash
from potluck.flash.back import Claims
from potluck.flash.targets import Target, is_avr, targets, unable
from potluck.flash.watcher import Watcher

MOST = 8  # at a time: a hub has so many sockets

Outcome = Flashed | PotluckError


def flash_all(
    board: str | None = None, *, watcher: Callable[[Target], Watcher] = lambda target: Watcher(), **options
) -> list[tuple[Target, Outcome]]:
    """Every board that is plugged in, and what became of it, in the order of `targets`.

    watcher   called once for each board
    options   as in `flash`, without those that name one board
    One board's failure holds up no other. Raises PortNotFound when there is none.
    """
    found = targets()
    if not found:
        raise PortNotFound("no board found: nothing shows up on USB", do="try other USB cables: many only charge")
    claims = Claims()
    # made here and not in the threads, so that their lines are in order
    pairs = [(target, watcher(target)) for target in found]

    def one(pair: tuple[Target, Watcher]) -> Outcome:
        target, its_watcher = pair
        if is_avr(target):
            return _kindly(target)
        try:
            return flash(board, target=target, watcher=its_watcher, claims=claims, **options)
        except PotluckError as wrong:
            return wrong

    with ThreadPoolExecutor(max_workers=MOST) as pool:
        return list(zip(found, pool.map(one, pairs), strict=True))


def _kindly(target: Target) -> BoardUnable:
    return unable(target.name)
