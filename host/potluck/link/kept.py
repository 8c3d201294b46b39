# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A small JSON file of this user: a table of tables, read whole and replaced whole."""

from __future__ import annotations

import json
import os
from pathlib import Path


def read(path: Path) -> dict[str, dict]:
    """The file's table; empty when there is none. What is no table in it is passed over."""
    try:
        table = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(table, dict):
        return {}
    return {str(key): row for key, row in table.items() if isinstance(row, dict)}


def write(path: Path, table: dict[str, dict]) -> None:
    """Replace the file in one step. One that is damaged is set aside first, as NAME.damaged. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not read(path) and path.exists() and path.read_bytes().strip() not in (b"", b"{}"):
        os.replace(path, path.with_name(path.name + ".damaged"))
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_text(json.dumps(table, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
    os.replace(aside, path)
