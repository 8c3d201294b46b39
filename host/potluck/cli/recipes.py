# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck recipes"""

import click

from potluck.cli.frame import common


@click.command("recipes")
@common
def command(out):
    """List the recipes that can be named here: your own in this folder, and those of potluck."""
    from potluck.recipes import list_recipes

    found = list_recipes()
    for one in found:
        out.data(one.as_dict())
    if not found:
        out.say("no recipe here; run this in a folder that has some")
        return
    rows = []
    for one in found:
        rows.append((one.name, one.version, _origin(one), one.problem or one.summary))
        if one.boards:
            rows.append(("", "", "", f"for {', '.join(one.boards)}"))
    out.table(rows)
    if usable := next((one.name for one in found if not one.problem), ""):
        out.say()
        out.say(f"Try one: potluck try {usable}")


def _origin(one) -> str:
    if one.problem:
        return "cannot be used:"
    if one.parent:
        return f"remixed from {one.parent}"
    return "yours" if one.origin == "own" else "potluck's"
