# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""CPU time of `--help`: how long a maker waits for nothing to happen. mpremote in the same run."""

from __future__ import annotations

import os
import subprocess
import sys

from bench.rows import Row

TIMES = 9


def measure() -> list[Row]:
    own, peer = _cpu_s("potluck"), _cpu_s("mpremote")
    return [
        Row("potluck --help, CPU time", own, "s", "≤ 0.1", f"best of {TIMES}"),
        Row("mpremote --help, CPU time", peer, "s", "", "the same, to compare"),
    ]


def _cpu_s(module: str) -> float:
    """Least user and system time of ``python -m module --help``."""
    return min(_once([sys.executable, "-m", module, "--help"]) for _ in range(TIMES))


def _once(command: list[str]) -> float:
    before = os.times()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    if os.name == "nt":  # Windows does not count children; the wall clock is what there is
        return after.elapsed - before.elapsed
    return after.children_user + after.children_system - before.children_user - before.children_system
