# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How far a file of a copy is: a line on a terminal, nothing elsewhere."""

from __future__ import annotations

import time

from potluck.cli.output import Output
from potluck.cli.progress import Bar

_AFTER_S = 0.3  # what is quicker needs no bar


class CopyProgress(Bar):
    """Call it as copy's `progress`."""

    def __init__(self, out: Output):
        super().__init__(out)
        self._path = ""
        self._began_s = 0.0

    def __call__(self, path: str, done: int, total: int) -> None:
        if path != self._path:
            self._path, self._began_s = path, time.monotonic()
        passed_s = time.monotonic() - self._began_s
        if not self._out.live or passed_s < _AFTER_S:
            return
        left = f", {passed_s * (total - done) / done:.0f} s left" if done else ""
        self.draw(f"{path}: {done / 1024:.1f} of {total / 1024:.1f} KB{left}")
