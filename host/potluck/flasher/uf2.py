# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Write by copying a UF2 file onto a boot drive, which takes it block by block and then vanishes."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path

from potluck.errors import DriveUnusable, FlashCut, FlashFailed
from potluck.flasher.drives import INFO, still_there

NAME = "firmware.uf2"
GONE_S = 15.0  # the chip writes the last blocks and restarts; on a busy hub the system notices late
_CHUNK = 64 * 512
NOTICE_S = 2.0  # so long the system may take to see that a drive is gone
_STAYS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}  # errors of a drive that is there; Windows has many others


def write(
    data: bytes,
    folder: Path,
    *,
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> bool:
    """Copy the file onto the drive and wait until the board has taken it.

    folder   of the drive. Without INFO_UF2.TXT it is taken for a plain folder that keeps what it gets,
             and what is in it afterwards is compared.
    Whether the drive vanished, as a board's does. Raises DriveUnusable, FlashCut, FlashFailed.
    """
    if dry_run:
        return True
    real = (folder / INFO).exists()
    done = _copy(data, folder / NAME, real, progress)
    if done < len(data):
        raise FlashCut(
            f"the drive disappeared after {done} of {len(data)} bytes",
            where=str(folder),
            do="the board is not broken: plug it in with BOOTSEL held and run the same command again",
        )
    if not real:
        _compare(data, folder / NAME)
        return False
    end = time.monotonic() + GONE_S
    while time.monotonic() < end:
        if not still_there(folder):
            return True
        time.sleep(0.05)
    raise FlashFailed(
        "the board has the whole file and did not take it: its drive is still there",
        where=str(folder),
        do="is it firmware for this chip? Unplug the board, plug it in with BOOTSEL held, and try again",
    )


def _copy(data: bytes, path: Path, real: bool, progress: Callable[[int, int], None]) -> int:
    """Bytes that the drive has taken; all of them when it vanished with the last piece, as boards do."""
    done = 0
    try:
        with open(path, "wb", buffering=0) as file:
            while done < len(data):
                taken = file.write(data[done : done + _CHUNK])  # fewer when the drive is full
                os.fsync(file.fileno())  # else the system keeps the file to itself, and the bar lies
                done += taken
                progress(done, len(data))
    except OSError as wrong:
        if done < len(data) and not (real and _gone(wrong, path.parent)):
            raise _refused(wrong, path.parent) from wrong
        if done and done + _CHUNK >= len(data):
            return len(data)  # whether it took the last piece shows when the board comes back
    return done


def _gone(wrong: OSError, folder: Path) -> bool:
    if wrong.errno in _STAYS:
        return False
    end = time.monotonic() + NOTICE_S
    while still_there(folder):
        if time.monotonic() >= end:
            return False
        time.sleep(0.05)
    return True


def _refused(wrong: OSError, folder: Path) -> DriveUnusable:
    if wrong.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        what, do = "the drive is full", "remove what else is on it, or plug the board in anew"
    elif wrong.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        what, do = "the drive is read-only", "plug the board in anew with BOOTSEL held; is it mounted by you?"
    else:
        what = f"the drive cannot be written to ({wrong.strerror or type(wrong).__name__})"
        do = "plug the board in anew with BOOTSEL held"
    return DriveUnusable(what, where=str(folder), do=do)


def _compare(data: bytes, path: Path) -> None:
    try:
        same = path.read_bytes() == data
    except OSError as wrong:
        raise _refused(wrong, path.parent) from wrong
    if not same:
        raise FlashFailed("what is in the folder is not what was written", where=str(path), do="try again")
