# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Task wake-ups per second of CPU: what decides how fast simulated days go by."""

from __future__ import annotations

import json
import time

from bench.kit import board_with, child, read_until
from bench.rows import Row

TURNS = 200_000
PROGRAM = f"""
import asyncio
async def turns(ms, n):
    for _ in range(n):
        await asyncio.sleep_ms(ms)
async def main():
    await turns(3, 2000)
    print("warm")
    await asyncio.gather(*[turns(ms, {TURNS} // 4) for ms in (500, 1000, 4000, 60000)])
    print("done")
asyncio.run(main())
"""


def measure() -> list[Row]:
    said, _ = child(__name__)
    rate = TURNS / said["cpu_s"]
    return [
        Row(
            "task wake-ups per second of CPU",
            rate,
            "/s",
            "≥ 40,000",
            "four tasks, the whole process's CPU time",
        )
    ]


def _run() -> dict:
    with board_with({"/main.py": PROGRAM.encode()}) as link:
        said = read_until(link, b"warm")
        began = time.process_time()
        if b"done" not in said:
            read_until(link, b"done")
        return {"cpu_s": time.process_time() - began}


if __name__ == "__main__":
    print(json.dumps(_run()))
