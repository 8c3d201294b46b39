# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The boards that can be played, each read once for a process: to read one is a third of a start."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from potluck import places
from potluck.model.board import Board, load_board


def board_kind(name: str) -> Board:
    """The board of that name in hardware/boards. Raises UnknownBoard, HardwareInvalid."""
    return _read(name, places.hardware_dir())


@cache
def _read(name: str, _folder: Path) -> Board:
    return load_board(name)
