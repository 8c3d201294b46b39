# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Why a port cannot be opened, as far as the system tells: who holds it, whose group it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path


def holders(device: str) -> list[tuple[int, str]]:
    """(pid, program) of other processes that have the device open.

    Linux and, through lsof, macOS (elsewhere empty), and only processes that this user may look into.
    """
    return all_holders([device], slow=True).get(device, [])


def all_holders(devices: Iterable[str], *, slow: bool = False) -> dict[str, list[tuple[int, str]]]:
    """The same for many devices with one look through the processes; devices that nobody holds are missing.

    Without `slow` only where it takes a few milliseconds: lsof may take a second, so macOS tells nothing.
    """
    devices = list(devices)
    if sys.platform == "darwin":
        return from_lsof(_lsof(devices)) if devices and slow else {}
    wanted = {}
    for device in devices:
        try:
            wanted[device] = os.stat(device).st_rdev
        except OSError:
            pass  # gone, or no device at all: nobody holds it
    found: dict[str, list[tuple[int, str]]] = {}
    try:
        processes = sorted(int(entry) for entry in os.listdir("/proc") if entry.isdigit()) if wanted else []
    except OSError:
        return {}
    for pid in processes:
        if pid != os.getpid():
            for device in _opened(pid, wanted):
                found.setdefault(device, []).append((pid, _program(pid)))
    return found


def _opened(pid: int, wanted: dict[str, int]) -> set[str]:
    folder, opened = f"/proc/{pid}/fd", set()
    try:
        for fd in os.listdir(folder):
            # the link's text first: stat on a stranger's descriptors is slow and may block
            device = os.readlink(f"{folder}/{fd}")
            if device in wanted and os.stat(f"{folder}/{fd}").st_rdev == wanted[device]:
                opened.add(device)
    except OSError:
        pass  # ended meanwhile, or not ours to look into
    return opened


def _lsof(devices: list[str]) -> str:
    import subprocess

    try:
        return subprocess.run(["lsof", "-F", "pcn", *devices], capture_output=True, text=True, timeout=5).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def from_lsof(text: str) -> dict[str, list[tuple[int, str]]]:
    """What `lsof -F pcn` says (lsof(8), "Output for other programs"): p process, c its program, n a file's name."""
    found: dict[str, list[tuple[int, str]]] = {}
    pid, who = 0, ""
    for line in text.splitlines():
        kind, value = line[:1], line[1:]
        if kind == "p":
            pid = int(value) if value.isdigit() else 0
        elif kind == "c":
            who = value
        elif kind == "n" and pid and pid != os.getpid() and (pid, who) not in found.get(value, []):
            found.setdefault(value, []).append((pid, who))
    return found


def _program(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return "a program"


def group_advice(device: str) -> str:
    """What gives this user access to the device: its real group, or why membership does not count yet."""
    try:
        import grp
        import pwd

        status = os.stat(device)
        group = grp.getgrgid(status.st_gid)
        user = pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, OSError, KeyError):
        return "ask who administers this computer for access to the port"
    if not status.st_mode & 0o060 == 0o060 or status.st_gid == 0:
        return f"the port is open to its owner only: sudo chmod a+rw {device} (until it is plugged in again)"
    if user in group.gr_mem and status.st_gid not in os.getgroups():
        return f"you are in the group '{group.gr_name}' only since this session began: log out and in again"
    join = f"sudo usermod -a -G {group.gr_name} {user}"
    return f"join the group '{group.gr_name}': {join}, then log out and in again"
