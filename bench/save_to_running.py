# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""`potluck deploy --watch`: from the editor's save to the first sample of the new version on the screen."""

from __future__ import annotations

import contextlib
import os
import statistics
import tempfile
import threading
import time
from pathlib import Path

from bench.rows import Row

SAVES = 7


def measure() -> list[Row]:
    from potluck.redeploy import deploy_and_watch
    from potluck.remix import remix
    from potluck.sink.base import Sink
    from potluck.virtual import daemon

    class Seen(Sink):
        hash, sampled = "", threading.Event()

        def hello(self, hello, at_s):
            self.hash = hello.hash

        def sample(self, sample, at_s):
            self.sampled.set()

    seen = Seen()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        main = Path(remix("plant-waterer", "saved")) / "main.py"
        board = daemon.start("save-to-running", speed=1.0, die_with_parent=True)
        try:
            session = threading.Thread(
                target=lambda: deploy_and_watch(str(main.parent), [seen], f"virtual:{board.name}"), daemon=True
            )
            session.start()
            seen.sampled.wait(60)
            took = [_save(main, seen, f"# {number}\n") for number in range(SAVES)]
        finally:
            board.stop()
    note = f"median of {SAVES - 1}, plant-waterer on a virtual Pico at a Pico's speed"
    return [
        Row("deploy --watch: save to the first new sample", statistics.median(took[1:]), "s", "< 1", note),
        Row("the same, the first of them", took[0], "s", note="the other slot is made, for the first time"),
        Row("the same, the slowest after it", max(took[1:]), "s"),
    ]


def _save(main: Path, seen, more: str) -> float:
    """Save as editors do, beside and renamed; seconds until a new start has sent a sample."""
    before = seen.hash
    aside = main.with_name(".main.py.new")
    aside.write_text(main.read_text("utf-8") + more, "utf-8")
    began = time.monotonic()
    os.replace(aside, main)
    while seen.hash == before:
        seen.sampled.clear()
        if time.monotonic() - began > 60:
            raise TimeoutError("what was saved did not run within a minute")
        time.sleep(0.002)
    seen.sampled.wait(60)
    return time.monotonic() - began
