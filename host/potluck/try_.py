# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Verb: run a recipe on a virtual board of its own, from nothing to live samples, and clear up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from potluck import checks, model
from potluck import deploy as deploying
from potluck import link as links
from potluck.deploy import Deployed
from potluck.errors import BoardNotRunning
from potluck.link.base import Link
from potluck.sink.base import Sink, Summary
from potluck.watch import watch

# One look of the plant waterer a second: slow enough to follow, fast enough to see soil dry.
SPEED = 60.0


@dataclass(frozen=True)
class Tried:
    """How it went: what was deployed where, and what was heard."""

    deployed: Deployed
    summary: Summary


def try_recipe(
    recipe: str,
    sinks: Iterable[Sink] = (),
    *,
    board: str | None = None,
    speed: float = SPEED,
    for_s: float | None = None,
    told: Callable[[str, object], None] = lambda step, value: None,
    progress: deploying.Progress = lambda stage, done, total: None,
) -> Tried:
    """Start a virtual board, put the recipe on it, watch for for_s seconds (None: until Ctrl-C).

    board  a kind that the recipe has pins for; None: its first
    speed  board's seconds per second
    told   called with ("starting", board), ("started", RunningBoard), ("deployed", Deployed)

    The board is gone afterwards, however this ends. Raises what daemon.start, deploy and watch raise.
    """
    from potluck.virtual import daemon

    loaded = model.load_recipe(recipe)
    kind = board or loaded.boards[0]
    checks.require(model.wire(loaded, kind))  # what cannot work is said before anything starts
    told("starting", kind)
    running = daemon.start(board=kind, speed=speed, die_with_parent=True)
    try:
        told("started", running)
        with links.open_port(f"virtual:{running.name}") as line:
            deployed = deploying.deploy(recipe, board=kind, link=line, progress=progress)
            told("deployed", deployed)
            heard = deployed.alive.heard
            heard = heard[heard.index(b"\x1e") :]  # what the launcher said before is over
            summary = watch(_Heard(line, heard), sinks, for_s=for_s)
    finally:
        # It may have ended by itself, which the error on its way up says; what resists dies with us.
        with suppress(BoardNotRunning, TimeoutError):
            running.stop()
    return Tried(deployed, summary)


class _Heard(Link):
    """A link that first says once more what was heard while the deploy waited: nothing is missed."""

    def __init__(self, link: Link, heard: bytes):
        self._link, self._heard = link, heard
        self.name, self.description = link.name, link.description

    def read(self, timeout_s):
        heard, self._heard = self._heard, b""
        return heard or self._link.read(timeout_s)

    def write(self, data):
        self._link.write(data)

    def close(self):
        self._link.close()
