# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Wiring pictures: what lies over what and how often wires cross, measured from the SVG; and what one costs."""

from __future__ import annotations

import time

from bench.rows import Row
from potluck import generate, model
from potluck.recipes import list_recipes
from tests.picture_meter import measure as measured

TIMES = 3


def measure() -> list[Row]:
    rows, slowest = [], 0.0
    for one in list_recipes():
        if one.origin != "potluck" or one.problem:
            continue
        for board in one.boards:
            wiring = model.wire(model.load_recipe(one.name), board)
            spent = []
            for _ in range(TIMES):
                before = time.process_time()
                picture = generate.picture(wiring)
                spent.append(time.process_time() - before)
            seen = measured(picture)
            what = f"wiring picture, {one.name} on {board}"
            rows.append(Row(f"{what}: overlaps", len(seen.overlaps), "", "≤ 0", f"{seen.wires} wires"))
            rows.append(Row(f"{what}: crossings", seen.crossings, "", "", f"and {seen.rail_crossings} over a rail"))
            slowest = max(slowest, min(spent))
    return [*rows, Row("the slowest of them, CPU time", slowest, "s", "≤ 1", f"best of {TIMES}")]
