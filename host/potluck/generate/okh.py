# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The manifest by which search engines for open hardware find a design: okh.toml, Open Know-How 2.4.

Fields: the schema of the specification (iop-alliance/OpenKnowHow; its template says fork-of, which the schema refuses).
What is not known is left out; nothing is made up.
"""

from __future__ import annotations

from collections.abc import Mapping

from potluck import checks
from potluck.model import Wiring

VERSION = "2.4"
_LICENCE = "# SPDX-FileCopyrightText: 2026 the potluck authors\n# SPDX-License-Identifier: CERN-OHL-P-2.0\n"


def okh_toml(wiring: Wiring, files: Mapping[str, bytes]) -> str:
    """The manifest that lies beside these files (path with "/" -> content). Paths are relative to it."""
    checks.require(wiring)
    recipe = wiring.recipe
    sources = sorted(name for name in files if name.endswith((".kicad_pro", ".kicad_sch", ".kicad_sym")))
    licences = list(dict.fromkeys(recipe.licence.values()))
    fields: dict[str, object] = {
        "okhv": VERSION,
        "name": f"{recipe.name} on {wiring.board.title}",
        "license": recipe.licence.get("hardware", recipe.licence["code"]),
        "licensor": list(recipe.authors) if len(recipe.authors) > 1 else recipe.authors[0],
        "function": recipe.summary,
        "documentation-language": "en-GB",
        "version": recipe.version,
    }
    if recipe.repo:
        fields["repo"] = recipe.repo
    if recipe.lineage and recipe.lineage[0].repo:
        fields["forkOf"] = recipe.lineage[0].repo
    if "bom.csv" in files:
        fields["bom"] = "bom.csv"
    if "build.html" in files:
        fields["manufacturing-instructions"] = "build.html"
    if sources:
        fields["source"] = sources
    lines = [_LICENCE, "# Made by `potluck draw`; change recipe.toml, not this."]
    if not recipe.repo:
        lines.append("# `repo`, which Open Know-How asks for, is where a design is worked on: recipe.toml may say it.")
    if recipe.lineage:
        parent = recipe.lineage[0]
        lines.append(f"# Made from {parent.parent} {parent.version} ({parent.hash}) by {', '.join(parent.authors)}.")
    if len(licences) > 1:
        lines.append("# Licences: " + ", ".join(f"{what} {licence}" for what, licence in recipe.licence.items()) + ".")
    lines += [f"{key} = {_value(value)}" for key, value in fields.items()]
    if "wiring.svg" in files:
        lines += ["", "[[image]]", 'location = "wiring.svg"', 'depicts = "Wiring picture"']
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    if isinstance(value, str):
        return '"' + "".join({'"': '\\"', "\\": "\\\\"}.get(sign, sign) for sign in value) + '"'
    return "[" + ", ".join(map(_value, value)) + "]"
