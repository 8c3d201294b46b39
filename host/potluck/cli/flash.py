# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck flash [BOARD]"""

from __future__ import annotations

from pathlib import Path

import click

from potluck.cli.firmware import make_catalogue, sources
from potluck.cli.frame import FAILED, common
from potluck.cli.params import DURATION

_FILE = click.Path(path_type=Path)


@click.command("flash")
@click.argument("board", required=False)
@click.option("--port", metavar="PORT", help="The board's port; only needed when there are several boards.")
@click.option("--drive", type=click.Path(path_type=Path), metavar="FOLDER", help="The board's boot drive.")
@click.option("--all", "all_", is_flag=True, help="Every board that is plugged in, side by side.")
@click.option("--version", metavar="VERSION", help="1.29.0, 1.29 or preview; by default the newest stable.")
@click.option("--firmware", type=_FILE, metavar="FILE", help="This file instead of a published one.")
@click.option("--erase", is_flag=True, help="Erase the whole flash first, your files included.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; touch nothing.")
@click.option("--yes", is_flag=True, help="Do not ask when files will be lost.")
@click.option("--yes-lose-dfu", is_flag=True, help="Nano ESP32: the factory bootloader may be erased too.")
@click.option("--baud", type=click.IntRange(9600, 4_000_000), default=460_800, show_default=True, help="For ESP32.")
@click.option("--recipe", metavar="RECIPE", help="Then deploy RECIPE and watch it.")
@click.option("--for", "for_s", type=DURATION, help="With --recipe: watch for so long and end.")
@sources
@common
def command(
    out, board, port, drive, all_, version, firmware, erase, dry_run, yes, yes_lose_dfu, baud, recipe, for_s, url, offline
):
    """Put MicroPython on a board: whatever is plugged in, or BOARD.

    BOARD is one of potluck's boards (pico), a chip (esp32c3) or the id of any build on
    https://micropython.org/download/ (RPI_PICO2_W). It may be left out: the board is asked.

    The firmware is checked against the chip before anything is erased. You are only asked when files
    would be lost.
    """
    if sum(map(bool, (port, drive, all_))) > 1:
        raise click.UsageError("choose one of --port, --drive and --all")
    if all_ and recipe:
        raise click.UsageError("--recipe is for one board: leave --all away")
    options = {
        "version": version, "firmware": firmware, "erase": erase, "dry_run": dry_run, "yes": yes,
        "lose_dfu": yes_lose_dfu, "baud": baud, "catalogue": make_catalogue(out, url, offline),
    }  # fmt: skip
    if all_:
        return _all(out, board, options)
    from potluck.cli.flashing import OneBoard
    from potluck.flash import flash

    watcher = OneBoard(out)
    try:
        done = flash(board, port=port, drive=drive, watcher=watcher, **options)
    finally:
        watcher.close()
    tell(out, done)
    if recipe and not dry_run:
        _recipe(out, recipe, done, for_s)
    return None


VERIFIED = {
    "sha256": "Verified: the board read its flash back, and it is the file, byte for byte (SHA-256).",
    "esptool": "Verified: the chip's MD5 of its flash is the file's (esptool).",
    "picotool": "Verified by picotool, which read the flash back.",
    "version": "Its version was read back; what is in its flash was not compared.",
}


def tell(out, done) -> None:
    """The result in lines for people, and as data."""
    if done.dry_run:
        out.say("Nothing was touched: this was a dry run.")
    elif not done.port:
        out.say(f"{done.firmware} is in the folder, as it is in the cache.")
    else:
        out.say(f"{done.board} runs MicroPython {done.version} at {done.port}, after {done.seconds:.0f} s.", fg="green")
        out.say(VERIFIED[done.verified])
        out.say(f"Next: potluck deploy plant-waterer {done.port}")
    out.data(done.__dict__)


def _recipe(out, recipe, done, for_s) -> None:
    from potluck.cli.deploy import tell as tell_deployed
    from potluck.cli.progress import Progress
    from potluck.cli.watch import logs, view
    from potluck.flash.onwards import go_on

    with Progress(out) as progress:

        def told(deployed):
            progress.close()
            tell_deployed(out, deployed)

        go_on(recipe, done, [*logs(()), view(out)], for_s=for_s, progress=progress, told=told)


def _all(out, board, options) -> int:
    from potluck.cli.flashing import SeveralBoards
    from potluck.errors import PotluckError
    from potluck.flash.several import flash_all

    found = flash_all(board, watcher=SeveralBoards(out).watch, **options)
    failed = 0
    for target, outcome in found:
        if isinstance(outcome, PotluckError):
            failed += 1
            out.error(outcome.id, outcome.what, where=outcome.where or target.name, do=outcome.do)
        else:
            tell(out, outcome)
    return FAILED if failed else 0
