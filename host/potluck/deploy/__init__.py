# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Put a recipe on a board: check, build, stage into the idle slot, verify, switch, start on trial.

Nothing that runs is touched until everything new is on the board and its hash has been reckoned there; then one
rename of /slots/active switches. A power cut at any instant leaves the old recipe or the new one. The new one is
on trial: if it does not live, the launcher on the board goes back to the old one by itself.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timezone
from typing import TYPE_CHECKING, NamedTuple

from potluck import link as links
from potluck.deploy import kept
from potluck.deploy.plan import Plan, plan
from potluck.deploy.prepared import Prepared, Source, launcher
from potluck.deploy.receiver import Receiver
from potluck.deploy.state import Held, State, files_hash
from potluck.deploy.target import virtual_board
from potluck.errors import PotluckError
from potluck.link.base import Link
from potluck.link.repl import Repl, stop_line

if TYPE_CHECKING:
    from potluck.deploy.start import Alive

__all__ = ["Deployed", "Plan", "Progress", "State", "deploy"]

Progress = Callable[[str, int, int], None]


class Deployed(NamedTuple):
    """What a deploy did.

    files, size   what is in the slot: their number and bytes
    sent          bytes of the transfer that went over the line (0: nothing had changed)
    plan          what happened to each file
    switched_s    seconds until the new version was verified on the board and switched to
    seconds       until it lived
    kept_main     where the maker's own /main.py went ("" when there was none)
    findings      warnings and notes of the checks
    alive         the hello, the first sample, and all bytes heard since the start
    """

    recipe: str
    version: str
    hash: str
    board: str
    port: str
    slot: str
    files: int
    size: int
    sent: int
    seconds: float
    switched_s: float
    plan: Plan
    kept_main: str = ""
    findings: tuple = ()
    alive: Alive | None = None


def deploy(
    recipe: str,
    port: str | None = None,
    *,
    board: str | None = None,
    link: Link | None = None,
    hello_s: float = 20.0,
    sample_s: float | None = None,
    progress: Progress = lambda stage, done, total: None,
    look: Callable[[State, Plan], bool] | None = None,
    via: str = "",
) -> Deployed | None:
    """Put a recipe on the board at a port and wait until it lives.

    recipe    a path or a name
    port      as in link.open_port; None: the only board there is
    board     name of the board's kind; None: ask the board
    link      an open link to use instead of opening the port; it stays open
    hello_s   how long the board may take to say hello after its restart
    sample_s  how long it may take from there to its first sample; None: what the recipe says
    progress  called as (stage, done, total): connect, compile, send (bytes), verify, start
    look      sees what is on the board and what will be done, before anything is; False: do nothing (the
              recipe that was there starts again, and the result is None)
    via       "mpremote" or "ampy": let that tool's own transfer carry the files; not with `link`

    Raises what load_recipe, wire and checks.require raise; the link's errors; NotMicroPython,
    FirmwareTooOld, UnknownBoard, NoSpace, DeployFailed, BoardSilent, FirmwareError, TrialFailed.
    """
    began = time.monotonic()
    # What is wrong with the recipe is said before the port is opened and what runs there stopped.
    source = Source(recipe)
    ready = source.for_kind(board) if board else None
    name = link.name if link else links.choose(port)
    if via:
        from potluck.deploy.via import carry

        carry(via, name, lambda state: (ready or source.for_board(state)).files,
              progress=lambda done, total: progress("send", done, total))  # fmt: skip
    line = link or links.open_port(name)
    repl, restarted = Repl(line), False
    receiver = Receiver(repl)
    try:
        progress("connect", 0, 1)
        repl.enter(stop=stop_line)
        state = receiver.ask()
        progress("connect", 1, 1)
        progress("compile", 0, 1)
        ready = ready or source.for_board(state)
        progress("compile", 1, 1)
        virtual = virtual_board(name)
        if virtual:
            virtual.control({"do": "world", "config": ready.world})
        state = receiver.ask_for(ready.files, launcher(), whole=look is not None)
        planned = plan(state, ready.files, _about(ready), launcher(), where=name)
        if look is not None and not look(state, planned):
            receiver.leave()
            repl.restart()
            return None
        if planned.changed:
            receiver.give(planned.orders, lambda done, total: progress("send", done, total))
            progress("verify", 1, 1)
            kept.keep([*ready.files.values(), launcher(), *planned.manifests])
        else:
            receiver.leave()
        switched_s = time.monotonic() - began
        progress("start", 0, 1)
        restarted = True
        repl.restart()
        from potluck.deploy.start import wait_alive  # while the board boots
        from potluck.link import memory

        alive = wait_alive(
            line, ready.hash, board_id=state.id, hello_s=hello_s,
            sample_s=ready.first_sample_s if sample_s is None else sample_s, needs_sample=ready.needs_sample,
        )  # fmt: skip
        memory.noticed(name, alive.hello)
        progress("start", 1, 1)
    except BaseException:
        if not restarted:
            # we stopped what ran there, and it is still there: a plant must not go dry for a full flash
            with suppress(PotluckError):
                receiver.close()
                repl.restart()
        raise
    finally:
        if link is None:
            line.close()
    return Deployed(
        recipe=ready.recipe,
        version=ready.version,
        hash=ready.hash,
        board=ready.board,
        port=name,
        slot=planned.slot,
        files=len(ready.files),
        size=sum(map(len, ready.files.values())),
        sent=receiver.sent,
        seconds=time.monotonic() - began,
        switched_s=switched_s,
        plan=planned,
        kept_main=planned.kept_main,
        findings=ready.findings,
        alive=alive,
    )


def _about(ready: Prepared) -> bytes:
    """slot.json: what the slot says of itself. The host's time: a board's clock may say 2000-01-01."""
    return json.dumps(
        {
            "recipe": ready.recipe, "version": ready.version, "hash": ready.hash, "board": ready.board,
            "when": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "from": f"{_host_name()}:{ready.folder}",
            "files": files_hash({path: Held(kept.short(content), 0) for path, content in ready.files.items()}),
        },
        separators=(",", ":"),
    ).encode()  # fmt: skip


def _host_name() -> str:
    """This computer's."""
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
