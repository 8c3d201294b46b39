# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What several measurements need: boards with a program on them, child processes, a quiet clock."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MAX = float("inf")


def child(module: str, *words: str, env: dict[str, str] | None = None) -> tuple[dict, float]:
    """Runs ``python -m MODULE words`` and returns the JSON it printed and the seconds it took in all."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1]), time.perf_counter() - began


def cpu_s(command: list[str], times: int) -> float:
    """Least user and system time of the command, of so many runs."""
    return min(_cpu_once_s(command) for _ in range(times))


def _cpu_once_s(command: list[str]) -> float:
    before = os.times()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    if os.name == "nt":  # Windows does not count children; the wall clock is what there is
        return after.elapsed - before.elapsed
    return after.children_user + after.children_system - before.children_user - before.children_system


@contextlib.contextmanager
def board_with(
    files: dict[str, bytes], *, board: str = "pico", speed: float = MAX, world: dict | None = None
) -> Iterator:
    """A running virtual board with these files; gives its link."""
    from potluck.virtual.board import VirtualBoard
    from potluck.virtual.ports.memory import MemoryPort

    virtual = VirtualBoard(board, speed=speed, world=world)
    for path, content in files.items():
        folder = ""
        for name in path.split("/")[1:-1]:
            folder += "/" + name
            with contextlib.suppress(OSError):
                virtual.flash.mkdir(folder)
        virtual.flash.write_bytes(path, content)
    port = MemoryPort(capacity=1 << 24)
    virtual.attach(port)
    virtual.start()
    try:
        yield port.link
    finally:
        virtual.stop()


@contextlib.contextmanager
def board_with_recipe(name: str, *, board: str = "pico", **world: float) -> Iterator:
    """A virtual board on which a recipe is deployed and starts; gives its link. `world`: other options of its world."""
    from potluck import generate, model
    from potluck.deploy.build import slot_files
    from potluck.deploy.prepared import launcher

    wiring = model.wire(model.load_recipe(name), board)
    files = {f"/slots/a/{path}": content for path, content in slot_files(wiring).items()}
    files |= {"/main.py": launcher(), "/slots/active": b"a\n"}
    surroundings = generate.world_config(wiring)
    surroundings["options"] = {**surroundings["options"], **world}
    with board_with(files, board=board, world=surroundings) as link:
        yield link


def read_until(link, mark: bytes, timeout_s: float = 120) -> bytes:
    """What the board says up to and with ``mark``."""
    said, deadline = b"", time.monotonic() + timeout_s
    while mark not in said:
        if time.monotonic() > deadline:
            raise TimeoutError(f"the board did not say {mark!r} but {said[-600:]!r}")
        said += link.read(0.2)
    return said
