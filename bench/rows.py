# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A measured number, and tables of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """what: the number's name; value: in `unit`; aim: "≤ 20" or ""; note: how it was taken, or a peer's."""

    what: str
    value: float
    unit: str
    aim: str = ""
    note: str = ""

    @property
    def shown(self) -> str:
        return f"{figure(self.value)} {self.unit}".strip()

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None without one."""
        if not self.aim:
            return None
        sign, bound = self.aim.split()
        limit = float(bound.replace(",", ""))
        return self.value <= limit if sign in ("≤", "<") else self.value >= limit

    def as_dict(self) -> dict:
        return {"what": self.what, "value": self.value, "unit": self.unit, "aim": self.aim, "met": self.met}


def figure(value: float) -> str:
    """Three figures that mean something: 0.052, 3.14, 27.4, 41,200."""
    if value == int(value) and abs(value) < 1000:
        return str(int(value))
    if abs(value) >= 1000:
        return f"{round(value, -2 if value >= 10_000 else 0):,.0f}"
    return f"{value:.{3 if abs(value) < 1 else 2 if abs(value) < 10 else 1}f}"


_HEADS = ("what", "measured", "aim", "")


def _cells(row: Row) -> tuple[str, str, str, str]:
    aim = f"{row.aim} {'met' if row.met else 'MISSED'}" if row.aim else ""
    return row.what, row.shown, aim, row.note


def text_table(rows: Sequence[Row]) -> str:
    """For a terminal."""
    cells = [_HEADS, *map(_cells, rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(4)]
    return "\n".join(
        "  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def markdown_table(rows: Sequence[Row]) -> str:
    """For docs/benchmarks.md."""
    lines = [("What", "Measured", "Aim", "How"), ("---", "---", "---", "---"), *map(_cells, rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
