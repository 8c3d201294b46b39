# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck do COMMAND [PORT]"""

import click

from potluck.cli.frame import common


@click.command("do")
@click.argument("what", metavar="COMMAND")
@click.argument("port", required=False)
@common
def command(out, what, port):
    """Tell the running recipe to do one of its commands: potluck do water

    The answer says that the command has started; 'potluck watch' shows what it does.
    """
    from potluck.tell import run_command

    run_command(port, what)
    out.say(f"{what}: started")
    out.data({"command": what, "ok": True})
