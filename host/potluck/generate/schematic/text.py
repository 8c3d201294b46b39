# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How much room a text takes in KiCad's own letters."""

from __future__ import annotations

# Width of letters, as a share of the size; measured in SVG files that kicad-cli 9.0.8 made.
_WIDTHS = {
    0.39: "`", 0.49: "j!,;:'.iI", 0.54: "l", 0.58: "–tf^", 0.63: "r", 0.68: "[}{)(]\\", 0.73: "~",
    0.77: 'Jy·°v_ *T"', 0.82: "xkzsL", 0.87: "FéVc?eYA", 0.92: "üuqpöäognbhdaE", 0.96: "S|Z7410$8362X95",
    1.01: "RKGCB#PD", 1.06: "µNOw/UQH", 1.11: "ß", 1.15: "W—Ω%M", 1.25: "≤×±->+&=<", 1.30: "@", 1.35: "m",
    1.44: "…",
}
_WIDTH = {letter: width for width, letters in _WIDTHS.items() for letter in letters}


def width(text: str, size: float = 1.0) -> float:
    """Steps that the text is wide when its letters are ``size`` steps high."""
    return size * sum(_WIDTH.get(letter, 1.15) for letter in text)


def wrapped(text: str, most: float, size: float = 1.0) -> list[str]:
    """The text in lines that are no wider than that, as far as its words allow."""
    lines: list[str] = []
    for word in text.split():
        if lines and width(f"{lines[-1]} {word}", size) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def shortened(text: str, most: float, size: float = 1.0) -> str:
    """The text, cut with … when it is wider than that."""
    if width(text, size) <= most:
        return text
    while text and width(text + "…", size) > most:
        text = text[:-1]
    return text.rstrip() + "…"
