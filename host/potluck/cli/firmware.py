# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""`potluck firmware`: list, get, verify and import MicroPython firmware."""

from __future__ import annotations

from pathlib import Path

import click

from potluck.cli.frame import common
from potluck.cli.loading import Loading

_FILE = click.Path(path_type=Path, dir_okay=False)


def sources(function):
    """--url and --offline, for every command that reads the catalogue."""
    function = click.option("--offline", is_flag=True, help="Only what was loaded before.")(function)
    return click.option("--url", metavar="URL", help="Another server than micropython.org.")(function)


@click.group("firmware")
def command():
    """List, get and check MicroPython firmware.

    BOARD is one of potluck's boards (pico), a chip (esp32c3) or the id of any build on
    https://micropython.org/download/ (RPI_PICO2_W, ESP32_GENERIC-SPIRAM).
    """


@command.command("list")
@click.argument("board", required=False)
@sources
@common
def list_(out, board, url, offline):
    """List the releases for BOARD, newest first; without BOARD, what is in the cache."""
    from potluck.firmware import list_firmware

    catalogue = make_catalogue(out, url, offline)
    found = list_firmware(board, catalogue) if board else catalogue.cache.releases()
    rows = []
    for one in found:
        cached = catalogue.cache.has(one.name)
        out.data({**one._asdict(), "preview": one.preview, "cached": cached})
        rows.append((one.version, one.date, one.kind, one.name, "in the cache" if cached else ""))
    if rows:
        out.table(rows)
    else:
        out.say("Nothing was loaded yet: potluck firmware get BOARD")


@command.command("get")
@click.argument("board")
@click.option("--version", "version", metavar="VERSION", help="1.29.0, 1.29 or preview; by default the newest.")
@click.option("--kind", type=click.Choice(["uf2", "bin", "app-bin"]), help="Which file, where there are several.")
@click.option("--sha256", metavar="HEX", default="", help="What the file must be.")
@click.option("--again", is_flag=True, help="Load it anew even if it is in the cache.")
@sources
@common
def get(out, board, version, kind, sha256, again, url, offline):
    """Load firmware for BOARD into the cache, for later without a network."""
    from potluck.firmware import describe, get_firmware

    catalogue = make_catalogue(out, url, offline)
    with Loading(out, "loading") as progress:
        release, path, image = get_firmware(
            board, catalogue, version=version, kind=kind or "", again=again, sha256=sha256, progress=progress
        )
    digest = catalogue.cache.known_digest(release.name)
    out.say(f"{release.name}: {describe(image)}")
    out.say(f"SHA-256 {digest}")
    out.say(f"kept as {path}")
    out.data({**release._asdict(), "path": str(path), "sha256": digest, "what": describe(image)})


@command.command("verify")
@click.argument("file", type=_FILE, required=False)
@common
def verify(out, file):
    """Say what FILE is and whether it is whole; without FILE, check everything in the cache.

    Exit status 1 when something is wrong.
    """
    from potluck.firmware import verify_firmware

    found = verify_firmware(file)
    for one in found:
        name = str(one.path) if file else one.path.name
        if one.error:
            out.error(one.error.id, one.error.what, where=one.error.where, do=one.error.do)
            continue
        note = "" if one.known else ", a file that is new here"
        out.say(f"{name}: {one.what}{note}")
        out.say(f"  SHA-256 {one.sha256}")
        out.data({"path": str(one.path), "sha256": one.sha256, "known": one.known, "what": one.what})
    if not found:
        out.say("Nothing was loaded yet: potluck firmware get BOARD")
    return 1 if any(one.error for one in found) else 0


@command.command("import")
@click.argument("file", type=_FILE)
@click.option("--as", "board", metavar="BOARD", default="", help="Which build it is, if its name does not say.")
@common
def import_(out, file, board):
    """Put FILE into the cache, so that `potluck flash` finds it without a network."""
    from potluck.firmware import import_firmware

    release = import_firmware(file, board)
    out.say(f"kept as {release.name}")
    out.data(release._asdict())


def make_catalogue(out, url, offline):
    """A Catalogue that says on the screen when it had to go by its cache."""
    from potluck.flasher.catalogue import Catalogue

    return Catalogue(url, offline=offline, told=lambda sentence: out.say(f"note: {sentence}", fg="yellow"))
