# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Measures a wiring picture from its SVG alone: what lies over what, and how often wires cross.

It knows nothing of the router: lines are read from the paths, boxes from the shapes, and texts get
the width that their font needs (a browser's measure may be handed in instead).
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from itertools import combinations

SVG = "{http://www.w3.org/2000/svg}"
HALF = 2.75     # half of a wire with its edges, px
LEAD = 12       # so far a wire may lie on its own part: from the pin to the body's edge

Line = tuple[float, float, float, float]
Box = tuple[float, float, float, float]     # left, top, right, bottom


@dataclass
class Measured:
    """overlaps: a sentence each; crossings of two wires; rail_crossings: of a wire and a rail's bar."""

    wires: int = 0
    overlaps: list[str] = field(default_factory=list)
    crossings: int = 0
    rail_crossings: int = 0


@dataclass
class _Wire:
    name: str
    net: str
    lines: list[Line]


def measure(svg: str, widths: list[tuple[float, float]] | None = None) -> Measured:
    """All overlaps and crossings in the picture. widths: left and right of each text as a browser has them."""
    root = ET.fromstring(svg)
    table = next(node for node in root.iter(f"{SVG}g") if node.get("transform"))
    wires, rails = _wires(table), _rails(table)
    bodies = [(owner, box) for owner, node in _owned(table) if (box := _box(node))]
    texts = [(owner, "".join(node.itertext()), _text_box(node)) for owner, node in _texts(table)]
    if widths is not None:
        texts = [(owner, content, (left, box[1], right, box[3]))
                 for (owner, content, box), (left, right) in zip(texts, widths, strict=True)]
    found = Measured(len(wires))
    for wire in wires:
        for owner, box in bodies:
            if any(_meets(line, box, HALF - 0.5) for line in _clipped(wire.lines, LEAD)):
                found.overlaps.append(f"wire {wire.name} over {owner}")
        for _, content, box in texts:
            if any(_meets(line, box, HALF - 0.5) for line in wire.lines):
                found.overlaps.append(f"wire {wire.name} over the text {content}")
    _badges(table, wires, rails, bodies, texts, found)
    for (one, first, a), (two, second, b) in combinations(texts, 2):
        if _overlap(a, b):
            found.overlaps.append(f"{one}'s text {first} over {two}'s {second}")
    for owner, content, box in texts:
        found.overlaps += [f"{owner}'s text {content} over {other}" for other, body in bodies
                           if other != owner and _overlap(box, body)]
    _cross(wires, rails, found)
    return found


def _cross(wires: list[_Wire], rails: list[_Wire], found: Measured) -> None:
    for one, two in combinations([*wires, *rails], 2):
        if one in rails and two in rails:
            continue
        for first in one.lines:
            for second in two.lines:
                kind = _relation(first, second, one.net == two.net)
                if kind == "over":
                    found.overlaps.append(f"wire {one.name} along {two.name}")
                elif kind == "cross" and one.net != two.net:
                    if two in rails:
                        found.rail_crossings += 1
                    else:
                        found.crossings += 1


def _relation(a: Line, b: Line, same: bool) -> str:
    """ "over": along each other, or an end or a corner on a foreign wire; "cross": straight across; ""."""
    upright_a, upright_b = a[0] == a[2], b[0] == b[2]
    if upright_a == upright_b:
        axis = 1 if upright_a else 0
        apart = abs(a[1 - axis] - b[1 - axis])
        low = max(min(a[axis], a[axis + 2]), min(b[axis], b[axis + 2]))
        high = min(max(a[axis], a[axis + 2]), max(b[axis], b[axis + 2]))
        return "over" if high - low > 0.01 and apart < 2 * HALF else ""
    if upright_a:
        a, b = b, a
    left, right, y = min(a[0], a[2]), max(a[0], a[2]), a[1]
    top, bottom, x = min(b[1], b[3]), max(b[1], b[3]), b[0]
    if not (left - HALF < x < right + HALF and top - HALF < y < bottom + HALF):
        return ""
    if left + HALF < x < right - HALF and top + HALF < y < bottom - HALF:
        return "cross"
    return "" if same else "over"


def _badges(table, wires, rails, bodies, texts, found) -> None:
    group = next(node for node in table if node.get("class") == "numbers")
    shapes = list(group)
    spots = [(text.text, float(circle.get("cx")), float(circle.get("cy")), float(circle.get("r")))
             for circle, text in zip(shapes[::2], shapes[1::2], strict=True)]
    for name, x, y, r in spots:
        box = (x - r, y - r, x + r, y + r)
        for wire in (*wires, *rails):
            if wire.name != name and any(_meets(line, box, HALF - 0.5) for line in wire.lines):
                found.overlaps.append(f"number {name} over wire {wire.name}")
        own = [wire for wire in wires if wire.name == name]
        if not any(_meets(line, (x, y, x, y), 0.5) for wire in own for line in wire.lines):
            found.overlaps.append(f"number {name} is not on its wire")
        found.overlaps += [f"number {name} over {owner}" for owner, body in bodies if owner != "board" and _overlap(box, body)]
        found.overlaps += [f"number {name} over the text {content}" for _, content, other in texts if _overlap(box, other)]
    for (one, x1, y1, r), (two, x2, y2, _) in combinations(spots, 2):
        if (x1 - x2) ** 2 + (y1 - y2) ** 2 < (2 * r) ** 2:
            found.overlaps.append(f"number {one} over number {two}")


# -- reading --


def _wires(table) -> list[_Wire]:
    return [_Wire(path.get("data-wire"), group.get("data-net"), _lines(path.get("d")))
            for group in table for path in group if path.get("data-wire")]


def _rails(table) -> list[_Wire]:
    return [_Wire(f"rail {group.get('data-net')}", group.get("data-net"), _lines(path.get("d")))
            for group in table if (group.get("class") or "").startswith("rail")
            for path in group if path.get("class") == "core"]


def _lines(path: str) -> list[Line]:
    lines, x, y = [], 0.0, 0.0
    for letter, rest in re.findall(r"([MLHV])([^MLHV]*)", path):
        numbers = [float(value) for value in rest.split()]
        nx = x if letter == "V" else numbers[0]
        ny = y if letter == "H" else numbers[-1]
        if letter != "M":
            assert x == nx or y == ny, "a wire is slanted"
            lines.append((x, y, nx, ny))
        x, y = nx, ny
    return lines


def _owned(table):
    for group in table:
        if group.get("data-part"):
            for node in group.iter():
                if "body" in (node.get("class") or "") and "lead" not in node.get("class"):
                    yield group.get("data-part"), node


def _texts(table):
    for node in table:
        if node.tag == f"{SVG}text":
            yield "panel", node
        elif node.get("class") != "numbers":
            for text in node.iter(f"{SVG}text"):
                yield node.get("data-part") or node.get("data-net"), text


def _box(node) -> Box | None:
    if node.tag == f"{SVG}rect":
        x, y, w, h = (float(node.get(key)) for key in ("x", "y", "width", "height"))
        return x, y, x + w, y + h
    if node.tag == f"{SVG}circle":
        x, y, r = (float(node.get(key)) for key in ("cx", "cy", "r"))
        return x - r, y - r, x + r, y + r
    points = [float(value) for value in re.split(r"[ ,]+", node.get("points"))]
    return min(points[::2]), min(points[1::2]), max(points[::2]), max(points[1::2])


def _text_box(node) -> Box:
    """Estimated for a wide font: narrow signs, wide signs and the rest; capitals are 0.73 high."""
    size = float(re.search(r"font-size:([\d.]+)", node.get("style") or "font-size:11.5")[1])
    words = (node.get("class") or "").split()
    signs = sum(0.34 if sign in "iljtfr.,:;|'()[]- " else 0.95 if sign in "mwMW" else 0.62 for sign in node.text)
    wide = signs * size * (1.1 if {"bold", "name"} & set(words) else 1)
    x, y = float(node.get("x")), float(node.get("y"))
    left = x - wide / 2 if "middle" in words else x - wide if "end" in words else x
    return left, y - 0.73 * size, left + wide, y + 0.2 * size


def _clipped(lines: list[Line], least: float) -> list[Line]:
    """The wire without its first and last ``least`` px."""
    lines = list(lines)
    for _ in range(2):
        left = least
        while lines and left > 0:
            x1, y1, x2, y2 = lines[0]
            size = abs(x2 - x1) + abs(y2 - y1)
            if size > left:
                lines[0] = (x1 + (x2 - x1) * left / size, y1 + (y2 - y1) * left / size, x2, y2)
                break
            left -= size
            lines.pop(0)
        lines = [(x2, y2, x1, y1) for x1, y1, x2, y2 in reversed(lines)]
    return lines


def _meets(line: Line, box: Box, half: float) -> bool:
    left, right = sorted((line[0], line[2]))
    top, bottom = sorted((line[1], line[3]))
    return left - half < box[2] and right + half > box[0] and top - half < box[3] and bottom + half > box[1]


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and a[2] > b[0] and a[1] < b[3] and a[3] > b[1]
