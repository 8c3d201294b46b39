# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a board says when it cannot carry out a deploy's orders, as errors for people."""

from __future__ import annotations

from potluck.errors import DeployFailed, NoSpace, PotluckError

MAKE_ROOM = "see what is there with 'potluck fs tree -s' and remove what you do not need"


def refusal(number: int, path: str, where: str) -> PotluckError:
    """What the number of an OSError (or 12) on the board means for a deploy. path: of the file, or ""."""
    place = path or "the new files"
    if number == 28:  # ENOSPC
        return NoSpace(f"the board's flash was full at {place}", where=where, do=MAKE_ROOM)
    if number == 30:  # EROFS
        return DeployFailed(
            f"the board's file system is read-only ({place})", where=where,
            do="nothing was changed; mount it for writing (a program in boot.py may have it read-only)",
        )  # fmt: skip
    if number in (74, 125):
        return DeployFailed(
            f"{place}: not on the board as sent", where=where,
            do="nothing was switched, the old recipe is untouched; try another cable, then deploy again",
        )  # fmt: skip
    if number == 12:
        return DeployFailed(
            f"the board ran out of memory at {place}", where=where,
            do="nothing was switched; press its reset button, then deploy again",
        )  # fmt: skip
    return DeployFailed(
        f"the board could not write {place} (error {number})", where=where,
        do="nothing was switched; if it stays so, its file system is damaged: save your files and format it",
    )  # fmt: skip
