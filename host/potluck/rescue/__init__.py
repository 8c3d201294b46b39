# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Verb: get a prompt back from a board whose program blocks, crashes, floods the line or is deaf to Ctrl-C.

One stage after the other, the gentle ones first, until the raw REPL answers. Then, when the program is to
blame, boot.py or main.py is renamed, so that the next start ends at the prompt. Nothing is ever deleted: the
erase, which would, is another command that the error names.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from potluck import link as links
from potluck.errors import BoardSilent, FirmwareError, PotluckError, RescueFailed
from potluck.link.base import Link
from potluck.link.repl import CTRL_C, Repl
from potluck.rescue.door import Door
from potluck.rescue.quarantine import Aside, OnBoard
from potluck.rescue.stages import GENTLE, HANDS_S, STAGES

__all__ = ["Aside", "Rescued", "rescue"]

Progress = Callable[[str, str], None]
_LAST_BYTES = 400
_LOOPING = 3  # so many starts were seen
_CALM_S = 1.0


@dataclass(frozen=True)
class Rescued:
    """How the prompt was reached.

    stage   which one helped: "ctrl-c", "raw", "window", "reset" or "hands"
    tried   all that were gone through, the helping one last
    last    the last bytes that came before the prompt, as text
    aside   files that were renamed
    launcher  /main.py is potluck's launcher, which was left where it is
    starts_at_prompt  the board was started anew and came up at the prompt; None: this was not tried
    """

    port: str
    stage: str
    tried: tuple[str, ...]
    last: str
    aside: tuple[Aside, ...] = ()
    launcher: bool = False
    starts_at_prompt: bool | None = None


def rescue(
    port: str | None = None,
    *,
    quarantine: bool | None = None,
    hands_s: float = HANDS_S,
    link: Link | None = None,
    reopen: Callable[[], Link] | None = None,
    progress: Progress = lambda stage, text: None,
) -> Rescued:
    """Stop whatever runs on the board at a port and leave it at its prompt.

    port        as in link.open_port; None: the only board there is
    quarantine  rename boot.py and main.py (True), do not (False), or (None) only those to blame, and
                only when Ctrl-C alone did not help or the board kept starting anew.
                potluck's own launcher is renamed only with True
    hands_s     how long to wait, in the end, for a person to press reset; 0: not at all
    link        an open link to use instead of opening the port; reopen: gives it again after it went
    progress    called as (stage, what is done now) at the beginning of each stage

    Raises RescueFailed with the stages and the last bytes; PortNotFound, PortBusy, PortPermission.
    """
    name = link.name if link else links.choose(port)
    door = Door(name, link, reopen)
    tried: list[str] = []
    try:
        for stage in STAGES:
            if not stage.possible(door, hands_s):
                continue
            tried.append(stage.id)
            progress(stage.id, stage.what)
            if stage.open(door, hands_s):
                last = door.last(_LAST_BYTES)
                return _settle(door, stage.id, tuple(tried), last, quarantine)
        raise RescueFailed(
            f"no prompt ({', '.join(tried)}); "
            + (f"the last bytes were {door.last(_LAST_BYTES)!r}" if door.seen.strip() else "nothing at all came"),
            where=name,
            do=_LAST_RESORT.format(port=name),
        )
    finally:
        if link is None:
            door.close()


_LAST_RESORT = (
    "run it again and press the board's reset button as soon as it asks for it. The last resort erases all files "
    "of the board: potluck flash --erase --port {port}, which asks before it does"
)


def _settle(door: Door, stage: str, tried: tuple[str, ...], last: str, quarantine: bool | None) -> Rescued:
    """At the prompt: put files aside, and see that the next start is harmless."""
    repl, onboard = _adopt(door)
    there = onboard.programs()
    launcher = there.get("/main.py") == "launcher"
    aside: list[Aside] = []
    loops = door.gone > 1 or door.seen.count(b"soft reboot") >= _LOOPING
    if quarantine or (quarantine is None and (stage not in GENTLE or loops)):
        wanted = _to_blame(last, there) if quarantine is None else list(there)
        if launcher and quarantine is None:
            wanted = [path for path in wanted if path != "/main.py"]
        aside = [onboard.put_aside(path) for path in wanted]
    prompt = None
    if aside:
        repl.restart()
        prompt = door.wait_prompt()
    else:
        with suppress(PotluckError):
            repl.close()
    return Rescued(door.name, stage, tried, last, tuple(aside), launcher, prompt)


def _adopt(door: Door) -> tuple[Repl, OnBoard]:
    """The raw REPL that a stage has opened. What is still under way of a flood may stop the first code: then again."""
    tries = 4
    while True:
        repl = Repl(door.line)
        repl.adopt()
        try:
            return repl, OnBoard(repl)
        except (BoardSilent, FirmwareError):
            tries -= 1
            door.hear(_CALM_S)
            door.press(CTRL_C)  # ends a raw paste that was begun
            if not tries or not door.ask_raw(_CALM_S):
                raise


def _to_blame(last: str, there: dict[str, str]) -> list[str]:
    """The files that the traceback names; all that do anything when it names none."""
    named = [path for path in there if f'File "{path[1:]}"' in last or f'File "{path}"' in last]
    return named or [path for path, kind in there.items() if kind != "idle"]
