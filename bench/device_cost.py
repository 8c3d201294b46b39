# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Device side: what one sample and one frame cost, in time and in bytes of heap.

The engine's times say little by themselves. A frame made in the plainest way (one `%` of scaled
integers, its CRC, 5 values) was measured with the official firmware on an emulated RP2040: 255 us and
192 B. It is measured here in the same run, to compare; scaling by it would be a guess, for the chip is
not equally slow at everything.
"""

from __future__ import annotations

import json
import re

from bench.kit import board_with, child, read_until
from bench.rows import Row

RP2040_PLAIN = "the plainest frame, to compare; 255 µs and 192 B on an RP2040"
TURNS = 4000
CHANNELS = (
    '(("moisture", "%", 1, None), ("tank", "1", 0, None), ("pump", "1", 0, None), ("watered", "mL", 0, None))'
)

# Time stands still on the board while it computes, so the host takes it between two marks.
PROGRAM = f"""
import gc, sys
from binascii import crc32
sys.path.insert(0, "/slots/a")
from potluck import telemetry, channels, clock
telemetry.begin('"recipe":"bench"', {CHANNELS})
report, ring = telemetry.report, telemetry.ring
def plain(n):
    for i in range(n):
        body = '{{"n":%d,"t":%d,"v":[%d.%d,%d,%d,%d,%d.%d]' % (i, 60012, 41, 5, 1, 0, 120, 7, 2)
        '\\x1e%s,"c":"%08x"}}\\n' % (body, crc32(body))
def sample(n):
    for _ in range(n): report(moisture=41.54, tank=True, pump=False, watered=120)
def frame(n):
    burst, done = telemetry.burst, telemetry.DONE
    for _ in range(n):
        report(moisture=41.54, tank=True, pump=False, watered=120)
        while burst() != done:
            pass
for name, work in (("plain", plain), ("sample", sample), ("frame", frame)):
    work(3)
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    work(50)
    print("bytes", name, (gc.mem_alloc() - before) / 50)
    gc.enable()
    sys.stdin.read(1)
    print("begin", name)
    sys.stdin.read(1)
    work({TURNS})
    print("end", name)
"""


def measure() -> list[Row]:
    said, _ = child(__name__)
    us, heap = said["us"], said["bytes"]
    return [
        Row("one sample of 4 values taken: time in the engine", us["sample"], "µs"),
        Row("one sample of 4 values taken: heap", heap["sample"], "B", "≤ 0"),
        Row("one frame of 4 values made and sent: time in the engine", us["frame"] - us["sample"], "µs"),
        Row("one frame of 4 values made and sent: heap", heap["frame"], "B", note="not before the line takes it"),
        Row("a % and a CRC: time in the engine", us["plain"], "µs", note=RP2040_PLAIN),
        Row("a % and a CRC: heap", heap["plain"], "B"),
    ]


def _run() -> dict:
    import time

    from potluck import places
    from potluck.deploy.mpy import compile_mpy

    files = {"/main.py": PROGRAM.encode()}
    for path in sorted((places.firmware_dir() / "potluck").glob("*.py")):
        files[f"/slots/a/potluck/{path.stem}.mpy"] = compile_mpy(path.read_bytes(), path.name)
    found: dict[str, dict[str, float]] = {"us": {}, "bytes": {}}
    with board_with(files) as link:
        for name in ("plain", "sample", "frame"):
            text = read_until(link, f"bytes {name} ".encode())
            while not re.search(rf"bytes {name} [\d.]+\r\n".encode(), text):
                text += link.read(0.2)
            found["bytes"][name] = float(re.search(rf"bytes {name} ([\d.]+)".encode(), text)[1])
            link.write(b"x")
            read_until(link, f"begin {name}".encode())
            began = time.perf_counter()
            link.write(b"x")
            read_until(link, f"end {name}".encode())
            found["us"][name] = (time.perf_counter() - began) / TURNS * 1e6
    return found


if __name__ == "__main__":
    print(json.dumps(_run()))
