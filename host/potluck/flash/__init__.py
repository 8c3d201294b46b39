# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Put MicroPython on a board: find it, choose the firmware, check it, write it, see the board come back.

Nothing is erased before the image was read whole and found to be for the chip that is there.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from potluck import link as links
from potluck.errors import DataAtRisk, DfuAtRisk, FlashFailed, PortBusy, PotluckError
from potluck.firmware import read_file
from potluck.flash import arrival, ask, ways
from potluck.flash.back import BACK_S, Claims, wait_back
from potluck.flash.detect import Seen, doubt, look
from potluck.flash.bootloader import HAND_S, enter
from potluck.flash.kinds import named
from potluck.flash.lost import files_place, what_is_lost
from potluck.flash.pick import pick
from potluck.flash.proof import compare
from potluck.flash.targets import Target, choose, ports
from potluck.flash.watcher import Plan, Watcher
from potluck.flasher import dfu, esptool
from potluck.flasher.catalogue import Catalogue
from potluck.flasher.images import Image, Uf2Image, check_fits, read_image, with_blank

BUSY_S = 10.0  # on Linux, ModemManager looks at each new port for some seconds

__all__ = ["Flashed", "Plan", "Target", "Watcher", "flash"]


@dataclass(frozen=True)
class Flashed:
    """What a flash did.

    port       where the board is now; "" when nothing came back to look at (a dry run, a plain folder)
    version    what the board says it runs; "" likewise
    was        what it ran before, "" when nothing answered
    verified   how it is known that the flash holds the file: "sha256" (the board hashed its own flash),
               "esptool" (the chip's MD5), "picotool", "copy" (a plain folder), "version" (only that was
               read back), "" for a dry run
    write_s    seconds from asking the chip to verified; seconds: of the whole
    """

    board: str
    chip: str
    firmware: str
    port: str
    version: str
    was: str
    verified: str
    write_s: float
    seconds: float
    dry_run: bool = False


def flash(
    board: str | None = None,
    *,
    port: str | None = None,
    drive: Path | None = None,
    target: Target | None = None,
    version: str | None = None,
    firmware: Path | None = None,
    erase: bool = False,
    dry_run: bool = False,
    yes: bool = False,
    lose_dfu: bool = False,
    baud: int = esptool.BAUD,
    catalogue: Catalogue | None = None,
    watcher: Watcher | None = None,
    hand_s: float = HAND_S,
    back_s: float = BACK_S,
    claims: Claims | None = None,
) -> Flashed:
    """Put MicroPython on a board and wait until it answers with it.

    board     one of potluck's boards, a chip, or the id of a build; None: ask the board
    port, drive, target   where it is; all None: the only one there is
    version, firmware   which release, or a file
    erase     all of the flash first, the maker's files included
    dry_run   touch nothing, tell what would be run
    yes       files may be lost; lose_dfu: the Nano ESP32's factory bootloader too
    hand_s    how long somebody may take to press a button; back_s: how long the board may take to start

    Raises what targets.choose, the catalogue and read_image raise; FirmwareMismatch, DataAtRisk,
    DfuAtRisk, BootloaderSilent, FlasherMissing, FlashFailed, FlashCut, DriveUnusable, BoardNotBack.
    """
    began, watcher, catalogue = time.monotonic(), watcher or Watcher(), catalogue or Catalogue()
    wanted = named(board) if board else None
    data = read_file(firmware) if firmware else None
    image = read_image(data, name=str(firmware)) if data is not None else None
    target = target or choose(port, drive)
    watcher.step("look")
    seen = look(target, wanted, image, watcher, hand_s=hand_s, dry_run=dry_run, bare=erase and lose_dfu)
    try:
        if data is None or image is None:
            watcher.step("load")
            name, data, image = pick(seen, version, catalogue, watcher)
        else:
            name = firmware.name
        check_fits(image, seen.kind.chip, flash_bytes=seen.flash_bytes, app=seen.kind.method == "dfu", name=name)
        _ask_about_loss(seen, image, name, len(data), erase, dry_run, yes, lose_dfu, watcher, given=firmware is not None)
    except BaseException:
        _leave(seen)
        raise
    with tempfile.TemporaryDirectory(prefix="potluck-") as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        job = ways.Job(data, path, erase, dry_run, baud)
        if erase and isinstance(image, Uf2Image) and not seen.target.device:
            job = _erasing(job, seen, image)
        before, comes_back, method = _write(seen, job, watcher, hand_s)
    write_s = time.monotonic() - (seen.asked_at or began)
    if dry_run:
        _leave(seen)
    where, found, verified = "", None, "" if dry_run else "copy"
    if comes_back and not dry_run:
        watcher.step("back")
        where, found = wait_back(seen.target, before, seen.about.id if seen.about else "", claims or Claims(), back_s=back_s)
        _check_version(image, found, where)
        verified = _prove(method, where, image, data, watcher)
        ask.restart(where)  # what is on the board was stopped for the questions
    return Flashed(
        board=seen.kind.title, chip=seen.kind.chip.title, firmware=name, port=where,
        version=found.version if found else "", was=seen.now, verified=verified, write_s=write_s,
        seconds=time.monotonic() - began, dry_run=dry_run,
    )  # fmt: skip


def _write(seen: Seen, job: ways.Job, watcher: Watcher, hand_s: float) -> tuple[set[str], bool, str]:
    """The ports that are not the board when it comes back, whether it does come back, and how it was written to."""
    target, kind = seen.target, seen.kind
    others = {one.port for one in ports() if one.port != target.port}
    if kind.method == "esptool":
        with _writing(watcher):
            ways.write_esp(target, kind, job, watcher)
        return others, True, "esptool"
    if kind.method == "dfu":
        serial = "" if job.dry_run else enter(target, kind, lambda: (dfu.waiting() or [None])[0], watcher, hand_s=hand_s)
        with _writing(watcher):
            ways.write_dfu(target, serial, job, watcher)
        return others, True, "dfu"
    there = target.drive or target.device
    if there is None and not job.dry_run:
        there = enter(target, kind, arrival.of_uf2(kind.chip), watcher, hand_s=hand_s)
        others = {one.port for one in ports()}
    with _writing(watcher):
        if isinstance(there, Path) or (job.erase and not job.blank):
            ways.write_picotool(target, job, watcher)
            return others, True, "picotool"
        if job.dry_run:
            extra = (f"with {job.blank >> 10} KB of empty flash",) if job.blank else ()
            watcher.would_run(("copy", job.path.name, *extra, str(there.path if there else "the board's boot drive")))
            return others, True, "uf2"
        return others, ways.write_uf2(there.path, job, watcher), "uf2"


@contextmanager
def _writing(watcher: Watcher) -> Iterator[None]:
    watcher.step("write")
    try:
        yield
    except KeyboardInterrupt:
        watcher.say("the board may hold half of the firmware now; it is not broken: run the same command again")
        raise


def _erasing(job: ways.Job, seen: Seen, image: Uf2Image) -> ways.Job:
    """The job with empty flash in its file, up to the end of the files' place: nothing else is needed to erase.

    Unchanged when that place is not known, or the firmware is of a form that this cannot be done with.
    """
    place = files_place(seen, image)
    if not place or place[1] <= image.end or len(image.spans) > 1:
        return job
    return replace(job, data=with_blank(job.data, image, place[1]), blank=place[1] - image.end)


def _prove(method: str, where: str, image: Image, data: bytes, watcher: Watcher) -> str:
    """How it is known that the flash holds the file, as in Flashed. Raises FlashFailed when it does not."""
    if method in ("esptool", "picotool"):  # which have compared it
        return method
    watcher.step("verify")
    end = time.monotonic() + BUSY_S
    while True:
        try:
            why = compare(where, image, data, watcher.progress)
            break
        except PortBusy as busy:
            if time.monotonic() >= end:
                why = busy.what
                break
            time.sleep(0.2)
    if why:
        watcher.say(f"its version is right; its flash could not be compared with the file ({why})")
    return "version" if why else "sha256"


def _method(seen: Seen) -> str:
    return "picotool" if seen.target.device else seen.kind.method


def _leave(seen: Seen) -> None:
    """Nothing will be written: let the board go on with what it did before it was asked."""
    if seen.asked_at:  # it waits in its boot ROM
        with suppress(PotluckError), links.open_port(seen.target.port, reset=True):
            pass
    elif seen.about:
        ask.restart(seen.target.port)


def _ask_about_loss(
    seen: Seen, image: Image, name: str, size: int, erase: bool, dry_run: bool, yes: bool, lose_dfu: bool,
    watcher: Watcher, *, given: bool,
) -> None:  # fmt: skip
    kind = seen.kind
    if erase and kind.method == "dfu" and not lose_dfu:
        raise DfuAtRisk(
            "erasing all of its flash destroys the factory bootloader of an Arduino Nano ESP32",
            where=seen.target.name,
            do="leave --erase away; if you mean it: --yes-lose-dfu",
        )
    lost = what_is_lost(seen, image, erase)
    plan = Plan(kind.title, kind.chip.title, seen.target.name, seen.now, name, image.banner.version, size,
                _method(seen), lost, "" if given else doubt(seen))  # fmt: skip
    watcher.plan(plan)
    if lost and not yes and not dry_run and not watcher.allow(plan):
        raise DataAtRisk("; ".join(lost), where=seen.target.name, do="copy what you need, then repeat with --yes")


def _check_version(image: Image, found: ask.About, where: str) -> None:
    wanted = image.banner.version
    if found.name != "micropython" or (wanted and found.version and wanted != found.version):
        raise FlashFailed(
            f"the board came back with {found.name} {found.version} and not with {wanted}",
            where=where,
            do="is it the same board? Run the command again",
        )
