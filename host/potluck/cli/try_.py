# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck try RECIPE"""

import click

from potluck.cli.deploy import tell
from potluck.cli.frame import common
from potluck.cli.params import DURATION, SPEED
from potluck.cli.progress import Progress
from potluck.cli.watch import logs, view


@click.command("try")
@click.argument("recipe")
@click.option("--for", "for_s", type=DURATION, help="Stop after this long: 20s, 5m, 1h.")
@click.option("--board", metavar="BOARD", help="Which board to play; by default the recipe's first.")
@click.option(
    "--speed", type=SPEED, default="60", show_default=True, help="Board's seconds per second, or max."
)
@click.option("--log", "paths", multiple=True, metavar="FILE", help="Log to FILE instead of the default log.")
@common
def command(out, recipe, for_s, board, speed, paths):
    """Run RECIPE on a virtual board and show live what it senses. Nothing needs to be plugged in.

    Real MicroPython runs the recipe's real code; its surroundings are simulated. Everything is logged
    as with a real board. Ctrl-C ends; the board is cleared away in any case.
    """
    from potluck.try_ import try_recipe

    def told(step, value):
        if step == "starting":
            out.say(f"starting a virtual {value} (the first time takes longer: its engine is made ready)")
        elif step == "started":
            out.say(f"it runs MicroPython at {value.port}")
            out.say(f"deploying {recipe}")
        else:
            progress.close()
            tell(out, value)
            out.say(_pace(speed))
            out.say("Ctrl-C ends" if for_s is None else f"ends by itself after {for_s:g} s")
            out.say()

    with Progress(out) as progress:
        tried = try_recipe(
            recipe,
            [*logs(paths), view(out)],
            board=board,
            speed=speed,
            for_s=for_s,
            told=told,
            progress=progress,
        )
    done, summary = tried.deployed, tried.summary
    out.data(
        {
            "recipe": done.recipe,
            "board": done.board,
            "samples": summary.received,
            "lost": summary.lost,
            "damaged": summary.damaged,
            "seconds": round(summary.seconds, 1),
        }
    )


def _pace(speed: float) -> str:
    if speed == 1:
        return "its time runs as fast as yours"
    if speed == float("inf"):
        return "its time runs as fast as this computer can"
    if speed == 60:
        return "its time runs 60 times faster: a minute there is a second here"
    return f"its time runs {speed:g} times as fast as yours"
