# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck devs"""

import click

from potluck.cli.frame import common


@click.command("devs")
@common
def command(out):
    """List boards: those plugged in at USB, and virtual ones that run.

    The first column is what other commands take as PORT.
    """
    from potluck import link

    found = link.find_boards()
    for one in found:
        out.data({**one._asdict(), "note": "" if one.is_board else one.note})
    if found:
        out.table([(one.port, one.what, one.serial, "" if one.is_board else one.note) for one in found])
    else:
        out.say("No board found. If one is plugged in, try another USB cable: many only charge.")
        out.say("Without a board: potluck try plant-waterer")
