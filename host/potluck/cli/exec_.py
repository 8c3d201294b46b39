# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck exec CODE [PORT]"""

import click

from potluck.cli.at_board import runs_code
from potluck.cli.frame import common


@click.command("exec")
@click.argument("code")
@click.argument("port", required=False)
@runs_code
@common
def command(out, code, port, run):
    """Run CODE on the board: potluck exec "import os; print(os.listdir())"

    What ran on the board before is stopped first and started again afterwards.
    """
    return run(out, port, code)
