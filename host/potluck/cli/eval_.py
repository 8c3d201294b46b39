# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck eval EXPRESSION [PORT]"""

import click

from potluck.cli.at_board import runs_code
from potluck.cli.frame import common


@click.command("eval")
@click.argument("expression")
@click.argument("port", required=False)
@runs_code
@common
def command(out, expression, port, run):
    """Print what EXPRESSION is on the board: potluck eval "machine.freq()" --resume"""
    return run(out, port, f"print({expression})")
