# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Virtual board: how fast programs run on it, what a call into its hardware costs, and many boards at once."""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

from bench.kit import child
from bench.rows import Row

LOOPS, CALLS, EDGES, BOARDS = 3_000_000, 200_000, 30_000, 100
_LOOP = f"def f():\n n = 0\n for i in range({LOOPS}): n += i\nf()"
_CALL = f"import machine\np = machine.Pin(2, machine.Pin.OUT)\ndef f():\n v = p.value\n for i in range({CALLS}): v()\nf()"
_EDGES = f"""
import machine
n = 0
def seen(pin):
    global n
    n += 1
p = machine.Pin(2, machine.Pin.OUT, value=0)
p.irq(seen, machine.Pin.IRQ_RISING | machine.Pin.IRQ_FALLING)
def f():
    for i in range({EDGES}): p.value(i & 1 ^ 1)
f()
print(n)
"""


def measure() -> list[Row]:
    speed, _ = child(__name__, "speed")
    rows = [
        Row("MicroPython loop (n += i)", speed["loops"], "turns/s"),
        Row("call into the hardware (Pin.value())", speed["call_us"], "µs"),
        Row("pin events with an interrupt handler", speed["edges"], "/s"),
    ]
    if Path("/proc/self/status").exists():
        many, _ = child(__name__, "many")
        rows += [
            Row(f"{BOARDS} boards at once, to all prompts", many["start_s"], "s", note="one process, engine kept"),
            Row(f"memory per board of {BOARDS}", many["mb_each"], "MB"),
            Row("CPU of a board that waits at its prompt", many["idle_ms"], "ms/s", note=f"mean of {BOARDS}"),
        ]
    return rows


def _speed() -> dict:
    from potluck.virtual.session import Session

    def cpu_s(program: str) -> float:
        with Session(speed=float("inf")) as board:
            board.run("pass")
            began = time.process_time()
            said = board.run(program)
            took = time.process_time() - began
            assert program is not _EDGES or int(said) == EDGES, said
            return took

    return {"loops": LOOPS / cpu_s(_LOOP), "call_us": 1e6 * cpu_s(_CALL) / CALLS, "edges": EDGES / cpu_s(_EDGES)}


def _memory_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def _many() -> dict:
    from potluck.virtual.session import Session

    with Session():
        pass  # the engine and all modules are loaded
    before_mb, began = _memory_mb(), time.monotonic()
    boards = [Session(seed=n) for n in range(BOARDS)]
    starters = [threading.Thread(target=board.start) for board in boards]
    for starter in starters:
        starter.start()
    for starter, board in zip(starters, boards, strict=True):
        starter.join()
        board.prompt()
    start_s, mb_each = time.monotonic() - began, (_memory_mb() - before_mb) / BOARDS
    cpu, began = time.process_time(), time.monotonic()
    time.sleep(2)
    idle_ms = 1000 * (time.process_time() - cpu) / (time.monotonic() - began) / BOARDS
    for board in boards:
        board.board.stop()
    return {"start_s": start_s, "mb_each": mb_each, "idle_ms": idle_ms}


if __name__ == "__main__":
    print(json.dumps(_speed() if sys.argv[1] == "speed" else _many()))
