# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""S-expressions as KiCad writes them: nested tuples in, text out."""

from __future__ import annotations

STEP_MM = 1.27      # everything in this package is counted in these steps


class Quoted(str):
    """Text that is written in quotes; a plain str is written bare."""


def mm(steps: float) -> str:
    """Steps as millimetres, at most four digits after the point, never "-0"."""
    text = f"{steps * STEP_MM:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def write(node: tuple, depth: int = 0) -> str:
    """``("wire", ("pts", ("xy", "0", "0")))`` as indented text. Short nodes stay on one line."""
    line = _flat(node)
    if len(line) + 2 * depth <= 110 or not any(isinstance(item, tuple) for item in node):
        return "  " * depth + line
    head = [item for item in node if not isinstance(item, tuple)]
    lines = ["  " * depth + "(" + " ".join(map(_atom, head))]
    lines += [write(item, depth + 1) for item in node if isinstance(item, tuple)]
    return "\n".join(lines) + ")"


def _flat(node: tuple) -> str:
    return "(" + " ".join(_flat(item) if isinstance(item, tuple) else _atom(item) for item in node) + ")"


def _atom(item: str | int) -> str:
    if isinstance(item, Quoted):
        return '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(item)
