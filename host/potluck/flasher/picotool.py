# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Write to an RP2040 or RP2350 by picotool, where its boot drive cannot be mounted.

Source: https://github.com/raspberrypi/picotool, README.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from potluck.flasher import tool

_PERCENT = re.compile(r"(\d{1,3})%")


def words() -> str:
    """picotool's path. Raises FlasherMissing."""
    return tool.program(
        "picotool",
        how="install picotool (https://github.com/raspberrypi/picotool), or mount the board's drive: "
        "udisksctl mount -b /dev/disk/by-label/RPI-RP2",
    )


def write(
    path: Path, *, dry_run: bool = False, progress: Callable[[int, int], None] = lambda done, total: None
) -> tool.Ran:
    """Load the UF2 file, compare what is in flash, and start it."""
    total = path.stat().st_size

    def heard(line: str) -> None:
        found = _PERCENT.search(line)
        if found and line.startswith("Loading"):
            progress(total * min(int(found[1]), 100) // 100, total)

    start = words() if not dry_run else "picotool"
    return tool.run([start, "load", "--verify", "--execute", str(path)], dry_run=dry_run, heard=heard)


def erase(*, dry_run: bool = False) -> tool.Ran:
    """Erase the whole flash; the boot ROM stays."""
    return tool.run([words() if not dry_run else "picotool", "erase", "--all"], dry_run=dry_run)
