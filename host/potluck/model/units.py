# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Units as data: UCUM codes, how to print them, and their plain names.

Source: The Unified Code for Units of Measure (ucum.org), case-sensitive codes.
"""

from __future__ import annotations

import re

# code -> how it is printed
_PRINTED = {
    "1": "", "%": "%", "Cel": "°C", "K": "K", "Pa": "Pa", "hPa": "hPa", "kPa": "kPa", "lx": "lx",
    "V": "V", "mV": "mV", "A": "A", "mA": "mA", "uA": "µA", "W": "W", "mW": "mW", "J": "J",
    "Ohm": "Ω", "F": "F", "uF": "µF", "nF": "nF", "Hz": "Hz", "kHz": "kHz", "s": "s", "ms": "ms", "us": "µs",
    "min": "min", "h": "h", "d": "d", "m": "m", "mm": "mm", "cm": "cm", "km": "km", "g": "g",
    "kg": "kg", "mL": "mL", "L": "L", "mL/s": "mL/s", "L/min": "L/min", "m/s": "m/s",
    "m/s2": "m/s²", "deg": "°", "deg/s": "°/s", "rad": "rad", "T": "T", "uT": "µT", "dB": "dB",
    "[ppm]": "ppm", "ug/m3": "µg/m³", "[pH]": "pH", "/min": "/min", "By": "B",
}

UNITS = tuple(_PRINTED)

_COUNTED = re.compile(r"\{[a-z]{1,20}\}")     # UCUM's annotation: {drops} counts drops


def is_unit(code: str) -> bool:
    """True for a code of the table, or a counted thing in braces such as ``{drops}``."""
    return code in _PRINTED or bool(_COUNTED.fullmatch(code))


def printed(code: str) -> str:
    """``Cel`` -> ``°C``; "1" -> ""; ``{drops}`` -> ``drops``."""
    return _PRINTED.get(code, code.strip("{}"))


def with_unit(value: float, code: str) -> str:
    """``40, "mL"`` -> ``40 mL``; per cent and degrees stand close."""
    number = f"{value:g}" if isinstance(value, float) else str(value)
    unit = printed(code)
    if not unit:
        return number
    return number + unit if unit in ("%", "°") else f"{number} {unit}"
