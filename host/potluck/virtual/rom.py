# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The modules that a virtual board carries in its firmware: the MicroPython files in `guest/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from potluck.virtual.wasi import ROM

GUEST = Path(__file__).parent / "guest"


@cache
def rom_sources() -> dict[str, str]:
    """Path on the board → text, with `OP.name` not yet translated."""
    return {f"{ROM}/{file.relative_to(GUEST).as_posix()}": file.read_text("utf-8") for file in GUEST.rglob("*.py")}
