# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How far a number of bytes is: a bar on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys

from potluck.cli.output import Output

_BAR = 24


class Loading:
    """Call it with (done, total) in bytes; total 0: not known; both 0: only what it is. As a context manager it clears its line."""

    def __init__(self, out: Output, what: str):
        self._out, self._what = out, what
        self._open = False

    def __call__(self, done: int, total: int) -> None:
        if not self._out.live:
            return
        filled = _BAR * done // total if total else 0
        size = f"{done / 1024:.0f} of {total / 1024:.0f} KB" if total else f"{done / 1024:.0f} KB"
        bar = f"[{'#' * filled}{'.' * (_BAR - filled)}] {self._what} {size}" if done or total else f"{self._what} ..."
        sys.stdout.write(f"\r\x1b[K  {bar}")
        sys.stdout.flush()
        self._open = True

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self._open:
            sys.stdout.write("\r\x1b[K")
            sys.stdout.flush()
            self._open = False
