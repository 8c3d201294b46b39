# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""CPU time of `--help`: how long a maker waits for nothing to happen. mpremote in the same run."""

from __future__ import annotations

import sys

from bench.kit import cpu_s
from bench.rows import Row

TIMES = 9


def measure() -> list[Row]:
    own, peer = (cpu_s([sys.executable, "-m", name, "--help"], TIMES) for name in ("potluck", "mpremote"))
    return [
        Row("potluck --help, CPU time", own, "s", "≤ 0.1", f"best of {TIMES}"),
        Row("mpremote --help, CPU time", peer, "s", "", "the same, to compare"),
    ]
