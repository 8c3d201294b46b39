# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Parts as SVG: their shapes, their terminals' names, their captions."""

from __future__ import annotations

from collections.abc import Mapping

from potluck.generate.picture import style
from potluck.generate.picture.bands import bands
from potluck.generate.picture.items import LINE_PX, STEP, Item
from potluck.generate.picture.text import width
from potluck.model import Component
from potluck.model.picture import Shape

_LABEL_PX = 11


def draw(item: Item, component: Component) -> str:
    """One part as a group; its caption belongs to it."""
    shapes = list(item.shapes())
    parts = [piece for shape in shapes for piece in shape_elements(shape, component.options)]
    if item.drawing.labels:
        parts += [_label(item, component, name, shapes) for name in item.drawing.pins]
    x, y, wide, _ = item.caption_box
    middle, top = (item.x + x + wide / 2) * STEP, (item.y + y) * STEP
    parts += [
        style.text(middle, top + LINE_PX * (line + 1) - 2, content, "name middle" if bold else "ink middle")
        for line, (content, bold) in enumerate(item.caption)
    ]
    return style.group(parts, "part", data_part=item.owner)


def shape_elements(shape: Shape, options: Mapping) -> list[str]:
    """A stroke as elements of SVG. options: the part's, for paints and bands that follow them."""
    paint = shape.paint
    if paint.startswith("{"):
        chosen = str(options.get(paint.strip("{}"), ""))
        paint = chosen if chosen in style.PAINTS else "grey"
    at = [value * STEP for value in shape.at]
    if shape.kind == "rect":
        x, y, w, h = at
        return [style.element("rect", x=x, y=y, width=w, height=h, rx=shape.rounded * STEP or None, class_=f"body p-{paint}")]
    if shape.kind == "circle":
        return [style.element("circle", cx=at[0], cy=at[1], r=at[2], class_=f"body p-{paint}")]
    points = " ".join(f"{style.number(x)},{style.number(y)}" for x, y in zip(at[::2], at[1::2], strict=False))
    if shape.kind == "polygon":
        return [style.element("polygon", points=points, class_=f"body p-{paint}")]
    if shape.kind == "line":
        return [style.element("polyline", points=points, class_=f"lead {colour}", style=f"stroke-width:{style.number(wide)}px")
                for colour, wide in (("body", shape.width + 1.6), (f"l-{paint}", shape.width))]  # fmt: skip
    if shape.kind == "bands":
        return _bands(at, float(options.get("ohms", 0)))
    kind = {"ink": "ink", "white": "white"}.get(paint, "dark")
    return [style.text(at[0], at[1] + shape.size * 0.36, shape.text, f"bold middle {kind}", shape.size)]


def _bands(at: list[float], ohms: float) -> list[str]:
    """A resistor's colours, read from its left; the last, the tolerance, apart from the others."""
    x, y, w, h = at
    colours = bands(ohms)
    places = [0.14, 0.29, 0.44, 0.59, 0.83]
    return [style.element("rect", x=x + w * place, y=y, width=w * 0.075, height=h, class_=f"p-{colour}")
            for place, colour in zip(places, colours, strict=True)]  # fmt: skip


def _label(item: Item, component: Component, name: str, shapes: list[Shape]) -> str:
    """A terminal's name inside the drawing, beside its pin."""
    pin, content = item.pin(name), component.part.terminals[name].label.partition(" (")[0]
    half = width(content, _LABEL_PX) / 2
    if pin.dx:
        x, y = pin.x * STEP - pin.dx * 10, pin.y * STEP + 4
        anchor, middle = ("end", x - half) if pin.dx > 0 else ("", x + half)
    else:
        x, y = pin.x * STEP - 5 - half, pin.y * STEP - pin.dy * 10 + 4
        anchor, middle = "middle", x
    ground = _under(middle / STEP, y / STEP - 0.3, shapes)
    colour = style.PAINTS[ground][1] if ground else "ink"
    return style.text(x, y, content, " ".join(filter(None, ("bold", anchor, colour))), _LABEL_PX)


def _under(x: float, y: float, shapes: list[Shape]) -> str:
    """The paint of the topmost rectangle at that point, or ""."""
    for shape in reversed(shapes):
        if shape.kind == "rect" and shape.paint in style.PAINTS:
            left, top, w, h = shape.at
            if left <= x <= left + w and top <= y <= top + h:
                return shape.paint
    return ""
