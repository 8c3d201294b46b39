# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Verb: give a board back to the program that its maker had on it before potluck came."""

from __future__ import annotations

import re
from dataclasses import dataclass

from potluck.at_prompt import Told, at_prompt
from potluck.errors import FileMissing
from potluck.fs import BoardFiles
from potluck.link.base import Link

MAIN = "/main.py"
_OWN = re.compile(r"main\.own(\d*)\.py")
_MARK = b"# potluck launcher"


@dataclass(frozen=True)
class Restored:
    """own: the file that is /main.py again ("" when there was none of the maker's); others: further ones that
    are kept; removed: what went, in this order."""

    own: str
    others: tuple[str, ...]
    removed: tuple[str, ...]


def restore(
    port: str | None = None,
    *,
    link: Link | None = None,
    which: str = "",
    purge: bool = False,
    told: Told = lambda what: None,
) -> Restored:
    """Make the maker's own main.py the board's again, in one rename, and start it.

    which   its name on the board, when several are kept; "" for the one that was kept last
    purge   remove what potluck put there, too: /slots (its recipes). Settings and ledgers in /state stay

    Nothing of the maker's is removed, and boot.py was never touched. Where the maker had no main.py, the
    launcher goes and the board starts at its prompt. Raises FileMissing when there is nothing to restore, the
    link's errors, and those of BoardFiles.
    """
    with at_prompt(port, link=link, told=told) as board:
        files = BoardFiles(board.repl)
        kept = {found[0]: int(found[1] or 1) for found in map(_OWN.fullmatch, (one.name for one in files.ls("/"))) if found}
        own = _chosen(kept, which.removeprefix(":").removeprefix("/"), board.port)
        ours = files.kind(MAIN) == "file" and files.read(MAIN).startswith(_MARK)
        if not ours and not which:
            raise FileMissing(
                "there is nothing to restore: /main.py is not potluck's launcher",
                where=board.port,
                do="the board starts its own program already" if files.kind(MAIN) else "it has no program",
            )
        removed = []
        if own:
            if not ours and files.kind(MAIN):
                raise FileMissing(
                    "/main.py is a program of somebody's and would be lost",
                    where=":/main.py",
                    do="copy it or remove it first: potluck fs cp :main.py .",
                )
            files.rename(f"/{own}", MAIN)
        elif ours:
            files.remove(MAIN)
            removed.append(MAIN)
        if purge and files.kind("/slots"):
            removed += files.remove_tree("/slots")
        board.running = True  # whatever was there: what is on the board is to run
    return Restored(own, tuple(sorted(set(kept) - {own})), tuple(removed))


def _chosen(kept: dict[str, int], which: str, where: str) -> str:
    if which and which not in kept:
        there = ", ".join(kept) or "none"
        raise FileMissing(f"no such program is kept; there is: {there}", where=f":/{which}", do="name one of them")
    return which or max(kept, key=kept.get, default="")
