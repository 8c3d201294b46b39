# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Long lives and many boards: what leaks, wears out or gets in each other's way shows here."""

import math
import sys
import threading
import time
from pathlib import Path

import pytest

from potluck.virtual.session import Session
from tests.needs import need

_WALK = Path(__file__).with_name("random_walk.py").read_text(encoding="utf-8")


def walk(seed, hours):
    with Session(speed=math.inf, seed=seed) as board:
        said = board.run(f"SEED = {seed}\nHOURS = {hours}\n{_WALK}", timeout_s=900)
        assert board.board.state()["resets"] == ["power"]
        assert board.board.failure is None
    return said


@pytest.mark.long
def test_same_seed_same_walk():
    assert walk(3, 1) == walk(3, 1)
    assert walk(3, 1) != walk(4, 1)


@pytest.mark.long
@pytest.mark.timeout(1000)
def test_a_day_at_random_through_all_modules_with_the_collector_tortured():
    lines = walk(1, 24).splitlines()
    assert len(lines) == 24
    assert all(line.endswith("free True") for line in lines)


def _memory_kb():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])


def boards_at_once(count):
    """Starts `count` boards that run one program each. Returns (seconds to all prompts, KB of memory each)."""
    need("linux")
    before_kb, before_s = _memory_kb(), time.monotonic()
    boards = [Session(seed=n, speed=math.inf) for n in range(count)]
    try:
        starters = [threading.Thread(target=board.start) for board in boards]
        for starter in starters:
            starter.start()
        for starter in starters:
            starter.join(60)
        started_s = time.monotonic() - before_s
        each_kb = (_memory_kb() - before_kb) / count
        for n, board in enumerate(boards):
            board.begin(f"import machine\nx = [{n}] * 1000\nprint(machine.unique_id().hex(), sum(x))")
        said = [board.finish() for board in boards]
        assert [int(line.split()[1]) for line in said] == [1000 * n for n in range(count)]
        assert len({line.split()[0] for line in said}) == count
    finally:
        for board in boards:
            board.board.stop()
    return started_s, each_kb


@pytest.mark.long
def test_a_hundred_boards_in_one_process():
    boards_at_once(2)  # the engine is loaded
    threads = threading.active_count()
    seconds, each_kb = boards_at_once(100)
    print(f"100 boards: {seconds:.2f} s to all prompts, {each_kb:.0f} KB each", file=sys.stderr)
    assert seconds < 30
    assert each_kb < 6000
    assert threading.active_count() <= threads + 2


@pytest.mark.long
def test_boards_that_ended_leave_nothing_behind():
    boards_at_once(20)
    before_kb = _memory_kb()
    for _ in range(5):
        boards_at_once(20)
    assert _memory_kb() - before_kb < 30_000
