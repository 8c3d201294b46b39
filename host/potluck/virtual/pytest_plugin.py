# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The fixture `virtual_board` for everybody's tests of MicroPython code (docs/testing-micropython.md).

pytest loads this file in every run where potluck is installed, so it imports nothing until a test asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from potluck.virtual.bench import Bench


@pytest.fixture
def virtual_board() -> Iterator[Callable[..., Bench]]:
    """A function that gives a running virtual board; every board ends with the test.

    virtual_board(board="pico", *, files=None, world=None, speed=float("inf"), seed=0) -> Bench

    files: a folder whose content is on the board before it starts, so its boot.py and main.py run.
    """
    benches: list[Bench] = []

    def make(board: str = "pico", *, files: Any = None, **options: Any) -> Bench:
        from potluck.virtual.bench import Bench

        bench = Bench(board, files=files, **options)
        benches.append(bench)
        return bench.begin_life()

    yield make
    for bench in benches:
        bench.stop()
