# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Thirty simulated days of the plant waterer at its real periods, its world included.

The reservoir holds 10 L instead of 2, so that all thirty are days of watering and none is one of waiting
for a person.
"""

from __future__ import annotations

import json
import time

from bench.kit import board_with_recipe, child
from bench.rows import Row

DAYS = 30


def measure() -> list[Row]:
    said, _ = child(__name__)
    return [
        Row(
            f"{DAYS} days of the waterer",
            said["seconds"],
            "s",
            "≤ 20",
            f"{said['samples']:,} samples, {said['water']} mL",
        ),
        Row("the same, CPU time", said["cpu_s"], "s"),
        Row("simulated days per second", DAYS / said["seconds"], "/s"),
    ]


def _run() -> dict:
    from potluck.telemetry import Hello, Parser, Sample, command

    parser, samples, at_ms, water, before, leased = Parser(), 0, 0, 0, 0, False
    began, cpu = time.perf_counter(), time.process_time()
    with board_with_recipe("plant-waterer", reservoir_l=10.0) as link:
        while at_ms < DAYS * 86_400_000:
            if time.perf_counter() - began > 600:
                raise TimeoutError(f"{at_ms / 86_400_000:.1f} days in 600 s")
            time.sleep(0.05)  # read in lumps, as a disk would: a wake-up for each frame would be measured instead
            for event in parser.feed(link.read(0.5)):
                if isinstance(event, Hello) and not leased:  # we listen, as `potluck watch` does, and say so
                    link.write(command(1, "lease", s=(DAYS + 1) * 86_400))
                    leased = True
                if isinstance(event, Sample):
                    samples, at_ms = samples + 1, event.t_ms
                    now = event.values[3] or 0  # poured in the last 24 hours
                    water += max(0, now - before)
                    before = now
    return {
        "seconds": time.perf_counter() - began,
        "cpu_s": time.process_time() - cpu,
        "samples": samples,
        "water": int(water),
    }


if __name__ == "__main__":
    print(json.dumps(_run()))
