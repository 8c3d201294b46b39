# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck draw RECIPE"""

from pathlib import Path

import click

from potluck.cli.frame import common


@click.command("draw")
@click.argument("recipe")
@click.option(
    "--board", metavar="BOARD", help="Only for this board; by default for all that the recipe has pins for."
)
@click.option(
    "--out",
    "folder",
    metavar="DIR",
    default="drawings",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to put them: DIR/RECIPE/BOARD/.",
)
@common
def command(out, recipe, board, folder):
    """Draw how RECIPE is wired and write what it takes to build it.

    For example: potluck draw plant-waterer --board pico
    """
    from potluck import draw, model

    loaded = model.load_recipe(recipe)
    for name in (board,) if board else loaded.boards:
        files = draw.draw(model.wire(loaded, name))
        there = folder / loaded.name / name
        written = draw.write(files, there)
        out.data({"recipe": loaded.name, "board": name, "folder": str(there), "files": sorted(files)})
        out.say(f"{loaded.name} on {name}: {len(written)} files in {there}", bold=True)
        for file in sorted(files):
            out.say(f"  {file}")
