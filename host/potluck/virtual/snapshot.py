# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A board in a file: what outlives a reset, to go on from elsewhere or later.

In it: kind and seed, the bytes of the flash, the virtual clock and the RTC, RTC memory (ESP32), scratch
registers (RP2040), the state of the chip's noise, what is connected and how its knobs stand.
Not in it: the running interpreter and its variables (the engine cannot be resumed in the middle of
a call), open files, levels of pins, and what a world model has reckoned besides its knobs. So a
restored board boots, as after machine.reset(), which keeps all that is in the snapshot.
"""

from __future__ import annotations

import base64
import json
import zlib
from typing import TYPE_CHECKING, Any

from potluck.errors import SnapshotWrong
from potluck.virtual.flash import Flash
from potluck.virtual.flash_image import board_flash
from potluck.virtual.resets import HardReset

if TYPE_CHECKING:
    from potluck.virtual.board import VirtualBoard

_MARK = b"potluck snapshot 1\n"


def take(board: VirtualBoard) -> bytes:
    """Board's thread (or a board that does not run)."""
    connected = board.record.world_config
    knobs = {path: value for _, path, value in board.record.knobs}
    version, numbers, gauss = board.chip.pins.noise.getstate()
    told = {
        "board": board.kind.name,
        "seed": board.seed,
        "now_us": board.clock.now_us(),
        "rtc": board.chip.rtc.kept(),
        "scratch": board.chip.registers.scratch,
        "noise": [version, list(numbers), gauss],
        "world": connected,
        "knobs": knobs if connected is not None else {},
        "flash": base64.b64encode(board.flash.image()).decode(),
    }
    return _MARK + zlib.compress(json.dumps(told).encode())


def restore(kind: type[VirtualBoard], snapshot: bytes, speed: float) -> VirtualBoard:
    """A board that has not been started yet."""
    if not snapshot.startswith(_MARK):
        raise SnapshotWrong("this is no snapshot of a virtual board", do="take one: potluck board snapshot NAME FILE")
    try:
        told: dict[str, Any] = json.loads(zlib.decompress(snapshot[len(_MARK) :]))
        image = base64.b64decode(told["flash"])
    except (zlib.error, ValueError, KeyError) as error:
        raise SnapshotWrong(f"this snapshot is damaged ({error})", do="take another one") from None
    geometry, _ = board_flash(told["board"])
    board = kind(told["board"], flash=Flash(geometry, image=image), speed=speed, seed=told["seed"])
    board.clock.spend_at_once(told["now_us"])
    board.chip.rtc.bring_back(*told["rtc"])
    board.chip.registers.scratch[:] = told["scratch"]
    version, numbers, gauss = told["noise"]
    board.chip.pins.noise.setstate((version, tuple(numbers), gauss))
    board.begin_with(HardReset("reset"))
    if told["world"] is not None:
        board.set_world(told["world"])
        for path, value in told["knobs"].items():
            board.poke(path, value)
    return board
