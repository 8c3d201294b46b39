# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Notice that a board has come into its UF2 bootloader, whether somebody mounts its drive or nobody does."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from potluck import model
from potluck.flasher import drives

MOUNT_S = 4.0  # a desktop mounts a new drive within two seconds; a computer without one never does


def of_uf2(*chips: model.Chip) -> Callable[[], drives.Drive | Path | None]:
    """A function that gives the drive of a board with one of these chips that was not there yet.

    Or, on Linux, its block device when nobody has mounted it for MOUNT_S; None as long as there is neither.
    """
    old = {drive.path for drive in drives.find_drives()}
    board_ids, volumes = {chip.board_id for chip in chips}, [chip.volume for chip in chips]
    old_devices = set(drives.unmounted(volumes))
    since: dict[Path, float] = {}

    def arrived() -> drives.Drive | Path | None:
        for drive in drives.find_drives():
            if drive.path not in old and drive.board_id in board_ids:
                return drive
        now = time.monotonic()
        for device in drives.unmounted(volumes):
            if device not in old_devices and now - since.setdefault(device, now) >= MOUNT_S:
                return device
        return None

    return arrived
