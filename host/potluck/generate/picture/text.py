# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How wide a text becomes, without a font: widths of the widest common one, so that none is wider."""

from __future__ import annotations

FAMILY = "'DejaVu Sans',Verdana,'Liberation Sans',Arial,Helvetica,sans-serif"

# Thousandths of the size, after DejaVu Sans; what is not listed is taken as WIDE.
_WIDTHS = {
    **dict.fromkeys("il'|", 280), **dict.fromkeys("jI", 300), **dict.fromkeys(" .,:;", 340),
    **dict.fromkeys("f()[]-t", 400), **dict.fromkeys("r/", 415), **dict.fromkeys("\"!", 465),
    **dict.fromkeys("csz_*", 550), **dict.fromkeys("kvxyJ?·", 600), **dict.fromkeys("abdeghnopqu0123456789", 640),
    **dict.fromkeys("FLTYEZSPXVAKRBC", 700), **dict.fromkeys("UNDGHOQΩ", 790), **dict.fromkeys("w+=<>→~−–", 840),
    **dict.fromkeys("M&", 870), **dict.fromkeys("mW%", 1000), "µ": 640, "°": 500,
}  # fmt: skip
_WIDE = 1000


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that the text takes at most."""
    return sum(_WIDTHS.get(sign, _WIDE) for sign in text) * size / 1000 * (1.12 if bold else 1)


def wrap(text: str, size: float, most: float, *, bold: bool = False) -> list[str]:
    """The text in lines of at most ``most`` px; a single longer word is left whole."""
    lines: list[str] = []
    for word in text.split():
        if lines and width(f"{lines[-1]} {word}", size, bold=bold) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
