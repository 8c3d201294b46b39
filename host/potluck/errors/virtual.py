# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The virtual board."""

from __future__ import annotations

from potluck.errors.base import PotluckError


class EngineMissing(PotluckError, FileNotFoundError):
    """The WebAssembly engine is not there and could not be built."""

    id = "engine-missing"


class BoardNotRunning(PotluckError, LookupError):
    """No virtual board of that name is running."""

    id = "board-not-running"


class BoardNameTaken(PotluckError, FileExistsError):
    """A virtual board of that name is running already."""

    id = "board-name-taken"


class WorldFailed(PotluckError, RuntimeError):
    """A world model raised an exception, took too long or asked for too much memory."""

    id = "world-failed"


class KnobUnknown(PotluckError, LookupError):
    """The world has no such knob to poke."""

    id = "knob-unknown"


class FlashImageInUse(PotluckError, BlockingIOError):
    """The file that keeps a virtual board's flash belongs to a board that is running."""

    id = "flash-image-in-use"


class FlashImageWrong(PotluckError, ValueError):
    """A file is not the flash of this virtual board: another size, or no littlefs in it."""

    id = "flash-image-wrong"


class FlashImageThere(PotluckError, FileExistsError):
    """A restored board would have to overwrite the flash of another."""

    id = "flash-image-there"


class SnapshotWrong(PotluckError, ValueError):
    """A file is no snapshot of a virtual board, or a damaged one."""

    id = "snapshot-wrong"


class SnapshotForeign(PotluckError, ValueError):
    """A snapshot holds a world that another version of potluck or of its engine has reckoned."""

    id = "snapshot-foreign"


class BoardStartFailed(PotluckError, RuntimeError):
    """The process of a virtual board ended, or said nothing, before the board was ready."""

    id = "board-start-failed"
