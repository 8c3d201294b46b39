# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What this computer has put on boards before: the content behind a hash that a board tells.

A difference can only be made against content that is known here. Files are in the cache folder under
their SHA-256; losing them costs nothing but a longer transfer.
"""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from potluck import places

SHORT = 16  # hex digits of a hash that a board tells
_MOST_FILES = 2000


def short(content: bytes) -> str:
    """A content's hash as a board tells it."""
    return sha256(content).hexdigest()[:SHORT]


def keep(contents) -> None:
    """Remember these contents. What cannot be written is not remembered."""
    folder = _folder()
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        for content in contents:
            path = folder / short(content)
            if path.exists():
                os.utime(path)
                continue
            aside = path.with_suffix(f".{os.getpid()}")
            aside.write_bytes(content)
            os.replace(aside, path)
        _prune(folder)


def find(shortened: str) -> bytes | None:
    """The content with this hash, if it is known and whole."""
    try:
        content = (_folder() / shortened).read_bytes()
    except OSError:
        return None
    return content if short(content) == shortened else None


def _folder() -> Path:
    return places.cache_dir() / "deployed"


def _prune(folder: Path) -> None:
    files = [entry for entry in os.scandir(folder) if entry.is_file()]
    if len(files) > _MOST_FILES:
        for entry in sorted(files, key=lambda entry: entry.stat().st_mtime)[: len(files) // 2]:
            os.unlink(entry.path)
