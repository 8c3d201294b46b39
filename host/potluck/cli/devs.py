# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck devs"""

import shutil
import time

import click

from potluck.cli.frame import common
from potluck.cli.output import printable


@click.command("devs")
@click.option(
    "--listen", "listen_s", type=click.FloatRange(0, 600), metavar="SECONDS",
    help="Listen so long for what boards say of themselves (0.1; a recipe says its name every 10 s; 0: open no port).",
)  # fmt: skip
@click.option(
    "--ask", is_flag=True,
    help="Ask boards that say nothing at their prompt. This stops the program there; it is started again.",
)  # fmt: skip
@common
def command(out, listen_s, ask):
    """List boards: those plugged in at USB, those that wait for firmware, and virtual ones that run.

    The first column is what other commands take as PORT; a name from `potluck name` stands in the second
    and may be used in its place. Nothing is sent to a port unless it has sent a frame of potluck's itself, or --ask.
    """
    from potluck.devs import LISTEN_S, devs

    found = devs(listen_s=LISTEN_S if listen_s is None else listen_s, ask=ask)
    for one in found:
        out.data(one.as_dict())
    if found:
        _show(out, found)
    else:
        out.say("No board found. If one is plugged in, try another USB cable: many only charge.")
        out.say("Without a board: potluck try plant-waterer; to look closer: potluck doctor")


def _show(out, found) -> None:
    """A line for each; on a terminal that is too narrow for it, a few lines for each."""
    named = any(one.name for one in found)
    rows = [_row(one, named) for one in found]
    widths = [max(map(len, column)) + 2 for column in zip(*rows, strict=True)]
    if not out.live or max(sum(widths[:-1]) + len(row[-1]) for row in rows) < shutil.get_terminal_size().columns:
        out.table(rows)
        return
    for one in found:
        port, *told = _row(one, bool(one.name))
        name, what, serial, runs = told if one.name else ("", *told)
        out.say(f"{port}  {name}".rstrip(), bold=True)
        for line in (what, f"serial number {serial}" if serial else "", runs):
            if line:
                out.say(f"  {line}")


def _row(one, named: bool) -> tuple:
    told = (_what(one), one.serial, "; ".join(filter(None, (_runs(one), one.note))))
    row = (one.port or "(no port)", *((one.name,) if named else ()), *told)
    return tuple(map(printable, row))


def _what(one) -> str:
    board = one.facts.board or one.board
    if " with " in board:  # what it says of itself is more than the id that its whole family has
        return f"{board} [{one.usb}]" if one.usb else board
    what = one.what
    for said in (board, one.chip):
        what += f", {said}" if said and said not in what else ""
    return what


def _runs(one) -> str:
    facts = one.facts
    runs = f"{facts.firmware} {facts.version}".strip() if one.source != "usb" else ""
    if facts.recipe:
        runs += f", runs {facts.recipe} {facts.recipe_version}".rstrip()
    if facts.safe:
        runs += f", in safe mode: {facts.safe}"
    if runs and one.source == "memory":
        runs += f" ({_ago(time.time() - facts.at_s)})"
    return runs.lstrip(", ")


def _ago(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit} ago"
    return "just now"
