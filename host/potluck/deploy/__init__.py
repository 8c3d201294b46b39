# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Put a recipe on a board: check, build, stage into the idle slot, verify, switch, start.

Nothing that runs is touched until everything new is on the board and has been read back; then one
rename of /slots/active switches. A power cut at any instant leaves the old recipe or the new one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from potluck import checks, generate, model
from potluck import link as links
from potluck.deploy.build import check_source, launcher, slot_files
from potluck.deploy.onboard import OnBoard, check_space, digest
from potluck.deploy.start import HELLO_S, SAMPLE_S, Alive, wait_alive
from potluck.deploy.target import board_of, virtual_board
from potluck.errors import DeployFailed, PotluckError
from potluck.link import memory
from potluck.link.base import Link
from potluck.link.repl import Repl
from potluck.telemetry import command

LAUNCHER_MARK = "potluck launcher"
SLOTS = ("a", "b")

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Deployed:
    """What a deploy did.

    files, size   what is in the slot: their number and bytes; `sent` of these bytes went over the line
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
    kept_main: str = ""
    findings: tuple = ()
    alive: Alive | None = field(default=None, repr=False)


def deploy(
    recipe: str,
    port: str | None = None,
    *,
    board: str | None = None,
    link: Link | None = None,
    hello_s: float = HELLO_S,
    sample_s: float = SAMPLE_S,
    progress: Progress = lambda stage, done, total: None,
) -> Deployed:
    """Put a recipe on the board at a port and wait until it lives.

    recipe    a path or a name
    port      as in link.open_port; None: the only board there is
    board     name of the board's kind; None: ask the board
    link      an open link to use instead of opening the port; it stays open
    hello_s   how long the board may take to say hello after its restart
    sample_s  how long it may take from there to its first sample
    progress  called as (stage, done, total): connect, compile, send (bytes), verify, start

    Raises what load_recipe, wire and checks.require raise; the link's errors; NotMicroPython,
    FirmwareTooOld, UnknownBoard, NoSpace, DeployFailed, BoardSilent, FirmwareError.
    """
    began = time.monotonic()
    loaded = model.load_recipe(recipe)
    name = link.name if link else links.choose(port)
    # What is wrong with the recipe is said before the port is opened and what runs there stopped.
    check_source(loaded)
    wiring = None
    if board:
        wiring = model.wire(loaded, board)
        checks.require(wiring)
    line = link or links.open_port(name)
    repl, restarted = Repl(line), False
    try:
        progress("connect", 0, 1)
        # a random-looking id: the board drops a line that it has answered already
        repl.enter(stop=command(int(time.time() * 1000) % (1 << 29), "stop"))
        onboard = OnBoard(repl)
        about = onboard.about()
        progress("connect", 1, 1)
        wiring = wiring or model.wire(loaded, board_of(about, loaded))
        findings = checks.require(wiring)
        virtual = virtual_board(name)
        if virtual:
            virtual.control({"do": "world", "config": generate.world_config(wiring)})
        progress("compile", 0, 1)
        files = slot_files(wiring)
        progress("compile", 1, 1)
        slot = _idle_slot(onboard.text("/slots/active"))
        sent = _stage(onboard, f"/slots/{slot}", files, progress, line.name)
        kept = _install_launcher(onboard)
        onboard.put("/slots/active.new", slot.encode() + b"\n", lambda n: None)
        onboard.swap("/slots/active")
        progress("start", 0, 1)
        restarted = True
        repl.restart()
        alive = wait_alive(line, loaded.content_hash, hello_s=hello_s, sample_s=sample_s)
        memory.noticed(name, alive.hello)
        progress("start", 1, 1)
    except BaseException:
        if not restarted:
            # we stopped what ran there, and it is still there: a plant must not go dry for a full flash
            with suppress(PotluckError):
                repl.restart()
        raise
    finally:
        if link is None:
            line.close()
    return Deployed(
        recipe=loaded.name,
        version=loaded.version,
        hash=loaded.content_hash,
        board=wiring.board.name,
        port=name,
        slot=slot,
        files=len(files),
        size=sum(map(len, files.values())),
        sent=sent,
        seconds=time.monotonic() - began,
        kept_main=kept,
        findings=tuple(findings),
        alive=alive,
    )


def _idle_slot(active: str) -> str:
    """The slot that does not run; "a" on a board that is new to potluck."""
    return "b" if active.strip() == "a" else "a"


def _stage(onboard: OnBoard, root: str, files: dict[str, bytes], progress: Progress, where: str) -> int:
    """Make the slot's folder hold exactly these files; the number of bytes that had to be sent.

    What a power cut or an older recipe left there is compared by hash: equal files are not sent
    again, all others are removed.
    """
    wanted = {f"{root}/{path}": content for path, content in files.items()}
    hashes = {path: digest(content) for path, content in wanted.items()}
    there = onboard.tree(root)
    onboard.drop(
        [path for path, found in there.items() if found != hashes.get(path) and not _leads_to(path, wanted)]
    )
    missing = {path: content for path, content in wanted.items() if there.get(path) != hashes[path]}
    check_space(onboard.about(), missing, where)
    total, done = sum(map(len, missing.values())), 0
    progress("send", 0, total)
    for path, content in missing.items():

        def sent(count):
            nonlocal done
            done += count
            progress("send", done, total)

        onboard.put(path, content, sent)
    progress("verify", 0, 1)
    written = {path: found for path, found in onboard.tree(root).items() if not path.endswith("/")}
    wrong = sorted(path for path in hashes.keys() | written.keys() if written.get(path) != hashes.get(path))
    if wrong:
        raise DeployFailed(
            f"{', '.join(wrong)}: not on the board as sent",
            where=where,
            do="nothing was switched, the old recipe is untouched; try another cable, then deploy again",
        )
    progress("verify", 1, 1)
    return total


def _leads_to(path: str, wanted) -> bool:
    return path.endswith("/") and any(other.startswith(path) for other in wanted)


def _install_launcher(onboard: OnBoard) -> str:
    """Put the launcher at /main.py if it is not there as it should be; where the maker's own went."""
    text = launcher()
    if onboard.digest("/main.py") == digest(text):
        return ""
    kept = onboard.keep("/main.py", LAUNCHER_MARK)
    onboard.put("/main.py.new", text, lambda n: None)
    if onboard.digest("/main.py.new") != digest(text):
        raise DeployFailed("the launcher did not arrive whole", do="deploy again; /main.py is untouched")
    onboard.swap("/main.py")
    return kept
