# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Files that potluck draws."""

from __future__ import annotations

from potluck.errors.base import PotluckError


class DrawingChanged(PotluckError, FileExistsError):
    """A sheet was changed by a person; drawing it again would lose that."""

    id = "drawing-changed"


class DrawingsUnwritable(PotluckError, OSError):
    """Drawings cannot be put where they were meant to go."""

    id = "drawings-unwritable"


class PngImpossible(PotluckError, RuntimeError):
    """There is nothing here that makes a PNG of an SVG, or it failed."""

    id = "png-impossible"
