# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A resistor's colour code (IEC 60062): five bands, as metal film resistors of 1 % have them."""

from __future__ import annotations

import math

_DIGITS = ("black", "brown", "red", "orange", "yellow", "green", "blue", "violet", "grey", "white")
_MULTIPLIERS = {-2: "silver", -1: "gold", **dict(enumerate(_DIGITS))}
TOLERANCE = {1: "brown", 5: "gold"}


def bands(ohms: float, *, digits: int = 3, tolerance: int = 1) -> list[str]:
    """Colours from the end on: ``digits`` figures, the power of ten, the tolerance in per cent.

    220 -> red, red, black, black, brown. Raises ValueError for what the code cannot say.
    """
    if not ohms > 0:
        raise ValueError(f"{ohms} ohms has no colours")
    power = math.floor(math.log10(ohms)) - digits + 1
    figures = round(ohms / 10.0**power)
    if figures == 10**digits:  # 9.996 became 10.00
        figures, power = figures // 10, power + 1
    if power not in _MULTIPLIERS:
        raise ValueError(f"{ohms} ohms has no colours")
    return [_DIGITS[int(figure)] for figure in str(figures)] + [_MULTIPLIERS[power], TOLERANCE[tolerance]]
