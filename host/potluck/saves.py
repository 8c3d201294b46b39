# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Notice that a recipe's files were saved, on every system and without a library: by looking at them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from potluck.errors import RecipeInvalid
from potluck.model import folder as folders

LOOK_EVERY_S = 0.05
SETTLE_S = 0.08  # editors write a file in several steps, or a new one and rename it


class Saves:
    """Ask `changed()` as often as you like; it says once what was saved, when the saving is over."""

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.monotonic):
        self._folder, self._clock = folder, clock
        self._known = self._seen = self._look()
        self._looked_s = self._since_s = clock()

    def changed(self) -> tuple[str, ...]:
        """Names of the files that were saved, added or removed since the last answer; () for none so far."""
        now_s = self._clock()
        if now_s - self._looked_s < LOOK_EVERY_S:
            return ()
        self._looked_s = now_s
        there = self._look()
        if there != self._seen:
            self._seen, self._since_s = there, now_s
        if self._seen == self._known or now_s - self._since_s < SETTLE_S:
            return ()
        names = {name for name, _ in self._seen.items() ^ self._known.items()}
        self._known = self._seen
        return tuple(sorted(names))

    def _look(self) -> dict[str, tuple[int, int, int]]:
        """Name → what changes when it is written. A folder in disorder is as it was until it is in order."""
        found = {}
        try:
            for path in folders.files(self._folder):
                status = path.stat()
                found[path.relative_to(self._folder).as_posix()] = (status.st_mtime_ns, status.st_size, status.st_ino)
        except (OSError, RecipeInvalid):
            return getattr(self, "_seen", {})
        return found
