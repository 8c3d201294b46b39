# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A board in a file: what outlives a reset, to go on from elsewhere or later.

In it: kind and seed, the bytes of the flash, the virtual clock and the RTC, RTC memory and NVS (ESP32), scratch
registers (RP2040), the state of the chip's noise, what is connected, and the whole memory in which the world
models reckon: the tank is as full as it was, the soil as wet. They are called by the board, never in the middle of
something, so that is all of them.
Not in it: the running program and its variables, open files, levels of pins. The engine cannot be resumed in the
middle of a call, and to run the program again from power-up with the same input would not do: how long it computes
between two calls into the chip, a Ctrl-C at its virtual time, what came in while it computed are those of the host. So
a restored board boots, as after machine.reset(), which keeps all that is in the snapshot.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from wasmtime import WasmtimeError

from potluck.errors import FlashImageThere, PotluckError, SnapshotForeign, SnapshotWrong
from potluck.virtual.flash import Flash
from potluck.virtual.flash_image import board_flash
from potluck.virtual.resets import HardReset

_Made = TypeVar("_Made")

if TYPE_CHECKING:
    from potluck.virtual.board import VirtualBoard

_MARK = b"potluck snapshot 2\n"
_EARLIER = b"potluck snapshot 1\n"
_LIMIT = 128 << 20  # bytes, unpacked: the largest flash and the largest memory, in base64


def take(board: VirtualBoard) -> bytes:
    """Board's thread (or a board that does not run)."""
    connected = board.record.world_config
    board.chip.pins.refresh()
    version, numbers, gauss = board.chip.pins.noise.getstate()
    told = {
        "board": board.kind.name,
        "seed": board.seed,
        "now_us": board.clock.now_us(),
        "rtc": board.chip.rtc.kept(),
        "scratch": board.chip.registers.scratch,
        "nvs": board.chip.nvs.told(),
        "noise": [version, list(numbers), gauss],
        "world": connected,
        "world_image": board.chip.pins.world.image(),
        "flash": base64.b64encode(board.flash.image()).decode(),
    }
    return _MARK + zlib.compress(json.dumps(told).encode())


def kind_of(snapshot: bytes) -> str:
    """Which board it is of. Raises as `restore` does."""
    return _opened(snapshot, lambda told: str(told["board"]))


def restore(kind: type[VirtualBoard], snapshot: bytes, *, path: Path | None = None, **options: Any) -> VirtualBoard:
    """A board that has not been started yet; its flash is kept in the new file `path` from now on, if one is given."""
    return _opened(snapshot, lambda told: _restored(kind, told, path, options))


def _opened(snapshot: bytes, use: Callable[[dict[str, Any]], _Made]) -> _Made:
    if snapshot.startswith(_EARLIER):
        raise SnapshotForeign("this snapshot was taken by an earlier version of potluck", do="take another one")
    if not snapshot.startswith(_MARK):
        raise SnapshotWrong("this is no snapshot of a virtual board", do="take one: potluck board snapshot NAME FILE")
    try:
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(snapshot[len(_MARK) :], _LIMIT)
        if not unpacker.eof:
            raise ValueError("it is cut off, or too large")
        return use(json.loads(text))
    except (zlib.error, ValueError, KeyError, TypeError, OverflowError, RecursionError, WasmtimeError) as error:
        if isinstance(error, PotluckError):
            raise
        raise SnapshotWrong(f"this snapshot is damaged ({error})", do="take another one") from None


def _flash(board: str, image: bytes, path: Path | None) -> Flash:
    geometry, factory = board_flash(board)
    flash = Flash(geometry, image=image, factory=factory)  # looks whether it is one
    if path is None:
        return flash
    flash.close()
    if path.exists():
        raise FlashImageThere("there is a board's flash already", where=str(path), do="choose another folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(image)
    return Flash(geometry, path=path, factory=factory)


def _restored(
    kind: type[VirtualBoard], told: dict[str, Any], path: Path | None, options: dict[str, Any]
) -> VirtualBoard:
    flash = _flash(told["board"], base64.b64decode(told["flash"]), path)
    try:
        board = kind(told["board"], flash=flash, seed=told["seed"], **options)
    except BaseException:
        flash.close()
        raise
    try:
        board.clock.spend_at_once(told["now_us"])
        board.chip.rtc.bring_back(*told["rtc"])
        board.chip.registers.scratch[:] = told["scratch"]
        board.chip.nvs.bring_back(told.get("nvs", []))
        version, numbers, gauss = told["noise"]
        board.chip.pins.noise.setstate((version, tuple(numbers), gauss))
        board.begin_with(HardReset("reset"))
        if told["world_image"] is not None:
            board.bring_world_back(told["world"], told["world_image"])
        elif told["world"] is not None:  # it had failed
            board.set_world(told["world"])
    except BaseException:
        board.stop()
        raise
    return board
