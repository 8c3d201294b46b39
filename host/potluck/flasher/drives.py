# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Boot drives: the small disk that a board in its UF2 bootloader shows, known by its INFO_UF2.TXT.

Source: https://github.com/microsoft/uf2, "INFO_UF2.TXT"; RP2040 Datasheet, chapter 2.8.4; RP2350
Datasheet, chapter 5.5.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

INFO = "INFO_UF2.TXT"
_MOST_INFO_BYTES = 4096
_FAT = {"vfat", "msdos", "fat", "exfat", "fuseblk"}  # what a boot drive is ever mounted as
_REMOVABLE = 2  # DRIVE_REMOVABLE of Win32's GetDriveType


class Drive(NamedTuple):
    """A board's boot drive.

    path        the folder to which a UF2 file is copied
    board_id    the file's Board-ID ("RPI-RP2", "RP2350"); "" when it says none
    model       its Model line, for people
    bootloader  its first line ("UF2 Bootloader v3.0")
    """

    path: Path
    board_id: str
    model: str
    bootloader: str


def find_drives(folders: Iterable[Path] | None = None) -> list[Drive]:
    """The boot drives that are mounted, in the order of their paths.

    folders   where to look; None: POTLUCK_DRIVES (a list like PATH) or what this system has mounted
    """
    found = (read_drive(folder) for folder in (mounted() if folders is None else folders))
    return sorted(filter(None, found), key=lambda drive: drive.path)


def read_drive(folder: Path) -> Drive | None:
    """What INFO_UF2.TXT in the folder says; None when there is none that can be read."""
    try:
        with (folder / INFO).open("rb") as file:
            text = file.read(_MOST_INFO_BYTES).decode("ascii", "replace")
    except OSError:
        return None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return None
    said = dict(re.findall(r"^([A-Za-z][\w -]*?)\s*:[ \t]*(.+?)\s*$", text, flags=re.M))
    return Drive(folder, said.get("Board-ID", ""), said.get("Model", "boot drive"), lines[0])


def mounted() -> list[Path]:
    """Folders at which this system may have mounted a boot drive. Fixed and network disks are left out."""
    chosen = os.environ.get("POTLUCK_DRIVES")
    if chosen is not None:
        return [Path(folder) for folder in chosen.split(os.pathsep) if folder]
    if sys.platform == "win32":
        return _windows()
    if sys.platform == "darwin":
        return _below(Path("/Volumes"))
    try:
        table = Path("/proc/mounts").read_text("utf-8", "replace")
    except OSError:
        return [folder for top in (Path("/media"), Path("/run/media")) for folder in _below(top)]
    return from_mounts(table)


def from_mounts(table: str, exists: Callable[[str], bool] = os.path.exists) -> list[Path]:
    """The mount points of FAT file systems in the text of Linux's /proc/mounts, as far as their devices exist.

    A board that left its bootloader takes its device along; what was mounted by hand stays in the table.
    """
    return [folder for device, folder, kind in _entries(table) if kind in _FAT and exists(device)]


def still_there(folder: Path, table: str | None = None, exists: Callable[[str], bool] = os.path.exists) -> bool:
    """Whether a boot drive has not gone. table: the text of /proc/mounts; None: what it is now."""
    try:
        (folder / INFO).stat()
        if table is None:
            table = Path("/proc/mounts").read_text("utf-8", "replace") if sys.platform == "linux" else ""
    except OSError:
        return False
    # Linux remembers the names on a drive that is gone, until somebody unmounts it
    return not any(at == folder and device.startswith("/dev/") and not exists(device) for device, at, _ in _entries(table))


def _entries(table: str) -> Iterator[tuple[str, Path, str]]:
    """(device, mount point, type) of each line."""
    for line in table.splitlines():
        fields = line.split(" ")
        if len(fields) >= 3:
            # the kernel writes blank, tab, newline and backslash as \ooo (proc(5))
            yield fields[0], Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[1])), fields[2]


def unmounted(labels: Iterable[str], links: Path = Path("/dev/disk/by-label")) -> list[Path]:
    """Linux: block devices of boot drives that nobody has mounted (a computer without a desktop).

    labels   the volumes' names ("RPI-RP2")
    """
    try:
        mounts = {line.split(" ")[0] for line in Path("/proc/mounts").read_text("utf-8", "replace").splitlines()}
    except OSError:
        return []
    there = (links / label for label in labels)
    return [link for link in there if link.exists() and os.path.realpath(link) not in mounts]


def _below(top: Path) -> list[Path]:
    try:
        return [folder for folder in sorted(top.iterdir()) if folder.is_dir()]
    except OSError:
        return []


def _windows() -> list[Path]:
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    letters = kernel.GetLogicalDrives()
    drives = [f"{chr(ord('A') + bit)}:\\" for bit in range(26) if letters >> bit & 1]
    return [Path(drive) for drive in drives if kernel.GetDriveTypeW(drive) == _REMOVABLE]
