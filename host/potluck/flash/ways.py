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
    """data: the firmware; path: the same as a file for programs; the rest as in `flash`."""

    data: bytes
    path: Path
    erase: bool
    dry_run: bool
    baud: int


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
    began = [False]

    def progress(done: int, total: int) -> None:
        began[0] = began[0] or done > 0
        watcher.progress(done, total)

    # as it is after `detect`; reset anew, if closing the port between has reset it; slowly
    ways = [(job.baud, "no-reset"), (job.baud, "default-reset"), (esptool.SLOW_BAUD, "default-reset")]
    while True:
        baud, before = ways.pop(0)
        ran = tried.write(
            job.path, kind.chip.name, kind.chip.offset,
            baud=baud, erase=job.erase, before=before, dry_run=job.dry_run, progress=progress,
        )  # fmt: skip
        if job.dry_run:
            watcher.would_run(ran.words)
        if ran.ok:
            return
        if _gone(target):
            raise _cut(target, ran, "hold BOOT while you plug it in if it is not found")
        if began[0]:
            ways = [one for one in ways if one[0] < baud]
            watcher.say("writing failed" + ("; trying once more, slowly" if ways else ""))
        if not ways:
            break
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
        raise _cut(target, ran, hand) if _gone(target) else _failed(target, ran)


def _gone(target: Target) -> bool:
    """Whether the port that was written to is no longer there."""
    if not target.port or "://" in target.port:
        return False
    return not os.path.exists(target.port) if os.name == "posix" else all(one.port != target.port for one in ports())


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
