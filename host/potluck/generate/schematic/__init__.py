# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A KiCad project of a wiring: sheet, own symbols, their table.

``parts`` and ``board`` make blocks, ``arrange`` puts them on a sheet, ``joined`` compares what the
drawing joins with the wiring, ``write_sheet`` and ``library`` write it down. All lengths are steps
of 1.27 mm, KiCad's grid.
"""

from __future__ import annotations

import json

from potluck import checks
from potluck.generate.schematic.arrange import sheet
from potluck.generate.schematic.joined import check
from potluck.generate.schematic.library import library
from potluck.generate.schematic.sexpr import Quoted, write
from potluck.generate.schematic.text import shortened
from potluck.generate.schematic.write_sheet import sheet_text
from potluck.model import Recipe, Wiring

_TITLE_STEPS = 78           # room for a line of the title block


def schematic(wiring: Wiring) -> dict[str, bytes]:
    """RECIPE.kicad_pro, RECIPE.kicad_sch, RECIPE.kicad_sym, sym-lib-table: file name -> content."""
    checks.require(wiring)
    name, key = wiring.recipe.name, f"{wiring.recipe.name}/{wiring.board.name}"
    paper, block = sheet(wiring)
    check(block, wiring)
    symbols = {symbol.drawn.name: symbol.drawn for symbol in block.symbols}
    listed = [symbols[one] for one in sorted(symbols)]
    text = sheet_text(block, listed, name=name, key=key, paper=paper, title_block=_title_block(wiring))
    table = write(("sym_lib_table", ("version", 7), (
        "lib", ("name", Quoted(name)), ("type", Quoted("KiCad")), ("uri", Quoted(f"${{KIPRJMOD}}/{name}.kicad_sym")),
        ("options", Quoted("")), ("descr", Quoted("symbols of this recipe")))))
    files = {f"{name}.kicad_pro": _project(name), f"{name}.kicad_sch": text, f"{name}.kicad_sym": library(listed),
             "sym-lib-table": table + "\n"}
    return {path: content.encode("utf-8") for path, content in files.items()}


def _project(name: str) -> str:
    return json.dumps({"meta": {"filename": f"{name}.kicad_pro", "version": 1}, "sheets": [], "text_variables": {}},
                      indent=2) + "\n"


def _title_block(wiring: Wiring) -> tuple:
    recipe = wiring.recipe
    licence = recipe.licence.get("hardware", recipe.licence["code"])
    comments = (f"Licence: {licence}", _lineage(recipe), f"By {', '.join(recipe.authors)}",
                "Made from recipe.toml: change that, not this")
    return ("title_block", ("title", Quoted(_fit(f"{recipe.name} on {wiring.board.title}", 1.6))),
            ("rev", Quoted(recipe.version)), ("company", Quoted(_fit(recipe.summary))),
            *(("comment", number, Quoted(_fit(text))) for number, text in enumerate(comments, 1)))


def _lineage(recipe: Recipe) -> str:
    if not recipe.lineage:
        return "An original: remixed from no other recipe"
    return "Remixed from " + ", which is from ".join(
        f"{one.parent} {one.version} by {', '.join(one.authors)}" for one in recipe.lineage)


def _fit(text: str, size: float = 1.2) -> str:
    return shortened(text, _TITLE_STEPS, size)
