# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Verb: `deploy --watch`. A recipe is deployed again each time it is saved, while its samples are shown and logged.

It is one session: what is watched is a link that, between two reads, looks whether something was saved and
then deploys. So the log goes on over every start, and nothing that a board says meanwhile is missed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from potluck import deploy as deploying
from potluck import link as links
from potluck import model
from potluck.deploy import Deployed
from potluck.errors import PortGone, PotluckError
from potluck.link.base import Link
from potluck.saves import LOOK_EVERY_S, Saves
from potluck.sink.base import Sink, Summary
from potluck.watch import watch

Told = Callable[[str, object], None]


def deploy_and_watch(
    recipe: str,
    sinks: Iterable[Sink],
    port: str | None = None,
    *,
    for_s: float | None = None,
    stop: Callable[[], bool] = lambda: False,
    told: Told = lambda what, value: None,
    **how,
) -> Summary:
    """Deploy, then watch for for_s seconds (None: until Ctrl-C) or until stop(), and deploy again at each save.

    how    further options of deploy: board, hello_s, sample_s, progress
    told   called with ("deployed", Deployed) for the first one, as the watching begins

    What goes wrong with a later deploy is a note in every sink, and the board goes on with what it has: a
    mistake is mended and saved, and that is all. What goes wrong with the first one is raised, as by deploy.
    A port that goes is waited for.
    """
    sinks = list(sinks)
    folder = model.load_recipe(recipe).folder
    saves = Saves(folder)  # before the first deploy: what is saved while it runs must not be missed
    name = links.choose(port)
    with links.open_port(name) as line:
        first = deploying.deploy(str(folder), link=line, **how)
        told("deployed", first)
        state = _State(str(folder), saves, sinks, {**how, "board": first.board})
        return watch(
            _Redeploying(line, state, first.alive.heard),
            sinks,
            for_s=for_s,
            stop=stop,
            reopen=lambda: _Redeploying(links.open_port(name), state),
        )


class _State:
    """What outlives a link. due: files that were saved and are not on the board yet."""

    def __init__(self, recipe: str, saves: Saves, sinks: list[Sink], how: dict):
        self.recipe, self.saves, self.sinks, self.how = recipe, saves, sinks, how
        self.due: tuple[str, ...] = ()

    def note(self, text: str) -> None:
        for sink in self.sinks:
            sink.note(text, time.time())
            sink.commit()


class _Redeploying(Link):
    """The board's line; reading from it may take as long as a deploy."""

    def __init__(self, line: Link, state: _State, heard: bytes = b""):
        self._line, self._state, self._heard = line, state, heard
        self.name, self.description = line.name, line.description

    def read(self, timeout_s: float) -> bytes:
        end_s = time.monotonic() + timeout_s
        while True:
            heard, self._heard = self._heard, b""
            if heard:
                return heard
            self._look()
            left_s = end_s - time.monotonic()
            data = self._heard or self._line.read(min(max(left_s, 0.0), LOOK_EVERY_S))
            self._heard = b""
            if data or left_s <= 0:
                return data

    def write(self, data: bytes) -> None:
        self._line.write(data)

    def close(self) -> None:
        self._line.close()

    def _look(self) -> None:
        state = self._state
        state.due = state.saves.changed() or state.due
        if not state.due:
            return
        began_s = time.monotonic()
        try:
            done = deploying.deploy(state.recipe, link=self._line, **state.how)
        except PortGone:
            raise  # still due, when the port is back
        except PotluckError as wrong:
            state.due = ()
            state.note(str(wrong))
            return
        names, state.due = ", ".join(state.due), ()
        state.note(_what(done, names, time.monotonic() - began_s))
        self._heard = done.alive.heard


def _what(done: Deployed, names: str, seconds: float) -> str:
    return f"{names} saved: {done.sent} bytes sent, runs after {seconds:.2f} s"
