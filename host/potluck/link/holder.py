# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Why a port cannot be opened, as far as the system tells: who holds it, whose group it is."""

from __future__ import annotations

import os
from pathlib import Path


def holders(device: str) -> list[tuple[int, str]]:
    """(pid, program) of other processes that have the device open.

    Linux only (elsewhere empty), and only processes that this user may look into.
    """
    try:
        wanted = os.stat(device).st_rdev
        processes = [entry for entry in os.listdir("/proc") if entry.isdigit()]
    except OSError:
        return []
    found = []
    for pid in processes:
        if int(pid) != os.getpid() and _has_open(pid, device, wanted):
            found.append((int(pid), _program(pid)))
    return sorted(found)


def _has_open(pid: str, device: str, rdev: int) -> bool:
    folder = f"/proc/{pid}/fd"
    try:
        for fd in os.listdir(folder):
            # the link's text first: stat on a stranger's descriptors is slow and may block
            if os.readlink(f"{folder}/{fd}") == device and os.stat(f"{folder}/{fd}").st_rdev == rdev:
                return True
    except OSError:
        pass  # ended meanwhile, or not ours to look into
    return False


def _program(pid: str) -> str:
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
