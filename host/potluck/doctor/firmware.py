# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The firmware and the files, by what the board answers at its prompt (snippets/board.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from potluck import model
from potluck.deploy.onboard import OLDEST
from potluck.doctor.finding import ERROR, NOTE, WARNING, Told, check
from potluck.errors import PotluckError
from potluck.flasher.catalogue import Catalogue

_FEW_BLOCKS = 8  # a recipe's slot needs more
_NO_SUCH_FILE, _NO_SUCH_DEVICE = 2, 19


@check(ERROR)
def not_micropython(said: dict[str, Any], port: str) -> Iterator[Told]:
    """Another Python than MicroPython."""
    if said["name"] != "micropython":
        yield (f"this board runs {said['name']}", port, "potluck flash puts MicroPython on it; copy your files first")


@check(ERROR)
def old_firmware(said: dict[str, Any], port: str) -> Iterator[Told]:
    """Older than what potluck supports."""
    if said["name"] == "micropython" and tuple(said["version"]) < OLDEST:
        found, needed = (".".join(map(str, version)) for version in (said["version"], OLDEST))
        yield (
            f"MicroPython {found} is too old: {needed} or newer is needed",
            port,
            "potluck flash; files stay on most boards, but copy them first",
        )


def newest_release(machine: str) -> str:
    """The newest stable MicroPython for the board that calls itself so, as far as the cache knows; "" if not.

    Never asks the network: `potluck firmware list` and `potluck flash` keep the cache.
    """
    for name in model.board_names():
        firmware = model.load_board(name).micropython
        if firmware.machine == machine:
            try:
                return Catalogue(offline=True).choose(firmware.firmware).version
            except PotluckError:
                return ""
    return ""


@check(NOTE)
def newer_firmware(said: dict[str, Any], port: str) -> Iterator[Told]:
    """A newer stable one has been seen."""
    newest, has = said.get("newest", ""), tuple(said["version"])
    if said["name"] == "micropython" and re.fullmatch(r"\d+\.\d+(\.\d+)?", newest):
        numbers = tuple(map(int, newest.split(".")))
        if has >= OLDEST and numbers > has:
            yield (
                f"MicroPython {newest} is out, the board has {'.'.join(map(str, has))}",
                port,
                "potluck flash, when it suits you; files stay on most boards, but copy them first",
            )


@check(ERROR)
def files_missing(said: dict[str, Any], port: str) -> Iterator[Told]:
    """No file system at all."""
    if said["blocks"] is None and not said["files"]:
        yield (
            "the board has no file system that it can read",
            port,
            "potluck flash --erase makes a new one; everything that was in it is lost",
        )


@check(ERROR)
def files_full(said: dict[str, Any], port: str) -> Iterator[Told]:
    """Not even a small file fits."""
    if said["blocks"] and said["free"] < _FEW_BLOCKS:
        yield (
            f"the flash is full: {said['free']} of {said['blocks']} blocks are free ({said['block']} bytes each)",
            port,
            "see what is there with potluck fs tree, and remove what you do not need",
        )


@check(ERROR)
def files_unreadable(said: dict[str, Any], port: str) -> Iterator[Told]:
    """A file is listed and cannot be read: the file system is damaged."""
    for path, number in said["unreadable"]:
        yield (
            f"{path} cannot be read (error {number}): the file system is damaged",
            path,
            "save the other files (potluck fs cp), then potluck flash --erase, and put them back",
        )


@check(WARNING)
def file_empty(said: dict[str, Any], port: str) -> Iterator[Told]:
    """A program of 0 bytes: what a power cut leaves of a file that was being written in place."""
    for path in said["empty"]:
        yield (
            f"{path} is empty, as after a power cut while it was written",
            path,
            "copy it again; potluck deploy and potluck fs write aside and rename, and leave none",
        )


@check(NOTE)
def leftovers(said: dict[str, Any], port: str) -> Iterator[Told]:
    """Files that an interrupted copy left behind."""
    if said["leftovers"]:
        yield (
            f"left over from an interrupted copy: {', '.join(said['leftovers'])}",
            port,
            "harmless; potluck fs rm takes them away",
        )


@check(WARNING)
def quarantined(said: dict[str, Any], port: str) -> Iterator[Told]:
    """A rescue put a program aside, and there is none in its place."""
    for path in said["quarantine"]:
        yield (
            f"{path} was put aside by potluck rescue",
            path,
            "mend it and rename it back (potluck fs mv), or deploy a recipe",
        )


@check(WARNING)
def boot_blocks(said: dict[str, Any], port: str) -> Iterator[Told]:
    """boot.py with a loop: while it runs, an RP2040 has no USB at all."""
    if said["boot_loops"]:
        yield (
            "boot.py has a `while True`: as long as it runs, nothing else starts, and a Pico shows no port",
            "/boot.py",
            "move the loop to main.py",
        )


@check(ERROR)
def slot_broken(said: dict[str, Any], port: str) -> Iterator[Told]:
    """The launcher points at a slot without a recipe."""
    if said["slot"] and not said["recipe_there"]:
        yield (
            f"the active slot {said['slot']} holds no recipe",
            "/slots/active",
            "potluck deploy RECIPE puts one there",
        )


@check(ERROR)
def safe_mode(said: dict[str, Any], port: str) -> Iterator[Told]:
    """The launcher gave the recipe up after three bad starts, and says so at the prompt."""
    if said["recipe_there"] and not said["running"] and said["safe"]:
        yield (
            f"safe mode: the recipe does not run, {said['safe']}",
            port,
            "mend it and deploy it again; potluck reset tries the old one once more",
        )


@check(WARNING)
def not_running(said: dict[str, Any], port: str) -> Iterator[Told]:
    """A recipe is there and somebody stopped it."""
    if said["recipe_there"] and not said["running"] and not said["safe"]:
        yield ("there is a recipe on the board, and it does not run", port, "potluck reset starts it")


@check(NOTE)
def last_crash(said: dict[str, Any], port: str) -> Iterator[Told]:
    """The launcher kept the traceback of a start that ended badly."""
    if said["crash"] and (said["running"] or not said["safe"]):
        yield (
            f"a start of the recipe ended with {said['crash']}",
            "/state/crash.txt",
            "potluck fs cat :/state/crash.txt shows where; if that is mended, potluck fs rm :/state/crash.txt forgets it",
        )


CHECKS = (
    not_micropython, old_firmware, newer_firmware, files_missing, files_full, files_unreadable, file_empty, leftovers, quarantined,
    boot_blocks, slot_broken, safe_mode, not_running, last_crash,
)  # fmt: skip
