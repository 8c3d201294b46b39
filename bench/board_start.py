# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Virtual board: start to prompt, the first time ever and later, and the memory that each one takes."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.kit import board_with, child, read_until
from bench.rows import Row

BOARDS = 20


def measure() -> list[Row]:
    from potluck.virtual.engine_build import engine_path

    with tempfile.TemporaryDirectory() as empty:
        first, first_s = child(
            __name__, "start", env={"POTLUCK_CACHE_DIR": empty, "POTLUCK_ENGINE": str(engine_path())}
        )
    again = [child(__name__, "start") for _ in range(5)]
    rows = [
        Row(
            "virtual board, first ever: start of Python to prompt",
            first_s,
            "s",
            note="the engine is compiled and kept",
        ),
        Row("the same, engine kept", statistics.median(s for _, s in again), "s", note="median of 5"),
        Row("of this, the board alone", 1000 * statistics.median(said["board_s"] for said, _ in again), "ms"),
    ]
    if Path("/proc/self/statm").exists():
        grown, _ = child(__name__, "memory")
        rows.append(
            Row(
                "memory per board in one process",
                grown["mb_each"],
                "MB",
                note=f"{BOARDS} boards at their prompts",
            )
        )
        rows.append(
            Row(
                "memory of a process with one board",
                grown["mb_first"],
                "MB",
                note="Python and the engine included",
            )
        )
    return rows


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _start() -> dict:
    began = time.perf_counter()
    with board_with({}, speed=1.0) as link:
        read_until(link, b">>> ")
        return {"board_s": time.perf_counter() - began}


def _memory() -> dict:
    import contextlib

    with contextlib.ExitStack() as boards:
        read_until(boards.enter_context(board_with({}, speed=1.0)), b">>> ")
        first = _resident_mb()
        for _ in range(BOARDS):
            read_until(boards.enter_context(board_with({}, speed=1.0)), b">>> ")
        return {"mb_first": first, "mb_each": (_resident_mb() - first) / BOARDS}


if __name__ == "__main__":
    print(json.dumps({"start": _start, "memory": _memory}[sys.argv[1]]()))
