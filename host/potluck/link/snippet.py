# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Code of ours that runs on a board, as it goes over the line."""

from __future__ import annotations

from pathlib import Path


def snippet(path: Path) -> str:
    """A file without its comments and empty lines: a third fewer bytes on a slow line."""
    lines = path.read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if line.strip() and not line.lstrip().startswith("#")) + "\n"
