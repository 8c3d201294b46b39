# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Things on the table: a component's drawing, turned the way it lies, with its caption."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from potluck.model import Component, Wiring
from potluck.model.picture import Drawing, Shape
from potluck.generate.picture.text import width, wrap

STEP = 12  # px between two lines of the grid: a wire with its edges is 6 wide, a number 17
LINE_PX = 14
CAPTION_PX = 11.5
TITLE_PX = 12
_WIDEST_PX = 150

Box = tuple[float, float, float, float]  # x, y of the upper left corner, width, height; in steps
_OUT = {"left": (-1, 0), "right": (1, 0), "top": (0, -1), "bottom": (0, 1)}


@dataclass(frozen=True)
class Pin:
    """Where a wire begins: a node of the grid, the way out, how many steps until it may bend."""

    x: int
    y: int
    dx: int
    dy: int
    reach: int = 1

    @property
    def door(self) -> tuple[int, int]:
        """The first node outside."""
        return self.x + self.dx * self.reach, self.y + self.dy * self.reach


@dataclass
class Item:
    """A component on the table. Positions are relative to ``x``, ``y`` (whole steps) until placed.

    turned   "" as drawn, "mirror" or "rotate"
    caption  lines (text, bold), written in ``caption_box``
    """

    owner: str
    drawing: Drawing
    caption: list[tuple[str, bool]]
    turned: str = ""
    x: int = 0
    y: int = 0
    caption_box: Box = field(init=False)

    def __post_init__(self):
        self.turn(self.turned)

    def turn(self, turned: str) -> None:
        """Lay it that way, and its caption where no wire leaves."""
        self.turned = turned
        sides = {self._side(name) for name in self.drawing.pins}
        w, h = self.drawing.size
        wide = math.ceil((max(width(text, CAPTION_PX, bold=bold) for text, bold in self.caption) + 6) / STEP)
        high = math.ceil((len(self.caption) * LINE_PX + 2) / STEP)
        middle_x, middle_y = math.floor((w - wide) / 2), math.floor((h - high) / 2)
        places = {"bottom": (middle_x, h), "top": (middle_x, -high), "right": (w, middle_y), "left": (-wide, middle_y)}
        side = next((side for side in places if side not in sides), "bottom")
        self.caption_box = (*places[side], wide, high)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A point of the drawing as it lies, relative to the item."""
        w, h = self.drawing.size
        return (w - x if self.turned else x, h - y if self.turned == "rotate" else y)

    def _side(self, name: str) -> str:
        side = self.drawing.side(name)
        if side in ("left", "right"):
            return {"left": "right", "right": "left"}[side] if self.turned else side
        return {"top": "bottom", "bottom": "top"}[side] if self.turned == "rotate" else side

    def pin(self, name: str) -> Pin:
        """A terminal's pin on the table."""
        x, y = self.place(*self.drawing.pins[name])
        return Pin(self.x + int(x), self.y + int(y), *_OUT[self._side(name)])

    def boxes(self) -> tuple[Box, Box]:
        """Where no wire may go: the body with its pins, and the caption."""
        x, y, w, h = self.caption_box
        return (self.x, self.y, *self.drawing.size), (self.x + x, self.y + y, w, h)

    def extent(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of both boxes, in steps, relative to x and y."""
        x, y, w, h = (int(value) for value in self.caption_box)
        return min(0, x), min(0, y), max(self.drawing.size[0], x + w), max(self.drawing.size[1], y + h)

    def room(self) -> tuple[int, int]:
        """Top and bottom of what it needs above and below: wires that leave there need their lines."""
        _, top, _, bottom = self.extent()
        sides = [self._side(name) for name in self.drawing.pins]
        return top - sides.count("top"), bottom + sides.count("bottom")

    def shapes(self) -> Iterator[Shape]:
        """The strokes in the table's steps."""
        for shape in self.drawing.shapes:
            yield Shape(shape.kind, tuple(self._moved(shape)), shape.paint, shape.rounded, shape.width, shape.text, shape.size)

    def _moved(self, shape: Shape) -> Iterator[float]:
        if shape.kind in ("rect", "bands"):
            x, y, w, h = shape.at
            x, y = (min(a, b) for a, b in zip(self.place(x, y), self.place(x + w, y + h), strict=True))
            yield from (self.x + x, self.y + y, w, h)
            return
        points = shape.at[:2] if shape.kind == "circle" else shape.at
        for x, y in zip(points[::2], points[1::2], strict=True):
            x, y = self.place(x, y)
            yield from (self.x + x, self.y + y)
        yield from shape.at[len(points) :]


def item_of(wiring: Wiring, component: Component, name: str) -> Item:
    """The component with its caption: its name, its value, and what its drawing notes on polarity."""
    drawing = component.part.picture or box(component)
    value = component.value if component.value.lower() != name.lower() else component.part.title
    lines = [(name, True), *((text, False) for text in wrap(value, CAPTION_PX, _WIDEST_PX))]
    if drawing.note:
        note = re.sub(r"\{(\w+)\}", lambda match: other_end(wiring, component, match[1]), drawing.note)
        lines += [(text, False) for text in wrap(note, CAPTION_PX, _WIDEST_PX)]
    return Item(component.owner, drawing, lines)


def other_end(wiring: Wiring, component: Component, terminal: str) -> str:
    """Where a terminal's wires go, in a word or two: its rail, or what else is on its net."""
    net = wiring.net_of(component.owner, terminal)
    if net.rail:
        return "5 V" if net.rail == "5V" else "3.3 V" if net.rail == "3V3" else net.rail
    names = [title(wiring, end.owner) for end in net.ends if end.owner != component.owner]
    return " and ".join(dict.fromkeys(names)) if names else "nothing"


def title(wiring: Wiring, owner: str) -> str:
    """What an owner is called in the picture: the recipe's name, or the reference of a circuit's part."""
    if owner == "board":
        return "the board"
    return wiring.component(owner).ref if "." in owner else owner


def box(component: Component) -> Drawing:
    """A tidy box for a part without a drawing: its terminals at the left, one below the other."""
    labels = [terminal.label for terminal in component.part.terminals.values()]
    wide = max(6, math.ceil((max(width(label, 11) for label in labels) + 22) / STEP))
    pins = {name: (0, 1 + 2 * number) for number, name in enumerate(component.part.terminals)}
    size = (min(wide, 24), 2 * len(pins))
    return Drawing(size, pins, (Shape("rect", (0, 0, *size), "cream", rounded=0.5),))
