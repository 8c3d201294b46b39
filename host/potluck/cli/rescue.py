# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck rescue [PORT]"""

import sys

import click

from potluck.cli.frame import FAILED, common
from potluck.cli.output import printable


@click.command("rescue")
@click.argument("port", required=False)
@click.option(
    "--quarantine/--no-quarantine", default=None,
    help="Rename boot.py and main.py, or leave them; by default those to blame, if Ctrl-C alone did not help.",
)  # fmt: skip
@click.option(
    "--hands", "hands_s", type=click.FloatRange(0, 3600), metavar="SECONDS",
    help="Wait so long for you to press RESET when nothing else helped (30; 0: do not).",
)  # fmt: skip
@click.option(
    "--erase", is_flag=True,
    help="When nothing helps: erase the board, your files included, and put MicroPython on it anew.",
)  # fmt: skip
@common
def command(out, port, quarantine, hands_s, erase):
    """Get the prompt back from a board that hangs, crashes, floods the line or is deaf to Ctrl-C.

    Tries one stage after the other and says at which it stood. What it puts aside is renamed, never
    deleted. Only when nothing helps it offers to erase the board, and asks before it does.
    """
    from potluck.errors import RescueFailed
    from potluck.rescue import rescue
    from potluck.rescue.stages import HANDS_S

    try:
        done = rescue(
            port,
            quarantine=quarantine,
            hands_s=HANDS_S if hands_s is None else hands_s,
            progress=lambda stage, what: out.say(f"{stage}: {what} …"),
        )
    except RescueFailed as failed:
        if not erase and (out.json or not _person()):
            raise
        out.error(failed.id, failed.what, where=failed.where, do=failed.do)
        return _last_resort(out, failed.where, sure=erase)
    out.say(f"The prompt is open: {done.stage} helped.", fg="green")
    lines = [line for line in done.last.splitlines() if line.strip(" >")]
    if lines:
        out.say("The last the board said:")
        for line in lines[-8:]:
            out.say(f"    {printable(line)}")
    for was, now in done.aside:
        out.say(f"{was} is now {now}: nothing in it was changed")
    if done.starts_at_prompt:
        out.say("The board was started again and came up at its prompt.")
    elif done.starts_at_prompt is False:
        out.say("It was started again and has shown no prompt yet: run potluck rescue once more.", fg="yellow")
    if done.launcher:
        out.say("The recipe is still there and starts at the next reset; a mended one: potluck deploy RECIPE")
    out.say(f"Next: potluck doctor {done.port}")
    out.data(
        {
            "port": done.port,
            "stage": done.stage,
            "tried": done.tried,
            "last": done.last,
            "quarantined": [aside._asdict() for aside in done.aside],
            "launcher": done.launcher,
            "starts_at_prompt": done.starts_at_prompt,
        }
    )
    return 0


def _person() -> bool:
    return sys.stdin.isatty()


def _last_resort(out, port, *, sure: bool) -> int:
    """Erase all of the board's flash and write MicroPython to it, when the person says so."""
    if not sure and not click.confirm("Erase the board, all files on it included, and put MicroPython on it?", err=True):
        return FAILED
    from potluck.cli.firmware import make_catalogue
    from potluck.cli.flash import tell
    from potluck.cli.flashing import OneBoard
    from potluck.flash import flash

    watcher = OneBoard(out)
    try:
        done = flash(port=port, erase=True, yes=True, catalogue=make_catalogue(out, None, False), watcher=watcher)
    finally:
        watcher.close()
    tell(out, done)
    return 0
