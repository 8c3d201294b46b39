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
@click.option("--png", "wants_png", is_flag=True, help="The wiring picture as a PNG too.")
@common
def command(out, recipe, board, folder, wants_png):
    """Draw how RECIPE is wired and write what it takes to build it.

    For example: potluck draw plant-waterer --board pico
    """
    from potluck import draw, model

    loaded = model.load_recipe(recipe)
    for name in (board,) if board else loaded.boards:
        files = draw.draw(model.wire(loaded, name))
        if wants_png:
            from potluck.png import png

            files["wiring.png"] = png(files["wiring.svg"])
        there = folder / loaded.name / name
        written = draw.write(files, there)
        out.data({"recipe": loaded.name, "board": name, "folder": str(there), "files": sorted(files)})
        out.say(f"{loaded.name} on {name}: {len(written)} files in {there}", bold=True)
        for file in sorted(files):
            out.say(f"  {file}")
    if not loaded.repo:
        out.say()
        out.say('okh.toml lacks where it is published: write repo = "https://..." under [recipe] when it is')
