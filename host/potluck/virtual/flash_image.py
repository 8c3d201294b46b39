# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Flash images: the shape each board's firmware gives them, a fresh one, and the file that keeps one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from littlefs import lfs

from potluck.virtual.kinds import board_kind

from .flash_device import FlashDevice, Geometry
from .flash_file import CODEC, CREATE, WRITE

# What a port's firmware decides, by sys.platform; how many blocks there are is the board's.
# ports/rp2/modules/_boot.py mounts with progsize=256, the others with VfsLfs2's default of 32.
_PROG_SIZE = {"rp2": 256}
# esp32's inisetup writes boot.py when it formats the partition; rp2 leaves it empty.
_FACTORY = {
    "esp32": {"/boot.py": b"# This file is executed on every boot (including wake-boot from deepsleep)\n"}
}


def board_flash(board: str) -> tuple[Geometry, dict[str, bytes]]:
    """The geometry of a board's flash and the files on it when it comes from the factory.

    Raises UnknownBoard.
    """
    firmware = board_kind(board).micropython
    geometry = Geometry(
        block_count=firmware.fs_blocks,
        block_size=firmware.fs_block_bytes,
        prog_size=_PROG_SIZE.get(firmware.platform, 32),
    )
    return geometry, _FACTORY.get(firmware.platform, {})


def lfs_config(geometry: Geometry, device: FlashDevice) -> lfs.LFSConfig:
    """littlefs as MicroPython's VfsLfs2 sets it up (extmod/vfs_lfsx.c)."""
    return lfs.LFSConfig(
        device,
        block_size=geometry.block_size,
        block_count=geometry.block_count,
        read_size=geometry.read_size,
        prog_size=geometry.prog_size,
        cache_size=geometry.cache_size,
        lookahead_size=32,
        block_cycles=100,
    )


def fresh_image(geometry: Geometry, files: dict[str, bytes] | None = None) -> bytes:
    """A formatted image with the given files ({absolute path: bytes}, no folders) in its root."""
    device = FlashDevice(geometry)
    config = lfs_config(geometry, device)
    fs = lfs.LFSFilesystem()
    lfs.format(fs, config)
    lfs.mount(fs, config)
    for path, data in (files or {}).items():
        file = lfs.file_open(fs, path, WRITE | CREATE, CODEC)
        lfs.file_write(fs, file, data)
        lfs.file_close(fs, file)
    lfs.unmount(fs)
    return device.image()


def open_image(path: Path, size: int, fresh: Callable[[], bytes]) -> tuple[BinaryIO, bytes]:
    """Open the image file at path, made by `fresh` if there is none, for this process alone.

    Returns the unbuffered file and its bytes. A new file appears whole or not at all.
    Raises BlockingIOError if another process has it, ValueError if its size is not `size`.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        aside.write_bytes(fresh())
        os.replace(aside, path)
    file = open(path, "r+b", buffering=0)
    try:
        _lock(file)
        image = file.readall()
        if len(image) != size:
            raise ValueError(f"{len(image)} bytes, but this board's flash holds {size}")
    except BaseException:
        file.close()
        raise
    return file, image


if os.name == "nt":  # pragma: no cover - exercised on Windows

    def _lock(file: BinaryIO) -> None:
        import msvcrt

        # a byte far behind the image: Windows locks are mandatory, so lock nothing real
        file.seek(1 << 40)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError(str(error)) from error
        finally:
            file.seek(0)
else:

    def _lock(file: BinaryIO) -> None:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
