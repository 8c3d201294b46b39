# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""CPU time of checking a recipe and of drawing everything for one board, the start of Python included."""

from __future__ import annotations

import sys
import tempfile

from bench.kit import cpu_s
from bench.rows import Row

TIMES = 5
MEASURED = (("plant-waterer", "pico"), ("parts-tour", "pico"), ("parts-tour", "arduino_nano_esp32"))  # the last: the slowest


def measure() -> list[Row]:
    rows = []
    for recipe, board in MEASURED:
        potluck = [sys.executable, "-m", "potluck"]
        rows.append(Row(f"potluck check {recipe}, {board}, CPU time",
                        cpu_s([*potluck, "check", recipe, "--board", board], TIMES), "s", "≤ 0.5",
                        f"best of {TIMES}, Python's start included"))
        with tempfile.TemporaryDirectory() as folder:
            # Each run finds the files of the one before and compares them, as in a clone.
            rows.append(Row(f"potluck draw {recipe}, {board}, CPU time",
                            cpu_s([*potluck, "draw", recipe, "--board", board, "--out", folder], TIMES), "s", "≤ 1",
                            "the same; everything that is drawn and listed"))
    return rows
