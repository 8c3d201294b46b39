# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A sheet in the format of KiCad 6 (.kicad_sch, 20211123), which later ones read."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from potluck.generate.schematic.drawing import Block, Drawn, Label, Placed, Text
from potluck.generate.schematic.joined import cut
from potluck.generate.schematic.library import font, symbol_node
from potluck.generate.schematic.sexpr import Quoted, mm, write

_SPACE = uuid.UUID("7d8f3a51-52f5-4c0e-9a55-0c6ec1f1a7d4")      # potluck's own, so that ids never change
_ANGLE = {"right": 0, "up": 90, "left": 180, "down": 270}


def sheet_text(block: Block, symbols: Iterable[Drawn], *, name: str, key: str, paper: str,
               title_block: tuple) -> str:
    """The file's text. name: of the library; key: what makes this sheet's ids differ from others'."""
    made = _Sheet(name, key)
    wires, dots = cut(block)
    nodes = [("polyline", ("pts", *(("xy", mm(x), mm(y)) for x, y in corners)),
              ("stroke", ("width", "0.1524"), ("type", "dash"), ("color", 0, 0, 0, 0)), made.id(f"frame {corners}"))
             for left, top, right, bottom in block.frames
             for corners in ([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)],)]
    nodes += [("junction", ("at", mm(x), mm(y)), ("diameter", 0), ("color", 0, 0, 0, 0), made.id(f"dot {x} {y}"))
              for x, y in dots]
    nodes += [("no_connect", ("at", mm(x), mm(y)), made.id(f"cross {x} {y}")) for x, y in block.crosses]
    nodes += [("wire", ("pts", *(("xy", mm(x), mm(y)) for x, y in wire)),
               ("stroke", ("width", 0), ("type", "default"), ("color", 0, 0, 0, 0)), made.id(f"wire {wire}"))
              for wire in wires]
    nodes += [made.text(text) for text in (*block.texts, *block.captions)]
    nodes += [made.label(label) for label in block.labels]
    placed = made.numbered(block.symbols)
    nodes += [made.symbol(symbol, ref) for symbol, ref in placed]
    instances = [("path", Quoted(f"/{made.uuid(_key(symbol))}"), ("reference", Quoted(ref)), ("unit", 1),
                  ("value", Quoted(symbol.value.text)), ("footprint", Quoted(""))) for symbol, ref in placed]
    return write((
        "kicad_sch", ("version", "20211123"), ("generator", "potluck"), made.id("sheet"), ("paper", Quoted(paper)),
        title_block, ("lib_symbols", *(symbol_node(one, f"{name}:{one.name}") for one in symbols)), *nodes,
        ("sheet_instances", ("path", Quoted("/"), ("page", Quoted("1")))), ("symbol_instances", *instances))) + "\n"


class _Sheet:
    def __init__(self, name: str, key: str):
        self.name, self.key = name, key

    def uuid(self, what: str) -> uuid.UUID:
        return uuid.uuid5(_SPACE, f"{self.key} {what}")

    def id(self, what: str) -> tuple:
        return ("uuid", str(self.uuid(what)))

    def numbered(self, symbols: list[Placed]) -> list[tuple[Placed, str]]:
        """Symbols with their references; supplies are counted."""
        found, count = [], 0
        for symbol in symbols:
            count += symbol.drawn.power
            found.append((symbol, f"#PWR{count:02}" if symbol.drawn.power else symbol.ref.text))
        return found

    def symbol(self, symbol: Placed, ref: str) -> tuple:
        texts = (("Reference", ref, symbol.ref, symbol.hidden_ref), ("Value", symbol.value.text, symbol.value, False))
        own = "" if symbol.drawn.power else symbol.key
        hidden = (("Footprint", ""), ("Datasheet", ""), *((("Name", own),) if own else ()))
        return ("symbol", ("lib_id", Quoted(f"{self.name}:{symbol.drawn.name}")),
                ("at", mm(symbol.x), mm(symbol.y), symbol.angle), ("unit", 1), ("in_bom", "yes"), ("on_board", "yes"),
                self.id(_key(symbol)),
                *(_field(number, *field, symbol) for number, field in enumerate(texts)),
                *(("property", Quoted(key), Quoted(value), ("id", number), ("at", mm(symbol.x), mm(symbol.y), 0),
                   ("effects", font(), "hide")) for number, (key, value) in enumerate(hidden, 2)),
                *(("pin", Quoted(pin.number), self.id(f"{_key(symbol)} pin {pin.number}")) for pin in symbol.drawn.pins))

    def label(self, label: Label) -> tuple:
        justify = "right" if label.way in ("left", "down") else "left"
        return ("global_label", Quoted(label.net), ("shape", label.shape), ("at", mm(label.x), mm(label.y),
                                                                            _ANGLE[label.way]),
                ("effects", font(), ("justify", justify)), self.id(f"label {label.x} {label.y}"),
                ("property", Quoted("Intersheet References"), Quoted("${INTERSHEET_REFS}"), ("id", 0),
                 ("at", mm(label.x), mm(label.y), 0), ("effects", font(), "hide")))

    def text(self, text: Text) -> tuple:
        # KiCad sets a text on its anchor: half a letter lower than its middle.
        justify = ("justify", text.justify) if text.justify != "centre" else None
        return ("text", Quoted(text.text), ("at", mm(text.x), mm(text.y), 0),
                ("effects", font(text.size, bold=text.bold), *((justify,) if justify else ())),
                self.id(f"text {text.x} {text.y} {text.text}"))


def _key(symbol: Placed) -> str:
    """What tells a symbol from all others of its sheet: whose it is; of a supply's sign, its place."""
    return f"{symbol.key} {symbol.x} {symbol.y}" if symbol.drawn.power else symbol.key


def _field(number: int, name: str, value: str, text: Text, hidden: bool, symbol: Placed) -> tuple:
    """A field turns with its symbol: its angle and its side are given so that it is level and where it was meant."""
    justify = text.justify
    if symbol.angle in (90, 180):
        justify = {"left": "right", "right": "left"}.get(justify, justify)
    effects = ["effects", font(text.size), *((("justify", justify),) if justify != "centre" else ())]
    if hidden:
        effects.append("hide")
    return ("property", Quoted(name), Quoted(value), ("id", number),
            ("at", mm(text.x), mm(text.y), 90 if symbol.angle in (90, 270) else 0), tuple(effects))
