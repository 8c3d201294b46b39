# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Symbols as KiCad's library has them. There y is up."""

from __future__ import annotations

from collections.abc import Iterable

from potluck.generate.schematic.drawing import Drawn, Pin, body
from potluck.generate.schematic.sexpr import Quoted, mm, write
from potluck.model.symbol import Shape

_TURN = {"left": 0, "right": 180, "up": 270, "down": 90}       # a pin's angle looks into the symbol


def library(symbols: Iterable[Drawn]) -> str:
    """A .kicad_sym file, in the format of KiCad 6."""
    return write(("kicad_symbol_lib", ("version", "20211014"), ("generator", "potluck"),
                  *(symbol_node(one, one.name) for one in symbols))) + "\n"


def symbol_node(drawn: Drawn, name: str) -> tuple:
    """The symbol under that name (in a sheet: with its library's)."""
    left, top, right, bottom = body(drawn)
    at = (0, 3.1 if drawn.value == "GND" else -2.5) if drawn.power else (right + 1, top)
    head: list = [("power",)] if drawn.power else []
    if not drawn.numbers:
        head.append(("pin_numbers", "hide"))
    head.append(("pin_names", ("offset", "0.508")) if drawn.box else ("pin_names", ("offset", "0"), "hide"))
    fields = (("Reference", drawn.ref, at, drawn.power), ("Value", drawn.value, at if drawn.power else (at[0], at[1] + 2),
                                                          False),
              ("Footprint", "", (0, 0), True), ("Datasheet", "", (0, 0), True),
              ("ki_description", drawn.about, (0, 0), True))
    return ("symbol", Quoted(name), *head, ("in_bom", "yes"), ("on_board", "yes"),
            *(_property(number, *field) for number, field in enumerate(fields)),
            ("symbol", Quoted(f"{drawn.name}_0_1"), *(_shape(one, drawn) for one in drawn.shapes)),
            ("symbol", Quoted(f"{drawn.name}_1_1"), *(_pin(one, drawn) for one in drawn.pins)))


def font(size: float = 1.0, *, bold: bool = False) -> tuple:
    """(font …) for letters of that many steps."""
    return ("font", ("size", mm(size), mm(size)), *(("bold",) if bold else ()))


def _property(number: int, name: str, value: str, at: tuple, hidden: bool) -> tuple:
    effects = ("effects", font(), *(("hide",) if hidden else ()))
    return ("property", Quoted(name), Quoted(value), ("id", number), ("at", mm(at[0]), mm(-at[1]), 0), effects)


def _shape(shape: Shape, drawn: Drawn) -> tuple:
    numbers = shape.numbers
    points = [(mm(x), mm(-y)) for x, y in zip(numbers[::2], numbers[1::2], strict=False)]
    fill = "outline" if shape.filled else "background" if drawn.box else "none"
    style = (("stroke", ("width", "0.1524" if drawn.power else "0.254"), ("type", "default")), ("fill", ("type", fill)))
    if shape.kind == "line":
        return ("polyline", ("pts", *(("xy", *point) for point in points)), *style)
    if shape.kind == "rect":
        return ("rectangle", ("start", *points[0]), ("end", *points[1]), *style)
    if shape.kind == "circle":
        return ("circle", ("center", *points[0]), ("radius", mm(numbers[2])), *style)
    if shape.kind == "arc":
        return ("arc", ("start", *points[0]), ("mid", *points[1]), ("end", *points[2]), *style)
    return ("text", Quoted(shape.text), ("at", *points[0], 0), ("effects", font(1.6)))


def _pin(pin: Pin, drawn: Drawn) -> tuple:
    return ("pin", pin.type, "line", ("at", mm(pin.x), mm(-pin.y), _TURN[pin.way]), ("length", mm(pin.length)),
            *(("hide",) if drawn.power else ()),
            ("name", Quoted(pin.name), ("effects", font())), ("number", Quoted(pin.number), ("effects", font(0.8))))
