# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck reset [PORT]"""

import click

from potluck.cli.at_board import told
from potluck.cli.frame import common


@click.command("reset")
@click.argument("port", required=False)
@click.option("--soft", is_flag=True, help="MicroPython alone: pins, USB and other hardware stay as they are.")
@common
def command(out, port, soft):
    """Start the board anew, so that boot.py and main.py run. A recipe's actuators become safe first."""
    from potluck.run import reset_board

    reset_board(port, soft=soft, told=told)
    out.say("the board starts anew")
    out.data({"reset": "soft" if soft else "hard"})
