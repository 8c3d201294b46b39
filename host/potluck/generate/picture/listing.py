# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The list beside the picture: each wire with its number, a piece of it, and where it goes."""

from __future__ import annotations

from itertools import groupby

from potluck.generate.connections import Connection
from potluck.generate.picture import style, wires
from potluck.generate.picture.badges import RADIUS
from potluck.generate.picture.text import width

_ROW_PX = 22
_HEAD_PX = 26
_TEXT_PX = 12
_TEXT_X = 66


def draw(listed: list[Connection], x: float, y: float, most: float) -> tuple[str, float, float]:
    """The list with its left upper corner at x, y: as SVG, and the width and height that it takes.

    most: the height after which it goes on in a further column, if that makes it less high.
    """
    rows: list[Connection | str] = []
    for of, wires_of in groupby(listed, key=lambda wire: wire.of):
        rows += ["the board's supply" if of == "board" else of, *wires_of]
    high = sum(_HEAD_PX if isinstance(row, str) else _ROW_PX for row in rows)
    columns = 1 if high <= most else 2
    wide = max(width(_words(wire), _TEXT_PX) for wire in listed) + _TEXT_X + 14
    parts = [style.text(x, y + 14, "Wires", "name", 15),
             style.text(x, y + 32, "Unplug every supply while you wire; check each wire twice.", "ink")]  # fmt: skip
    top = y + 46
    at, column, deepest = top, 0, top
    for row in rows:
        if isinstance(row, str):
            if column + 1 < columns and at - top >= high / columns - _ROW_PX:
                at, column = top, column + 1
            parts.append(style.text(x + column * wide, at + 18, row, "name", 12.5))
            at += _HEAD_PX
        else:
            parts += _row(row, x + column * wide, at + _ROW_PX / 2)
            at += _ROW_PX
        deepest = max(deepest, at)
    return style.group(parts, "list"), max(wide * columns, 400), deepest - y


def _row(wire: Connection, x: float, y: float) -> list[str]:
    piece = f"M{style.number(x + 22)} {style.number(y)}h34"
    return [
        *wires.badge(x + RADIUS + 1, y, wire.number),
        wires.stroke(piece, wire),
        style.text(x + _TEXT_X, y + 4, _words(wire), "ink", _TEXT_PX),
    ]


def _words(wire: Connection) -> str:
    return f"{wire.colour} · {wire.first} → {wire.last}"
