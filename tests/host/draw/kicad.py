# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""KiCad as a witness: its rule check, its netlist, and its picture measured."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

Segment = tuple[float, float, float, float]
# Letters hang below their line (g, y), and touch nothing that is this close.
_BELOW, _NEAR = 0.25, 0.05


def kicad(home: Path, *words: str) -> subprocess.CompletedProcess:
    """kicad-cli with a home of its own, so that no person's settings count."""
    own = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "KICAD_CONFIG_HOME": str(home / ".config")}
    return subprocess.run(["kicad-cli", *words], cwd=home, capture_output=True, text=True, timeout=90,
                          env={**os.environ, **own})


def violations(sheet: Path) -> list[str]:
    """What the electrical rule check says, errors and warnings."""
    report = sheet.with_name("erc.json")
    done = kicad(sheet.parent, "sch", "erc", "--severity-all", "--format", "json", "-o", report.name, sheet.name)
    assert report.is_file(), done.stdout + done.stderr
    said = json.loads(report.read_text("utf-8"))
    return [f"{one['severity']}: {one['description']}: {[item['description'] for item in one['items']]}"
            for page in said["sheets"] for one in page["violations"]]


def netlist(sheet: Path) -> dict[str, frozenset[tuple[str, str]]]:
    """Net's name -> {(reference, pin number)}, as KiCad exports it; pins that stand alone are left out."""
    made = sheet.with_name("netlist.xml")
    done = kicad(sheet.parent, "sch", "export", "netlist", "--format", "kicadxml", "-o", made.name, sheet.name)
    assert made.is_file(), done.stdout + done.stderr
    found = {}
    for net in ElementTree.parse(made).iter("net"):
        nodes = frozenset((node.get("ref"), node.get("pin")) for node in net.iter("node"))
        if len(nodes) > 1:
            found[net.get("name")] = nodes
    return found


@dataclass(frozen=True)
class Picture:
    """texts: (text, left, top, right, bottom) in mm; strokes: everything else that is drawn."""

    texts: list[tuple[str, float, float, float, float]]
    strokes: list[Segment]

    def overlaps(self) -> list[str]:
        """Texts over texts, and strokes through texts."""
        found = []
        for number, (text, *box) in enumerate(self.texts):
            found += [f"{text!r} over {other!r}" for other, *its in self.texts[:number] if _meet(box, its)]
            found += [f"{text!r} over a line at {stroke}" for stroke in self.strokes if _crosses(stroke, box)]
        return found


def picture(sheet: Path) -> Picture:
    """The sheet as KiCad draws it, its own frame and title block included."""
    done = kicad(sheet.parent, "sch", "export", "svg", "-o", ".", sheet.name)
    made = sheet.with_suffix(".svg")
    assert made.is_file(), done.stdout + done.stderr
    return read_picture(made.read_text("utf-8"))


def read_picture(svg: str) -> Picture:
    texts = {}                            # KiCad draws some of them twice, at the same place
    for turn, tag, text in re.findall(r'(<g transform="[^"]*">\s*)?<text ([^>]*)>([^<]*)</text>', svg):
        about = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if text.strip():
            texts[(html.unescape(text), *_text_box(about, turn))] = None
    # The letters themselves are strokes too: they stand in groups of their own.
    drawn = re.sub(r'<g class="stroked-text">.*?</g>', "", svg, flags=re.S)
    strokes: list[Segment] = []
    for path in re.findall(r'<path[^>]*?\sd="([^"]*)"', drawn):
        strokes += _path(path)
    for x, y, w, h in re.findall(r'<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.-]+)" height="([\d.-]+)"', drawn):
        x, y, w, h = map(float, (x, y, w, h))
        strokes += _closed([(x, y), (x + w, y), (x + w, y + h), (x, y + h)])
    for x, y, r in re.findall(r'<circle cx="([\d.-]+)" cy="([\d.-]+)" r="([\d.-]+)"', drawn):
        x, y, r = map(float, (x, y, r))
        s = 0.7071 * r
        strokes += _closed([(x + r, y), (x + s, y + s), (x, y + r), (x - s, y + s), (x - r, y), (x - s, y - s),
                            (x, y - r), (x + s, y - s)])
    return Picture(list(texts), strokes)


def _text_box(about: dict[str, str], turn: str) -> tuple[float, float, float, float]:
    x, y, long, size = (float(about[key]) for key in ("x", "y", "textLength", "font-size"))
    left = x - {"middle": long / 2, "end": long}.get(about.get("text-anchor", ""), 0)
    high = 0.75 * size                    # of capitals
    box = [(left, y - high), (left + long, y + _BELOW)]
    if turned := re.search(r"rotate\(([\d.-]+) ([\d.-]+) ([\d.-]+)\)", turn):
        angle, cx, cy = map(float, turned.groups())
        assert angle in (-90, 90), turn
        sign = 1 if angle > 0 else -1
        box = [(cx - sign * (by - cy), cy + sign * (bx - cx)) for bx, by in box]
    (x0, y0), (x1, y1) = box
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _path(path: str) -> list[Segment]:
    """Lines of a path; of an arc its chord, which is near enough for arcs as small as a symbol's."""
    words = re.findall(r"[A-Za-z]|-?[\d.]+(?:e-?\d+)?", path)
    points, arc = [], 0
    numbers: list[float] = []
    for word in words:
        if word.isalpha():
            assert word in "MLAZz", path
            arc = 7 if word == "A" else 2
            if word in "Zz" and points:
                points.append(points[0])
            continue
        numbers.append(float(word))
        if len(numbers) == arc:
            points.append((numbers[-2], numbers[-1]))
            numbers = []
    return [(*start, *end) for start, end in zip(points, points[1:], strict=False)]


def _closed(points: list[tuple[float, float]]) -> list[Segment]:
    return [(*start, *end) for start, end in zip(points, [*points[1:], points[0]], strict=True)]


def _meet(one: list[float], other: list[float]) -> bool:
    return (one[0] < other[2] - _NEAR and other[0] < one[2] - _NEAR
            and one[1] < other[3] - _NEAR and other[1] < one[3] - _NEAR)


def _crosses(stroke: Segment, box: list[float]) -> bool:
    """Whether the segment passes through the box (Liang and Barsky's clipping)."""
    x0, y0, x1, y1 = stroke
    left, top, right, bottom = box[0] + _NEAR, box[1] + _NEAR, box[2] - _NEAR, box[3] - _NEAR
    low, high = 0.0, 1.0
    for p, q in ((x0 - x1, x0 - left), (x1 - x0, right - x0), (y0 - y1, y0 - top), (y1 - y0, bottom - y0)):
        if p == 0:
            if q < 0:
                return False
        elif p < 0:
            low = max(low, q / p)
        else:
            high = min(high, q / p)
    return low <= high
