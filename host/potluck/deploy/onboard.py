# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The board side of a deploy: snippets/board.py, called through the REPL."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from potluck.deploy.mpy import MPY_VERSION
from potluck.errors import (
    DeployFailed,
    FirmwareError,
    FirmwareTooOld,
    MpyIncompatible,
    NoSpace,
    NotMicroPython,
)
from potluck.link.repl import Repl

OLDEST = (1, 24, 0)
CHUNK = 768  # bytes per turn: 1,024 characters of base64, a piece of heap that any board has
SPARE_BLOCKS = 4  # littlefs needs room to move (measured)


class About(NamedTuple):
    """What the board says of itself. mpy: the .mpy version it loads, 0 for none; free: blocks."""

    name: str
    version: tuple[int, ...]
    mpy: int
    platform: str
    machine: str
    id: str
    block: int
    free: int


class OnBoard:
    """Files and questions. All methods may raise FirmwareError, BoardSilent and PortGone."""

    def __init__(self, repl: Repl):
        self._repl = repl
        repl.exec(_snippet())

    def about(self) -> About:
        """Raises NotMicroPython for CircuitPython, FirmwareTooOld below 1.24, MpyIncompatible."""
        about = About(**self._ask("about()"))
        check_about(about, self._repl.link.name)
        return about

    def text(self, path: str) -> str:
        """The first 200 characters of a file; "" when there is none."""
        return self._ask(f"text({path!r})")

    def tree(self, folder: str) -> dict[str, str]:
        """Everything below a folder: path → sha256 in hex, folders (their path ends in /) → ""."""
        return self._ask(f"tree({folder!r})")

    def digest(self, path: str) -> str:
        """sha256 of one file in hex; "" when there is none."""
        return self._ask(f"one({path!r})")

    def drop(self, paths: list[str]) -> None:
        """Remove files, and folders that are empty by then."""
        if paths:
            self._repl.exec(f"drop(*{paths!r})")

    def put(self, path: str, content: bytes, sent: Callable[[int], None]) -> None:
        """Write a file (and the folders above it). sent(n): n more bytes are on the board.

        Raises NoSpace when the flash is full.
        """
        try:
            self._repl.exec(f"begin({path!r})")
            for at in range(0, len(content), CHUNK):
                piece = content[at : at + CHUNK]
                self._repl.exec(f"w({b64encode(piece).decode()!r})")
                sent(len(piece))
            self._repl.exec("end()")
        except FirmwareError as wrong:
            raise self._storage_error(path, wrong) from wrong

    def swap(self, path: str) -> None:
        """PATH.new becomes PATH, in one step."""
        self._repl.exec(f"swap({path!r})")

    def keep(self, path: str, mark: str) -> str:
        """Copy a file aside unless its first line has the mark; the copy's path, "" when there was none."""
        return self._ask(f"keep({path!r}, {mark!r})")

    def _ask(self, call: str):
        import ast

        said = self._repl.exec(call, timeout_s=30).decode("utf-8", "replace").strip()
        try:
            return ast.literal_eval(said)
        except (ValueError, SyntaxError) as wrong:
            raise DeployFailed(
                f"the board answered {said[:80]!r} to our {call}",
                where=self._repl.link.name,
                do="try again; if it stays so, unplug other devices on the line",
            ) from wrong

    def _storage_error(self, path: str, wrong: FirmwareError):
        # boards say either the number or the name of the error
        if wrong.what.startswith(("OSError: 28", "OSError: [Errno 28]")):
            return NoSpace(f"the board's flash was full at {path}", where=self._repl.link.name, do=MAKE_ROOM)
        return DeployFailed(f"the board could not write {path}: {wrong.what}", where=self._repl.link.name, do=FLASH)


MAKE_ROOM = "see what is there with 'potluck fs tree -s' and remove what you do not need"
FLASH = "try again; if it stays so, the board's file system is damaged: save your files and format it"


def check_space(about: About, files: dict[str, bytes], where: str) -> None:
    """Raises NoSpace when these files do not fit in what is free now."""
    need = sum(-(-len(content) // about.block) + 1 for content in files.values()) + SPARE_BLOCKS
    if need > about.free:
        raise NoSpace(
            f"needs {need * about.block // 1024} KB of flash, {about.free * about.block // 1024} KB are free",
            where=where,
            do=MAKE_ROOM,
        )


def check_about(about, where: str) -> None:
    """Whether potluck can work with what the board is (About or State): its name, version and mpy."""
    if about.name != "micropython":
        raise NotMicroPython(f"this board runs {about.name}", where=where, do="potluck flash puts MicroPython on it")
    if about.version < OLDEST:
        found, needed = (".".join(map(str, version)) for version in (about.version, OLDEST))
        raise FirmwareTooOld(
            f"MicroPython {found} is too old: {needed} or newer is needed",
            where=where,
            do="potluck flash installs the newest; copy your files first",
        )
    if about.mpy != MPY_VERSION:
        raise MpyIncompatible(
            f"this board loads .mpy version {about.mpy or 'none'}, potluck makes version {MPY_VERSION}",
            where=where,
            do="update potluck, or install an official MicroPython on the board",
        )


def digest(content: bytes) -> str:
    """As `tree` gives it."""
    return sha256(content).hexdigest()


def _snippet() -> str:
    """The snippet without its comments and empty lines: a third fewer bytes on a slow line."""
    text = (Path(__file__).parent / "snippets" / "board.py").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    return "\n".join(lines) + "\n"
