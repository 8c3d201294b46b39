# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a sheet consists of: symbols in their places, wires, labels, texts. Steps of 1.27 mm, y down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from potluck.generate.schematic.text import width
from potluck.model.symbol import WAYS, Shape

Point = tuple[int, int]
Box = tuple[float, float, float, float]         # left, top, right, bottom


@dataclass(frozen=True)
class Pin:
    """A pin of a drawn symbol: (x, y) is where the wire joins, way where the wire goes on."""

    number: str
    name: str
    type: str
    x: int
    y: int
    way: str
    length: float


@dataclass(frozen=True)
class Drawn:
    """A symbol of the library. Pins' names and numbers are shown when it is a box."""

    name: str
    ref: str
    value: str
    pins: tuple[Pin, ...]
    shapes: tuple[Shape, ...]
    box: bool = False
    numbers: bool = False
    power: bool = False
    about: str = ""

    def pin(self, number: str) -> Pin:
        """The pin of that number."""
        return next(pin for pin in self.pins if pin.number == number)


@dataclass(frozen=True)
class Text:
    """A text around its anchor: justify "left", "right" or "centre"; its middle is at y."""

    text: str
    x: float
    y: float
    justify: str = "left"
    size: float = 1.0
    bold: bool = False

    @property
    def bounds(self) -> Box:
        wide = width(self.text, self.size) * (1.1 if self.bold else 1)
        left = {"left": self.x, "right": self.x - wide, "centre": self.x - wide / 2}[self.justify]
        return left, self.y - 0.65 * self.size, left + wide, self.y + 0.65 * self.size


@dataclass(frozen=True)
class Placed:
    """A symbol on the sheet, turned counter-clockwise; ref and value with the places of their texts."""

    drawn: Drawn
    key: str
    x: int
    y: int
    angle: int
    ref: Text
    value: Text
    hidden_ref: bool = False

    def at(self, number: str) -> tuple[Point, str]:
        """Where a pin joins on the sheet, and which way its wire goes on."""
        pin = self.drawn.pin(number)
        dx, dy = turned((pin.x, pin.y), self.angle)
        return (self.x + dx, self.y + dy), turned_way(pin.way, self.angle)

    @property
    def bounds(self) -> Box:
        corners = [turned(point, self.angle) for point in extent(self.drawn)]
        boxes = [(self.x + x, self.y + y, self.x + x, self.y + y) for x, y in corners]
        texts = [self.value.bounds] + ([] if self.hidden_ref else [self.ref.bounds])
        return around([*boxes, *texts])


@dataclass(frozen=True)
class Label:
    """A net's name at a wire's end; the flag lies on the way."""

    net: str
    x: int
    y: int
    way: str
    shape: str

    @property
    def bounds(self) -> Box:
        dx, dy = WAYS[self.way]
        wide, high = 0.9 * abs(dy), 0.9 * abs(dx)
        x, y = self.x + dx * flag_length(self.net), self.y + dy * flag_length(self.net)
        return around([(self.x - wide, self.y - high, self.x + wide, self.y + high), (x, y, x, y)])


@dataclass
class Block:
    """A piece of the sheet.

    frame             its own, once it has one
    frames, captions  of the blocks that were put into it: their frames, titles and notes
    """

    title: str = ""
    symbols: list[Placed] = field(default_factory=list)
    wires: list[tuple[Point, Point]] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    crosses: list[Point] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    frame: Box | None = None
    frames: list[Box] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    captions: list[Text] = field(default_factory=list)

    @property
    def bounds(self) -> Box:
        if self.frame:
            return self.frame
        boxes = [item.bounds for item in (*self.symbols, *self.labels, *self.texts)]
        boxes += [around([(*start, *start), (*end, *end)]) for start, end in self.wires]
        boxes += [(x - 0.6, y - 0.6, x + 0.6, y + 0.6) for x, y in self.crosses]
        return around(boxes)

    def wire(self, *points: Point) -> None:
        """A wire through the points; a corner is a point of its own."""
        for start, end in zip(points, points[1:], strict=False):
            if start != end:
                self.wires.append((start, end))

    def add(self, other: Block) -> None:
        """Put another block's things here."""
        for name in ("symbols", "wires", "labels", "crosses", "texts"):
            getattr(self, name).extend(getattr(other, name))

    def moved(self, dx: int, dy: int) -> Block:
        """The same elsewhere."""
        return Block(
            self.title,
            [replace(one, x=one.x + dx, y=one.y + dy, ref=_text_moved(one.ref, dx, dy),
                     value=_text_moved(one.value, dx, dy)) for one in self.symbols],
            [((a + dx, b + dy), (c + dx, d + dy)) for (a, b), (c, d) in self.wires],
            [replace(one, x=one.x + dx, y=one.y + dy) for one in self.labels],
            [(x + dx, y + dy) for x, y in self.crosses],
            [_text_moved(one, dx, dy) for one in self.texts],
            self.frame and (self.frame[0] + dx, self.frame[1] + dy, self.frame[2] + dx, self.frame[3] + dy),
        )


def _text_moved(text: Text, dx: int, dy: int) -> Text:
    return replace(text, x=text.x + dx, y=text.y + dy)


def turned(point: tuple[float, float], angle: int) -> tuple:
    """The point turned counter-clockwise about the origin (y is down)."""
    x, y = point
    return {0: (x, y), 90: (y, -x), 180: (-x, -y), 270: (-y, x)}[angle]


def turned_way(way: str, angle: int) -> str:
    """The way turned counter-clockwise."""
    there = turned(WAYS[way], angle)
    return next(name for name, vector in WAYS.items() if vector == there)


def opposite(way: str) -> str:
    """right for left, and so on."""
    return turned_way(way, 180)


def around(boxes: Iterable[Box]) -> Box:
    """The box around all of them."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def body(drawn: Drawn) -> Box:
    """The box around a symbol's shapes, before it is turned."""
    boxes: list[Box] = []
    for shape in drawn.shapes:
        numbers = shape.numbers
        if shape.kind == "circle":
            x, y, radius = numbers
            boxes.append((x - radius, y - radius, x + radius, y + radius))
        elif shape.kind == "text":
            boxes.append(Text(shape.text, *numbers, "centre").bounds)
        else:
            boxes.append((min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])))
    return around(boxes) if boxes else (0, 0, 0, 0)


def extent(drawn: Drawn) -> list[tuple[float, float]]:
    """Two corners of the box around shapes and pins, before it is turned."""
    left, top, right, bottom = around([body(drawn), *((pin.x, pin.y, pin.x, pin.y) for pin in drawn.pins)])
    return [(left, top), (right, bottom)]


def flag_length(net: str) -> float:
    """Steps that a label's flag reaches from its point."""
    return width(net) + 2.0
