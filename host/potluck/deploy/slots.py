# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What is in a board's two slots, and the way back to the one before."""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from typing import NamedTuple

from potluck import link as links
from potluck.deploy.plan import switch_to
from potluck.deploy.receiver import Receiver
from potluck.deploy.start import Alive, wait_alive
from potluck.deploy.state import ABOUT, ROOT, SLOTS, State, files_hash
from potluck.errors import NothingToUndo, PotluckError
from potluck.link.base import Link
from potluck.link.repl import Repl, stop_line

RETURNED = "/state/returned"


class Slot(NamedTuple):
    """One slot. state: "runs", "on trial", "kept" (undo starts it), "failed", "unproven" or "empty".

    hash      the recipe's content hash; files_hash: over every file that is in the slot
    when      ISO time of the computer that put it there; source: that computer and folder
    why       why it failed
    whole     whether its files are still those that slot.json was written with
    """

    name: str
    state: str
    recipe: str = ""
    version: str = ""
    hash: str = ""
    files: int = 0
    size: int = 0
    files_hash: str = ""
    when: str = ""
    source: str = ""
    why: str = ""
    whole: bool = True


class Slots(NamedTuple):
    """Both slots of the board with this unique id."""

    port: str
    id: str
    slots: tuple[Slot, ...]


class Undone(NamedTuple):
    """port; slot: what runs now; alive: its hello and first sample."""

    port: str
    slot: Slot
    alive: Alive


def slots(port: str | None = None, *, link: Link | None = None) -> Slots:
    """What runs on a board and what is kept. Stops the recipe for a moment and starts it again.

    Raises the link's errors, NotMicroPython, FirmwareTooOld, NoSpace, BoardSilent, DeployFailed.
    """
    with _asked(port, link) as (repl, _, state):
        return read_slots(repl.link.name, state)


def undo(port: str | None = None, *, link: Link | None = None, hello_s: float = 20.0, sample_s: float = 20.0) -> Undone:
    """Start the version before again, on trial; the present one is kept. Doing it twice comes back here.

    Raises NothingToUndo when no other version is kept, or the kept one is not whole any more; TrialFailed; what
    `slots` raises.
    """

    with _asked(port, link) as (repl, receiver, state):
        name = repl.link.name
        found = read_slots(name, state)
        other = next((slot for slot in found.slots if slot.state == "kept"), None)
        if other is None:
            raise NothingToUndo(
                "no version before this one is kept on the board", where=name,
                do="'potluck slots' shows what is there; deploy the version that you want",
            )  # fmt: skip
        if not other.whole:
            raise NothingToUndo(
                "a deploy that did not finish has written over the version before this one", where=name,
                do="what runs is untouched; deploy the version that you want",
            )  # fmt: skip
        receiver.give(switch_to(state, other.name))
        repl.restart()
        alive = wait_alive(
            repl.link, other.hash, board_id=state.id, hello_s=hello_s, sample_s=sample_s
        )  # fmt: skip
        return Undone(name, other, alive)


def read_slots(port: str, state: State) -> Slots:
    """From a state that was asked for with `TEXTS`."""
    why = state.texts.get(RETURNED)
    pointer, found = state.pointer, []
    for name in SLOTS:
        files = state.slot(name)
        about = _about(state.texts.get(f"{ROOT}/{name}/{ABOUT}"))
        if not files:
            is_now = "empty"
        elif name == pointer.slot:
            is_now = "runs" if pointer.starts is None else "on trial"
        elif why and pointer.starts is None and not pointer.kept:
            is_now = "failed"
        else:
            is_now = "kept" if name == pointer.kept else "unproven"
        found.append(
            Slot(
                name, is_now, about.get("recipe", ""), about.get("version", ""), about.get("hash", ""),
                len(files), sum(held.size for held in files.values()), files_hash(files),
                about.get("when", ""), about.get("from", ""), (why or "") if is_now == "failed" else "",
                about.get("files", files_hash(files)) == files_hash(files),
            )
        )  # fmt: skip
    return Slots(port, state.id, tuple(found))


TEXTS = tuple(f"{ROOT}/{name}/{ABOUT}" for name in SLOTS) + (RETURNED,)


@contextmanager
def _asked(port: str | None, link: Link | None):
    """(repl, receiver, state) of a stopped board, which is started again in the end."""
    line = link or links.open_port(links.choose(port))
    repl = Repl(line)
    receiver = Receiver(repl)
    try:
        repl.enter(stop=stop_line)
        yield repl, receiver, receiver.ask_all(*TEXTS)
    finally:
        if not repl.restarted:
            with suppress(PotluckError):
                receiver.close()
                repl.restart()
        if link is None:
            line.close()


def _about(text: str | None) -> dict[str, str]:
    try:
        about = json.loads(text or "{}")
    except ValueError:
        return {}
    if not isinstance(about, dict):
        return {}
    return {key: str(value)[:200] for key, value in about.items()}
