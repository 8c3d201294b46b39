# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck rescue [PORT]"""

import click

from potluck.cli.frame import common
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
@common
def command(out, port, quarantine, hands_s):
    """Get the prompt back from a board that hangs, crashes, floods the line or is deaf to Ctrl-C.

    Tries one stage after the other and says at which it stood. What it puts aside is renamed, never
    deleted; nothing is erased.
    """
    from potluck.rescue import rescue
    from potluck.rescue.stages import HANDS_S

    done = rescue(
        port,
        quarantine=quarantine,
        hands_s=HANDS_S if hands_s is None else hands_s,
        progress=lambda stage, what: out.say(f"{stage}: {what} …"),
    )
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
