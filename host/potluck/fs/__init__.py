# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The files of a board: list, read, write, copy, remove.

    with board_files("/dev/ttyACM0") as files:
        files.write("/lib/bmp280.py", Path("bmp280.py").read_bytes())
        copy(files, ["web"], ":", recursive=True)

A file is written beside the old one, proved by its hash and renamed: a power cut leaves the old one or the
new one. What ran on the board is stopped first and started again afterwards (at_prompt).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from potluck.at_prompt import at_prompt
from potluck.fs.files import BoardFiles, Disk, Entry
from potluck.fs.copying import Copied, copy

__all__ = ["BoardFiles", "Copied", "Disk", "Entry", "board_files", "copy"]


@contextmanager
def board_files(port: str | None = None, **how) -> Iterator[BoardFiles]:
    """The files of the board at a port. Takes and raises what `at_prompt` does."""
    with at_prompt(port, **how) as board:
        yield BoardFiles(board.repl)
