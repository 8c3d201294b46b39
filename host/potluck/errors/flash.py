# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Firmware: its files, where they come from, and getting them onto a board."""

from __future__ import annotations

from potluck.errors.base import PotluckError


class FirmwareWrong(PotluckError, ValueError):
    """The file is no firmware, or a damaged one."""

    id = "firmware-wrong"


class FirmwareMismatch(PotluckError, ValueError):
    """The firmware is for another chip, another board or another place in flash."""

    id = "firmware-mismatch"


class FirmwareHash(PotluckError, ValueError):
    """A firmware file is not the one that it was."""

    id = "firmware-hash"


class FirmwareUnknown(PotluckError, LookupError):
    """There is no such firmware, or not in this version."""

    id = "firmware-unknown"


class CatalogueUnreachable(PotluckError, ConnectionError):
    """The firmware pages cannot be reached, and what is wanted is not in the cache."""

    id = "catalogue-unreachable"


class CatalogueChanged(PotluckError, ValueError):
    """A firmware page has another form than the one that is understood."""

    id = "catalogue-changed"


class FlasherMissing(PotluckError, FileNotFoundError):
    """The program that writes to this kind of board is not installed."""

    id = "flasher-missing"


class FlashFailed(PotluckError, OSError):
    """The firmware did not get onto the board; the board can still be written to."""

    id = "flash-failed"


class FlashCut(PotluckError, ConnectionError):
    """The board disappeared while it was written to."""

    id = "flash-cut"


class DriveUnusable(PotluckError, OSError):
    """The boot drive is full, read-only or none at all."""

    id = "drive-unusable"


class BootloaderSilent(PotluckError, TimeoutError):
    """The board did not come into its bootloader."""

    id = "bootloader-silent"


class BoardNotBack(PotluckError, TimeoutError):
    """The firmware is written, and the board did not come back with it."""

    id = "board-not-back"


class BoardUnable(PotluckError, ValueError):
    """A board that cannot run MicroPython."""

    id = "board-unable"


class DataAtRisk(PotluckError, PermissionError):
    """Files on the board would be lost, and nobody said yes."""

    id = "data-at-risk"


class DfuAtRisk(PotluckError, PermissionError):
    """The board's factory bootloader would be lost, and nobody said that it may."""

    id = "dfu-at-risk"
