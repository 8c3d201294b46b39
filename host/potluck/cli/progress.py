# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How far a deploy is: a bar on a terminal, a line per step elsewhere, nothing with --json."""

from __future__ import annotations

import sys
import time

from potluck.cli.output import Output

STEPS = {
    "connect": "asking the board",
    "compile": "compiling",
    "send": "sending",
    "verify": "reading back",
    "start": "starting",
}
_BAR = 24


class Bar:
    """One line on a terminal that is drawn again and again; as a context manager it leaves a fresh line."""

    def __init__(self, out: Output):
        self._out = out
        self._open = False

    def draw(self, line: str) -> None:
        sys.stdout.write(f"\r\x1b[K  {line}")
        sys.stdout.flush()
        self._open = True

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def close(self) -> None:
        """Take the bar off the screen."""
        if self._open:
            sys.stdout.write("\r\x1b[K")
            sys.stdout.flush()
            self._open = False


class Progress(Bar):
    """Call it as deploy's `progress`."""

    def __init__(self, out: Output):
        super().__init__(out)
        self._stage = ""
        self._began_s = time.monotonic()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if self._out.live:
            self._draw(stage, done, total)
        elif stage != self._stage and not self._out.json:
            size = f" {total / 1024:.1f} KB" if stage == "send" else ""
            self._out.say(f"  {STEPS.get(stage, stage)}{size} ...")
        self._stage = stage

    def _draw(self, stage: str, done: int, total: int) -> None:
        order = list(STEPS)
        part = done / total if total else 1.0
        # sending is what takes time: it gets the middle of the bar, the other steps a little each
        share = {"connect": (0.0, 0.1), "compile": (0.1, 0.15), "send": (0.15, 0.85), "verify": (0.85, 0.9)}
        low, high = share.get(stage, (0.9, 1.0))
        filled = int(_BAR * (low + (high - low) * part))
        step = f"{order.index(stage) + 1}/{len(order)} {STEPS[stage]}"
        if stage == "send":
            step += f" {done / 1024:.1f} of {total / 1024:.1f} KB"
        step += f", {time.monotonic() - self._began_s:.0f} s"
        self.draw(f"[{'#' * filled}{'.' * (_BAR - filled)}] {step}")
