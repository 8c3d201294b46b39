# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Paths as mpremote's users write them: `:lib/x.py` is on the board, everything else is here."""

from __future__ import annotations

import posixpath

from potluck.errors import FileNameUnfit

NAME_BYTES = 255  # littlefs's NAME_MAX and FAT's long names, in bytes of UTF-8


def is_remote(path: str) -> bool:
    return path.startswith(":")


def bare(path: str) -> str:
    """Without the colon, which commands that are about the board alone do not need."""
    return path[1:] if is_remote(path) else path


def absolute(cwd: str, path: str) -> str:
    """A path on the board from "/": "." and ".." resolved, and never above the root.

    Raises FileNameUnfit for a name that no board can hold.
    """
    full = posixpath.normpath(posixpath.join("/", cwd, path))
    full = full[1:] if full.startswith("//") else full  # POSIX lets two slashes stand; a board does not
    for name in full.split("/"):
        try:
            size = len(name.encode())
        except UnicodeEncodeError:
            size = -1  # a name of this computer that is no text
        if size > NAME_BYTES or size < 0 or any(ord(letter) < 32 for letter in name):
            raise FileNameUnfit(
                "a board cannot hold this name",
                where=f":{path!r}",
                do=f"choose one of at most {NAME_BYTES} bytes, without control characters",
            )
    return full


def child(name: str) -> str:
    """A name that a board told, as it may be used in a folder here.

    Raises FileNameUnfit for one that would lead out of that folder: what is on a board may be a stranger's.
    """
    if name in ("", ".", "..") or set(name) & set('/\\:\0'):
        raise FileNameUnfit(
            "this name on the board cannot be one on this computer",
            where=f":{name!r}",
            do="copy this file alone and give it another name",
        )
    return name
