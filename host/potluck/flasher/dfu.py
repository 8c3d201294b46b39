# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Write to an Arduino Nano ESP32 by dfu-util: only the app, so that its factory bootloader stays.

Source: MicroPython ports/esp32/boards/ARDUINO_NANO_ESP32/deploy.md; dfu-util(1).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from potluck.flasher import tool

USB = "2341:0070"  # the Nano ESP32 in its DFU bootloader
_FOUND = re.compile(r'Found DFU: \[([0-9a-f]{4}:[0-9a-f]{4})\].*?serial="([^"]*)"', re.I)
_PERCENT = re.compile(r"(\d{1,3})%")


def words() -> str:
    """dfu-util's path. Raises FlasherMissing."""
    return tool.program(
        "dfu-util", how="Debian, Ubuntu: sudo apt install dfu-util; macOS: brew install dfu-util; else https://dfu-util.sourceforge.net"
    )


def waiting() -> list[str]:
    """USB serial numbers of the boards that wait in their DFU bootloader. Raises FlasherMissing."""
    ran = tool.run([words(), "--list", "--device", f",{USB}"], silence_s=20)
    return sorted({found[2] for line in ran.lines if (found := _FOUND.search(line)) and found[1].lower() == USB})


def write(
    path: Path,
    *,
    serial: str = "",
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tool.Ran:
    """Write an app image and restart the board. serial: which one, if several wait."""
    total = path.stat().st_size

    def heard(line: str) -> None:
        found = _PERCENT.search(line)
        if found and line.startswith("Download"):
            progress(total * min(int(found[1]), 100) // 100, total)

    line = [words() if not dry_run else "dfu-util", "--device", f",{USB}"]  # the comma: only in DFU mode
    line += ["--serial", f",{serial}"] if serial else []
    return tool.run([*line, "--reset", "--download", str(path)], dry_run=dry_run, heard=heard)
