# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Write the firmware, each kind of board in its way; what a program's failure means for the maker."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from potluck import link as links
from potluck.errors import FlashCut, FlashFailed, PotluckError
from potluck.flash.bootloader import silent
from potluck.flash.kinds import Kind
from potluck.flash.targets import Target, ports, unable
from potluck.flash.watcher import Watcher
from potluck.flasher import avr, dfu, esptool, picotool, tool, uf2


@dataclass(frozen=True)
class Job:
    """data: the firmware; path: the same as a file for programs; the rest as in `flash`.

    blank   bytes of empty flash in `data` after the firmware, which erase by being written
    """

    data: bytes
    path: Path
    erase: bool
    dry_run: bool
    baud: int
    blank: int = 0


def detect_esp(target: Target, kind: Kind | None, watcher: Watcher, *, hand_s: float, dry_run: bool):
    """What chip is at the port, and it in its bootloader; shows the picture while it does not answer.

    Raises BootloaderSilent, BoardUnable, and the link's errors when the port cannot be opened.
    """
    with links.open_port(target.port):
        pass  # busy, no permission, not there: said in our words and not in esptool's
    tried = esptool.Esptool.at(target.port)
    end, shown = time.monotonic() + hand_s, False
    while True:
        found = tried.detect(dry_run=dry_run)
        if found.chip or dry_run:
            return found
        if not shown:
            if avr.answers(target.port):
                raise unable(target.name)
            watcher.help_in("boot_en", kind.enter if kind else "")
            shown = True
        if time.monotonic() >= end:
            raise silent(target, hand_s)
        _wait_for_port(target, end)


def write_esp(target: Target, kind: Kind, job: Job, watcher: Watcher) -> None:
    """Raises FlashFailed, FlashCut."""
    tried = esptool.Esptool.at(target.port)
    there = _node(target)
    for baud in (job.baud, esptool.SLOW_BAUD):
        ran = tried.write(
            job.path, kind.chip.name, kind.chip.offset,
            baud=baud, erase=job.erase, dry_run=job.dry_run, progress=watcher.progress,
        )  # fmt: skip
        if job.dry_run:
            watcher.would_run(ran.words)
        if ran.ok:
            return
        if _node(target) != there:
            raise _cut(target, ran, "hold BOOT while you plug it in if it is not found")
        if baud <= esptool.SLOW_BAUD:
            break
        watcher.say("writing failed; trying once more, slowly")
    raise _failed(target, ran)


def write_uf2(folder: Path, job: Job, watcher: Watcher) -> bool:
    """Whether the drive vanished. Raises DriveUnusable, FlashCut, FlashFailed."""
    return uf2.write(job.data, folder, dry_run=job.dry_run, progress=watcher.progress)


def write_picotool(target: Target, job: Job, watcher: Watcher) -> None:
    """Raises FlasherMissing, FlashFailed, FlashCut."""
    steps: list[Callable[[], tool.Ran]] = []
    if job.erase:
        steps.append(lambda: picotool.erase(dry_run=job.dry_run))
    steps.append(lambda: picotool.write(job.path, dry_run=job.dry_run, progress=watcher.progress))
    for step in steps:
        _judge(step(), target, job, watcher, "hold BOOTSEL while you plug it in")


def write_dfu(target: Target, serial: str, job: Job, watcher: Watcher) -> None:
    """Raises FlasherMissing, FlashFailed, FlashCut."""
    ran = dfu.write(job.path, serial=serial, dry_run=job.dry_run, progress=watcher.progress)
    _judge(ran, target, job, watcher, "press its button twice")


def _judge(ran: tool.Ran, target: Target, job: Job, watcher: Watcher, hand: str) -> None:
    if job.dry_run:
        watcher.would_run(ran.words)
    elif not ran.ok:
        raise _cut(target, ran, hand) if target.port and _node(target) is None else _failed(target, ran)


def _node(target: Target) -> tuple | None:
    """What the port is to the system now; changes when it goes, even if another one gets its name at once."""
    if not target.port or "://" in target.port:
        return ()
    if os.name != "posix":
        return () if any(one.port == target.port for one in ports()) else None
    try:
        there = os.stat(target.port)
    except OSError:
        return None
    return there.st_dev, there.st_ino, there.st_rdev, there.st_ctime_ns


def _wait_for_port(target: Target, end: float) -> None:
    """While somebody plugs and unplugs, the port may be away."""
    while time.monotonic() < end:
        try:
            links.open_port(target.port).close()
            return
        except PotluckError:
            time.sleep(0.2)


def _cut(target: Target, ran: tool.Ran, hand: str) -> FlashCut:
    return FlashCut(
        f"the board disappeared while it was written to ({ran.last})",
        where=target.name,
        do=f"it is not broken, its bootloader is in ROM: plug it in again and run the same command again; {hand}",
    )


def _failed(target: Target, ran: tool.Ran) -> FlashFailed:
    ended = "said nothing for too long" if ran.status == -1 else f"ended with status {ran.status}"
    return FlashFailed(
        f"{Path(ran.words[0]).name} {ended}: {ran.last}",
        where=target.name,
        do="the board is not broken: try another cable, unplug what is wired to it, and run the same command again",
    )
