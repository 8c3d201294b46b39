# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The build sheet: picture, wires, parts and what to do before it is switched on, on one page to print."""

from __future__ import annotations

import re
from html import escape
from itertools import groupby
from pathlib import Path

from potluck.generate.bom import bom, total
from potluck.generate.connections import connections
from potluck.generate.picture import drawing
from potluck.generate.picture.bands import bands
from potluck.generate.picture.scene import Scene, scene_of
from potluck.model import Wiring

MAX_README_BYTES = 256 * 1024
_LICENCE = "<!-- SPDX-FileCopyrightText: 2026 the potluck authors -->\n<!-- SPDX-License-Identifier: CC-BY-4.0 -->\n"
_STYLE = """
@page{size:A4;margin:9mm}
html{background:#fff;color:#17191c;font:%spt/1.25 'DejaVu Sans',Verdana,Arial,sans-serif}
body{margin:0 auto;max-width:192mm}
h1{font-size:1.9em;margin:0}h2{font-size:1.2em;margin:.7em 0 .2em}p{margin:.2em 0}
figure{margin:1mm 0}svg{width:100%%;height:auto;max-height:%smm;display:block}
.wires{columns:%s;column-gap:4mm}.wires h3{font-size:1em;margin:0;break-after:avoid}
.wires ul{list-style:none;margin:0 0 .4em;padding:0}
.wires b{display:inline-block;min-width:1.5em;text-align:center;border:.2mm solid;border-radius:1em}
.wires b{margin-right:.3em;line-height:1.15}
.two{columns:2;column-gap:6mm}.two ol,.two ul{margin:0;padding-left:1.6em}.two li{margin-bottom:.2em;break-inside:avoid}
table{border-collapse:collapse;width:100%%}
td,th{text-align:left;vertical-align:top;padding:.1em .6em .1em 0;border-bottom:.1mm solid #888}
small{font-size:.9em}
.beside{display:flex;gap:5mm;align-items:start}
.beside td,.beside th{padding-right:.4em}.beside td:last-child{overflow-wrap:anywhere}
"""


def build_sheet(wiring: Wiring, scene: Scene | None = None) -> str:
    """A page of HTML that needs nothing else, made for one sheet of A4. scene: the wiring's, if it is laid already."""
    recipe, listed, lines = wiring.recipe, connections(wiring), bom(wiring)
    heading, safety = before(recipe.folder / "README.md")
    crowded = len(listed) > 40
    picture = re.sub(r"<!--.*?-->\n", "", drawing(scene or scene_of(wiring), with_list=False, dark=False))
    wires = []
    for of, group in groupby(listed, key=lambda wire: wire.of):
        name = "the board's supply" if of == "board" else of
        wires.append(f"<h3>{escape(name)}</h3>\n<ul>")
        wires += [f"<li><b>{wire.number}</b>{escape(f'{wire.colour} · {wire.first} → {wire.last}')}</li>" for wire in group]
        wires.append("</ul>")
    ohms = {component.ref: component.options["ohms"] for component in wiring.components if "ohms" in component.options
            and component.part.group == "discrete"}  # fmt: skip
    rows = []
    for line in lines:
        colours = "; stripes " + " ".join(bands(float(ohms[line.references[0]]))) if line.references[0] in ohms else ""
        refs = "" if line.references == ("board",) else ", ".join(line.names)
        rows.append(f"<tr><td>{line.quantity}</td><td>{escape(refs)}</td><td>{escape(line.title)}</td>"
                    f"<td>{escape(line.value + colours)}</td><td>{escape(line.number)}</td></tr>")  # fmt: skip
    title = f"{recipe.name} on {wiring.board.title}"
    parts = [
        f"<title>{escape(title)}: build sheet</title>",
        f"<style>{_STYLE % ((5.3, 138, 4) if crowded else (6.3, 118, 3))}</style>",
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(recipe.summary)} Version {recipe.version}, by {escape(', '.join(recipe.authors))}; "
        f"hardware under {escape(recipe.licence.get('hardware', recipe.licence['code']))}.</p>",
        f"<figure>\n{picture}</figure>", "<h2>Wires</h2>",
        "<p>Unplug every supply while you wire; check each wire twice.</p>", '<div class="wires">', *wires, "</div>",
        "<h2>Parts</h2>", *_tables(rows, beside=crowded), f"<p><small>{escape(total(lines))}</small></p>",
        *([f"<h2>{escape(heading)}</h2>", f'<div class="two">{safety}</div>'] if safety else []),
    ]  # fmt: skip
    head = '<!doctype html>\n<html lang="en-GB">\n<meta charset="utf-8">\n' + _LICENCE
    return head + "\n".join(parts) + "\n</html>\n"


def _tables(rows: list[str], *, beside: bool) -> list[str]:
    """The rows as one table, or as two beside each other: then the picture gets the room."""
    head = "<table><tr><th></th><th>in the picture</th><th>what</th><th>value</th><th>part number</th></tr>"
    if not beside:
        return [head, *rows, "</table>"]
    half = len(rows) * 3 // 5  # what circuits bring comes last, and takes two lines
    return ['<div class="beside">', head, *rows[:half], "</table>", head, *rows[half:], "</table>", "</div>"]


def before(readme: Path) -> tuple[str, str]:
    """Heading and HTML of the README's first section on what to do before (or on safety); "" without one."""
    try:
        with readme.open("rb") as file:
            text = file.read(MAX_README_BYTES).decode("utf-8", "replace")
    except OSError:
        return "", ""
    found = re.search(r"^## ((?:Before|Safety)\b[^\n]*)\n(.*?)(?=^## |\Z)", text.replace("\r\n", "\n"), re.M | re.S)
    return (found[1].strip(), _html(found[2])) if found else ("", "")


def _html(markdown: str) -> str:
    """Paragraphs and lists; everything else stays the text that it is."""
    blocks = []
    for block in re.split(r"\n\s*\n", markdown.strip()):
        items = re.split(r"^(?:\d+\.|[-*])\s+", block, flags=re.M)
        if len(items) > 1 and not items[0].strip():
            kind = "ol" if block[0].isdigit() else "ul"
            blocks.append(f"<{kind}>" + "".join(f"<li>{_inline(item)}</li>" for item in items[1:]) + f"</{kind}>")
        else:
            blocks.append(f"<p>{_inline(block)}</p>")
    return "\n".join(blocks)


def _inline(text: str) -> str:
    text = escape(" ".join(text.split()), quote=False)  # the patterns are bounded: a stranger wrote it
    text = re.sub(r"\[([^\[\]]{1,500})\]\([^()]{0,500}\)", r"\1", text)
    text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)
    text = re.sub(r"\*(.+?)\*", r"<em>\1</em>", text)
    return re.sub(r"`(.+?)`", r"<code>\1</code>", text)
