# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck run FILE [PORT]"""

import click

from potluck.cli.at_board import runs_code
from potluck.cli.frame import common


@click.command("run")
@click.argument("file", metavar="FILE")
@click.argument("port", required=False)
@runs_code
@common
def command(out, file, port, run):
    """Run FILE of this computer on the board, without putting it there; `-` reads it from stdin.

    What it prints is shown as it comes. Ctrl-C stops it on the board. What ran on the board before is
    stopped first and started again afterwards.
    """
    try:
        with click.open_file(file, "rb") as stream:
            code = stream.read()
    except OSError as wrong:
        raise click.FileError(file, wrong.strerror) from wrong
    return run(out, port, code)
