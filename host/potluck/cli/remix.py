# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck remix RECIPE NAME"""

import click

from potluck.cli.frame import common


@click.command("remix")
@click.argument("recipe")
@click.argument("name")
@click.option(
    "--set",
    "changes",
    metavar="SETTING=VALUE",
    multiple=True,
    help="Change a setting's default; may be repeated.",
)
@click.option("--author", default="", metavar="NAME", help="Put your name before the authors'.")
@common
def command(out, recipe, name, changes, author):
    """Copy RECIPE into ./NAME to change it, comments kept, with credit to where it comes from.

    For example: potluck remix plant-waterer balcony --set dry_below=30
    """
    from potluck.remix import remix

    wanted = {}
    for change in changes:
        setting, equals, value = change.partition("=")
        if not (setting and equals):
            raise click.UsageError(f"'{change}' is no change; write SETTING=VALUE, for example dry_below=30")
        wanted[setting.strip()] = value.strip()
    folder = remix(recipe, name, set=wanted, author=author)
    out.say(f"{name} is in {folder}: change recipe.toml and main.py as you like")
    out.say(f"Try it: potluck try {name}")
    out.data({"recipe": name, "folder": str(folder), "parent": recipe, "set": wanted})
