# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Colours, and the elements of SVG as text. What is drawn carries a class; its colour stands here once."""

from __future__ import annotations

import html

from potluck.generate.picture.text import FAMILY

# Wires, after Okabe and Ito's colours: they stay apart for every kind of colour vision (the tests reckon what is seen
# without the long, the middle or the short cones). Each net has a pattern too (_STRIPES), so that a black-and-white print
# says the same.
WIRES = {
    "black": "#1c1c1e", "red": "#e03a2a", "orange": "#e69f00", "yellow": "#f0e442", "blue": "#0072b2",
    "green": "#009e73", "violet": "#d18bd6", "white": "#ffffff", "brown": "#5e3a14", "grey": "#9aa0a6",
}  # fmt: skip
_PALE = {"orange", "yellow", "violet", "white", "grey"}  # their stripes are dark
# Dashes of the stripe along a wire, by pattern; "": no stripe.
_STRIPES = {0: "", 1: "7 7", 2: "2 6", 3: "14 4", 4: "9 4 2 4", 5: "1 3"}

# Bodies: paint -> (fill, colour of text on it).
PAINTS = {
    "black": ("#2b2d31", "white"), "white": ("#f7f7f5", "dark"), "grey": ("#6b7178", "white"),
    "silver": ("#c3c8ce", "dark"), "gold": ("#d9b44a", "dark"), "copper": ("#b87333", "white"),
    "red": ("#d7453a", "white"), "orange": ("#f08a24", "dark"), "yellow": ("#f4d64a", "dark"),
    "green": ("#3fae5a", "dark"), "blue": ("#2f6fc0", "white"), "violet": ("#8e5bb5", "white"),
    "brown": ("#7a4a21", "white"), "beige": ("#ead9b5", "dark"), "cream": ("#fbf6e6", "dark"),
    "teal": ("#14514b", "white"), "navy": ("#1d3557", "white"),
}  # fmt: skip

_STYLE = """
text{font-family:%s;font-size:11.5px}
.ink,.name{fill:#17191c}.bold,.name{font-weight:bold}.dark{fill:#17191c}.white{fill:#fff}.dim{fill:#9fb0a8}
.middle{text-anchor:middle}.end{text-anchor:end}
.page{fill:#fff}.panel{fill:#eef2f5}.body{stroke:#17191c;stroke-width:1}.lead{fill:none;stroke-linecap:butt}
.halo,.edge,.core,.stripe{fill:none;stroke-linejoin:round}.halo{stroke:#fff;stroke-width:10}
.edge{stroke:#17191c;stroke-width:5.5}.core{stroke-width:4}.stripe{stroke-width:1.6}
.rail .edge{stroke-width:8.5;stroke-linecap:round}.rail .core{stroke-width:7;stroke-linecap:round}
.dot{stroke:#17191c;stroke-width:.8}.badge{fill:#fff;stroke:#17191c;stroke-width:1.3}.number{font-size:10px;font-weight:bold;fill:#17191c;text-anchor:middle}
"""
_DARK = """
@media screen and (prefers-color-scheme:dark){
.ink,.name{fill:#e9ecef}.page{fill:#14181d}.panel{fill:#212932}.halo{stroke:#14181d}.body{stroke:#aeb6bf}
.edge,.dot{stroke:#aeb6bf}.w-black .edge,.w-black .dot{stroke:#e9ecef}.rail .edge{stroke:#aeb6bf}
}
"""


def style(*, dark: bool = True) -> str:
    """The style sheet: light, and dark on a screen that asks for it; a print is always light."""
    rules = [f".w-{name} .core{{stroke:{colour}}}.w-{name} .dot{{fill:{colour}}}"
             f".w-{name} .stripe{{stroke:{'#17191c' if name in _PALE else '#fff'}}}" for name, colour in WIRES.items()]  # fmt: skip
    rules += [f".p-{name}{{fill:{fill}}}.l-{name}{{stroke:{fill}}}" for name, (fill, _) in PAINTS.items()]
    return "<style>" + _STYLE.strip() % FAMILY + "\n" + "\n".join(rules) + (_DARK.rstrip() if dark else "") + "\n</style>"


def stripe(pattern: int, rail: str) -> str | None:
    """stroke-dasharray of the wire's stripe; "" for a whole one, None for none."""
    if rail:
        return "" if rail == "5V" else None
    return _STRIPES[pattern]


def number(value: float) -> str:
    """A coordinate as short as it is exact to a tenth of a pixel."""
    return f"{value:.1f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def element(name: str, content: str | None = None, **attributes: object) -> str:
    """An element; numbers are rounded to tenths, ``class_`` becomes class and x_y becomes x-y."""
    shown = "".join(
        f" {key.rstrip('_').replace('_', '-')}={_quoted(number(value) if isinstance(value, (int, float)) else str(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{shown}/>" if content is None else f"<{name}{shown}>{content}</{name}>"


def text(x: float, y: float, content: str, class_: str, size: float | None = None) -> str:
    """A line of text with its baseline at y."""
    return element("text", escape(content), x=x, y=y, class_=class_, style=f"font-size:{number(size)}px" if size else None)


def escape(words: str) -> str:
    """As text of an element. (xml.sax.saxutils would do it too, and load all of urllib for every command.)"""
    return html.escape(words, quote=False)


def _quoted(words: str) -> str:
    return '"' + escape(words).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;") + '"'


def group(parts: list[str], class_: str, **data: object) -> str:
    """A <g> with one element on each line."""
    return element("g", "\n" + "\n".join(parts) + "\n", class_=class_, **data)
