# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The person at the keyboard."""

from __future__ import annotations

from potluck.errors.base import PotluckError


class Interrupted(PotluckError, KeyboardInterrupt):
    """Ctrl-C; what was done so far is kept."""

    id = "interrupted"
