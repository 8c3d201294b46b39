# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Verb: put a recipe on several boards at once. What fails on one stops none of the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import NamedTuple

from potluck import link
from potluck.deploy import Deployed, deploy
from potluck.deploy.prepared import Source
from potluck.errors import Interrupted, PortNotFound, PotluckError

MOST_AT_ONCE = 16


class Outcome(NamedTuple):
    """One board: `done`, or the error that it ended in."""

    port: str
    done: Deployed | None
    error: PotluckError | None


def every_board() -> list[str]:
    """The ports of all boards there are, virtual ones too.

    Raises PortNotFound when there is none.
    """
    ports = [found.port for found in link.find_boards() if found.is_board]
    if not ports:
        link.choose(None)  # says what is there instead, and what to do
        raise PortNotFound("no board found")
    return ports


def deploy_all(
    recipe: str,
    ports: Iterable[str],
    *,
    told: Callable[[Outcome], None] = lambda outcome: None,
    progress: Callable[[str, str, int, int], None] = lambda port, stage, done, total: None,
    **how,
) -> list[Outcome]:
    """Deploy to all ports at the same time; how it went on each, in the order of the ports.

    told       called in the caller's thread as each board is done
    progress   called in other threads: port, and what deploy's progress gets
    how        further options of deploy

    Raises what is wrong with the recipe itself before any board is touched. Ctrl-C stops every deploy: each
    board goes on with what it had.
    """
    ports = list(dict.fromkeys(ports))
    source = Source(recipe)
    if how.get("board"):
        source.for_kind(how["board"])
    over = threading.Event()

    def one(port: str) -> Outcome:
        def step(stage: str, done: int, total: int) -> None:
            if over.is_set():
                raise Interrupted("stopped by Ctrl-C", where=port)
            progress(port, stage, done, total)

        try:
            return Outcome(port, deploy(recipe, port, progress=step, **how), None)
        except PotluckError as wrong:
            return Outcome(port, None, wrong)

    with ThreadPoolExecutor(max_workers=min(len(ports), MOST_AT_ONCE) or 1) as pool:
        under_way = {pool.submit(one, port): port for port in ports}
        outcomes = {}
        try:
            for future in as_completed(under_way):
                outcomes[under_way[future]] = future.result()
                told(future.result())
        except KeyboardInterrupt:
            over.set()
            for future in under_way:
                future.cancel()
            raise
    return [outcomes[port] for port in ports]
