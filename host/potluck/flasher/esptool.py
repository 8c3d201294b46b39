# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Write to ESP32 chips by running esptool, as a program: it is GPL, potluck is not (docs/decisions/esptool.md).

Versions 4 and 5 are understood; they differ in how they spell their commands.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shlex
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from potluck.errors import FlasherMissing
from potluck.flasher import tool

BAUD, SLOW_BAUD = 460_800, 115_200
_CHIP = re.compile(r"(?:Detecting chip type\.*|Connected to|Chip type:|This chip is)\s*(ESP[\w-]+)")
_SIZE = re.compile(r"Detected flash size:\s*(\d+)(KB|MB)")
_MAC = re.compile(r"MAC:\s*((?:[0-9a-f]{2}:){5}[0-9a-f]{2})", re.I)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_UNITS = {"KB": 1 << 10, "MB": 1 << 20}


@dataclass(frozen=True)
class Detected:
    """What the chip says: chip "ESP32-C3" ("" when it does not answer), flash in bytes (0: unknown), MAC."""

    ran: tool.Ran
    chip: str = ""
    flash_bytes: int = 0
    mac: str = ""


def words() -> list[str]:
    """How esptool is started: POTLUCK_ESPTOOL, this Python's own, or the one on PATH. Raises FlasherMissing."""
    chosen = os.environ.get("POTLUCK_ESPTOOL")
    if chosen:
        return shlex.split(chosen)
    if importlib.util.find_spec("esptool"):
        return [sys.executable, "-m", "esptool"]
    for name in ("esptool", "esptool.py"):
        if found := shutil.which(name):
            return [found]
    raise FlasherMissing(
        "esptool is not installed; it writes to ESP32 boards",
        where="esptool",
        do="pip install 'potluck[flash]' (or: pip install esptool, pipx install esptool)",
    )


def major(start: list[str]) -> int:
    """esptool's major version: 4 spells commands with underscores, 5 with hyphens."""
    if start[:2] == [sys.executable, "-m"]:
        found = re.match(r"\d+", importlib.metadata.version("esptool"))
    else:
        found = re.search(r"v?(\d+)\.\d+", " ".join(tool.run([*start, "version"], silence_s=20).lines))
    return int(found[0].lstrip("v").split(".")[0]) if found else 5


@dataclass(frozen=True)
class Esptool:
    """esptool at one port.

    attempts   how often it tries to get an answer from the chip
    """

    port: str
    start: tuple[str, ...]
    version: int
    attempts: int = 3

    @classmethod
    def at(cls, port: str, *, attempts: int = 3) -> Esptool:
        """Raises FlasherMissing."""
        start = words()
        return cls(port, tuple(start), major(start), attempts)

    def detect(self, *, dry_run: bool = False) -> Detected:
        """Reset the chip into its bootloader and ask what it is. It stays there, for `write`."""
        line = self._line(SLOW_BAUD, "no-reset", "flash-id")
        line.insert(len(self.start), "--no-stub")  # the ROM knows both; loading a program to ask takes longer
        ran = tool.run(line, dry_run=dry_run, silence_s=60)
        text = "\n".join(ran.lines)
        chip, size, mac = _CHIP.search(text), _SIZE.search(text), _MAC.search(text)
        return Detected(
            ran,
            chip[1] if chip and ran.ok else "",
            int(size[1]) * _UNITS[size[2]] if size else 0,
            mac[1].lower() if mac else "",
        )

    def write(
        self,
        path: Path,
        chip: str,
        offset: int,
        *,
        baud: int = BAUD,
        erase: bool = False,
        dry_run: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> tool.Ran:
        """Write the file, have the chip compare its MD5, and start it.

        The chip is reset into its bootloader again: esptool's reset at the end pulls RTS alone and starts
        the chip only if DTR was let go before, which its reset at the beginning does.

        chip     as esptool calls it ("esp32c3"): it refuses to write to another one
        erase    all of the flash first
        progress   in bytes of the file
        """
        total = path.stat().st_size
        command = [*self._line(baud, "hard-reset", "write-flash", chip=chip)]
        command += [self._spelt("--flash-mode"), "keep", self._spelt("--flash-size"), "keep"]
        command += [self._spelt("--erase-all")] if erase else []

        def heard(line: str) -> None:
            found = _PERCENT.search(line)
            if found and line.startswith("Writing at"):
                progress(int(total * min(float(found[1]), 100.0) / 100), total)

        return tool.run([*command, f"{offset:#x}", str(path)], dry_run=dry_run, heard=heard)

    def _line(self, baud: int, after: str, command: str, *, chip: str = "auto") -> list[str]:
        resets = [self._value("default-reset"), self._value(after)]
        line = [*self.start, "--chip", chip, "--port", self.port, "--baud", str(baud)]
        line += ["--before", resets[0], "--after", resets[1], "--connect-attempts", str(self.attempts)]
        return [*line, self._value(command)]

    def _value(self, word: str) -> str:
        return word if self.version >= 5 else word.replace("-", "_")

    def _spelt(self, option: str) -> str:
        if self.version >= 5 or option == "--erase-all":
            return option
        return "--" + option[2:].replace("-", "_")
