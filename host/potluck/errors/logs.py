# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Logs: files that keep samples."""

from __future__ import annotations

from potluck.errors.base import PotluckError


class LogLocked(PotluckError, OSError):
    """Another program holds the log file."""

    id = "log-locked"


class LogFull(PotluckError, OSError):
    """No room left for the log file."""

    id = "log-full"


class LogCorrupt(PotluckError, ValueError):
    """The log file is damaged or is no potluck log."""

    id = "log-corrupt"


class LogUnusable(PotluckError, OSError):
    """The log file cannot be opened or written, or is not of a kind that potluck writes."""

    id = "log-unusable"


class SessionUnknown(PotluckError, LookupError):
    """The log has no such session."""

    id = "session-unknown"
