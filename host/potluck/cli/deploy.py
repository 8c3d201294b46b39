# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck deploy RECIPE [PORT]"""

import click

from potluck.cli.frame import common
from potluck.cli.progress import Progress


@click.command("deploy")
@click.argument("recipe")
@click.argument("port", required=False)
@click.option("--board", metavar="BOARD", help="What kind of board it is, instead of asking it.")
@common
def command(out, recipe, port, board):
    """Put RECIPE on the board at PORT and start it.

    RECIPE is a name or a folder. PORT may be left out when there is only one board: a device
    (/dev/ttyACM0, COM3, a0, u0), id:SERIAL, virtual:NAME, socket://HOST:PORT or rfc2217://HOST:PORT.

    A main.py of your own that is on the board is kept under another name, which is shown.
    """
    from potluck.deploy import deploy

    with Progress(out) as progress:
        done = deploy(recipe, port, board=board, progress=progress)
    tell(out, done)
    out.say(f"Watch it: potluck watch {done.port}")
    out.data(
        {
            "recipe": done.recipe,
            "version": done.version,
            "hash": done.hash,
            "board": done.board,
            "port": done.port,
            "slot": done.slot,
            "files": done.files,
            "bytes": done.size,
            "sent": done.sent,
            "kept_main": done.kept_main or None,
            "seconds": round(done.seconds, 3),
            "switched_s": round(done.switched_s, 3),
            "findings": [finding.as_dict() for finding in done.findings],
        }
    )


def tell(out, done) -> None:
    """The result of a deploy in lines for people."""
    for finding in done.findings:
        if finding.level == "warning":
            out.say(f"warning: {finding}", fg="yellow")
    sent = f"{done.sent / 1024:.1f} KB sent" if done.sent else "nothing new to send"
    out.say(
        f"{done.recipe} {done.version} runs on {done.board}: "
        f"{done.files} files, {sent}, alive after {done.seconds:.1f} s"
    )
    if done.kept_main:
        out.say(f"Your own main.py is kept on the board as {done.kept_main}")
