# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Ports, and boards at the other end of them."""

from __future__ import annotations

from potluck.errors.base import PotluckError


class PortNotFound(PotluckError, FileNotFoundError):
    """No such port, or no board connected."""

    id = "port-not-found"


class PortAmbiguous(PotluckError, ValueError):
    """More than one board is connected and none was named."""

    id = "port-ambiguous"


class NameTaken(PotluckError, FileExistsError):
    """Another board has this name already."""

    id = "name-taken"


class PortBusy(PotluckError, OSError):
    """Another program holds the port."""

    id = "port-busy"


class PortPermission(PotluckError, PermissionError):
    """The port exists and this user may not open it."""

    id = "port-permission"


class PortGone(PotluckError, ConnectionError):
    """The port disappeared while it was in use."""

    id = "port-gone"


class NotMicroPython(PotluckError, OSError):
    """Something answers at the port (or nothing does), and it is no MicroPython."""

    id = "not-micropython"


class RescueFailed(PotluckError, OSError):
    """No stage of a rescue brought the prompt back, or a file could not be put aside."""

    id = "rescue-failed"


class BoardSilent(PotluckError, TimeoutError):
    """No hello, or no first sample, within the time given."""

    id = "board-silent"


class CommandRefused(PotluckError, ValueError):
    """The running recipe knows no such command or setting, or not with this value."""

    id = "command-refused"


class DeployFailed(PotluckError, OSError):
    """Files did not arrive, or did not arrive whole."""

    id = "deploy-failed"


class TrialFailed(PotluckError, RuntimeError):
    """The new version did not live; the board has gone back to the one before."""

    id = "trial-failed"


class NothingToUndo(PotluckError, LookupError):
    """No version before the present one is kept on the board."""

    id = "nothing-to-undo"


class BoardSwapped(PotluckError, RuntimeError):
    """Another board answers than the one that was asked before."""

    id = "board-swapped"


class FirmwareTooOld(PotluckError, RuntimeError):
    """The board's MicroPython is older than potluck supports."""

    id = "firmware-too-old"


class MpyIncompatible(PotluckError, RuntimeError):
    """The board cannot load the .mpy version that was compiled."""

    id = "mpy-incompatible"


class NoSpace(PotluckError, OSError):
    """The board's flash is too full."""

    id = "no-space"


class FirmwareError(PotluckError, RuntimeError):
    """Code on the board raised an exception; ``what`` holds its last line."""

    id = "firmware-error"
