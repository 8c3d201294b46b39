# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck restore [PORT]"""

import click

from potluck.cli.at_board import told
from potluck.cli.frame import common


@click.command("restore")
@click.argument("port", required=False)
@click.option("--which", default="", metavar="NAME", help="Which one, when several are kept: main.own.py, main.own2.py ...")
@click.option("--purge", is_flag=True, help="Remove the recipes too (/slots). Settings and ledgers in /state stay.")
@common
def command(out, port, which, purge):
    """Give the board back to the main.py of yours that was on it before potluck came.

    Without one, potluck's launcher is taken away and the board starts at its prompt. Nothing of yours is
    removed; your boot.py was never touched.
    """
    from potluck.restore import restore

    done = restore(port, which=which, purge=purge, told=told)
    out.data({"own": done.own or None, "others": list(done.others), "removed": list(done.removed)})
    if done.own:
        out.say(f"/main.py is your own again (it was kept as /{done.own})")
    else:
        out.say("potluck's launcher is gone; there was no main.py of yours, so the board starts at its prompt")
    for name in done.others:
        out.say(f"also kept on the board: /{name}")
    if purge:
        out.say(f"removed: {len([path for path in done.removed if not path.endswith('/')])} files of potluck's")
