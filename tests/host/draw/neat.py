# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What can be seen of a sheet without KiCad: frames apart, everything in one, no wire through a symbol."""

from __future__ import annotations

from potluck.generate.schematic.arrange import PAPERS, sheet
from potluck.generate.schematic.drawing import Box, Placed, body, turned
from potluck.generate.schematic.joined import cut
from potluck.generate.schematic.sexpr import STEP_MM
from potluck.model import Wiring


def untidy(wiring: Wiring) -> list[str]:
    """Everything that a draughtsman would not let pass; empty when there is nothing."""
    paper, drawn = sheet(wiring)
    wide, high = (side / STEP_MM for side in PAPERS[paper])
    page = (10 / STEP_MM, 10 / STEP_MM, wide - 10 / STEP_MM, high - 10 / STEP_MM)
    title_block = (wide - 120 / STEP_MM, high - 45 / STEP_MM, wide, high)
    found = [f"frames {one} and {other} overlap" for number, one in enumerate(drawn.frames)
             for other in drawn.frames[:number] if meet(one, other)]
    found += [f"frame {one} leaves the page" for one in drawn.frames if not inside(one, page)]
    found += [f"frame {one} lies on the title block" for one in drawn.frames if meet(one, title_block)]
    things = [*drawn.symbols, *drawn.labels, *drawn.texts, *drawn.captions]
    found += [f"{one} is in no frame" for one in things if not any(inside(one.bounds, frame) for frame in drawn.frames)]
    wires, _ = cut(drawn)
    for symbol in drawn.symbols:
        left, top, right, bottom = place_of(symbol)
        for (x0, y0), (x1, y1) in wires:
            if meet((x0 - 0.01, y0 - 0.01, x1 + 0.01, y1 + 0.01), (left + 0.3, top + 0.3, right - 0.3, bottom - 0.3)):
                found.append(f"a wire runs through {symbol.ref.text}")
        found += [f"{symbol.ref.text} lies on {other.ref.text}" for other in drawn.symbols
                  if other is not symbol and meet(place_of(symbol), place_of(other))]
    return found


def place_of(symbol: Placed) -> Box:
    """The box of its shapes on the sheet."""
    left, top, right, bottom = body(symbol.drawn)
    corners = [turned(point, symbol.angle) for point in ((left, top), (right, bottom))]
    (x0, x1), (y0, y1) = (sorted(values) for values in zip(*corners, strict=True))
    return symbol.x + x0, symbol.y + y0, symbol.x + x1, symbol.y + y1


def meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def inside(one: Box, other: Box) -> bool:
    return one[0] >= other[0] and one[1] >= other[1] and one[2] <= other[2] and one[3] <= other[3]
