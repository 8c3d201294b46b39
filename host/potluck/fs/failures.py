# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A board's error numbers as errors of ours.

MicroPython's numbers for files are the same on every port (py/mperrno.h and newlib agree up to 34, the others are
littlefs' own), whatever this computer calls them; littlefs and FAT differ in which one they raise.
"""

from __future__ import annotations

from potluck.errors import (
    FileFailed,
    FileMissing,
    FileNameUnfit,
    FileThere,
    FolderNotEmpty,
    IsFolder,
    NoSpace,
    NotFolder,
    PotluckError,
    ReadOnly,
)

EISDIR, ENOTDIR = 21, 20

_CLASSES: dict[int, tuple[type[PotluckError], str, str]] = {
    1: (ReadOnly, "the board does not permit this", "is it a disk that cannot be written, such as /rom?"),
    2: (FileMissing, "there is no such file or folder on the board", "'potluck fs tree' shows what there is"),
    5: (FileFailed, "the board's flash failed (error 5)", "save your files, then format the board's flash"),
    13: (ReadOnly, "the board does not permit this", "a folder must be empty before it goes: rm -r"),
    17: (FileThere, "there is something of this name on the board already", "choose another name, or remove it"),
    ENOTDIR: (NotFolder, "this is no folder", "'potluck fs ls' shows what there is"),
    EISDIR: (IsFolder, "this is a folder", "say -r to mean a folder with all that is in it"),
    28: (NoSpace, "the board's flash is full", "see what is there with 'potluck fs tree -s', remove some"),
    30: (ReadOnly, "this file system takes no changes", "a disk that is mounted read-only, or /rom"),
    36: (FileNameUnfit, "the board's file system cannot hold so long a name", "choose a shorter one"),
    39: (FolderNotEmpty, "the folder is not empty", "say rm -r to remove all that is in it, too"),
}


def answered(wrong: BaseException) -> bool:
    """Whether this is what a board says, and not what befalls us while it speaks."""
    return isinstance(wrong, (FileFailed, *(kind for kind, _, _ in _CLASSES.values())))


def of(number: int, path: str) -> PotluckError:
    """The error for a number that the board raised about a path."""
    where = f":{path}"
    if number in _CLASSES:
        kind, what, do = _CLASSES[number]
        return kind(what, where=where, do=do)
    return FileFailed(
        f"the board refused with error {number}",
        where=where,
        do="try again; if it stays so, the board's file system is damaged: save your files and format it",
    )
