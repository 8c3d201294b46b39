# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck doctor [PORT]"""

import click

from potluck.cli.frame import common
from potluck.cli.output import printable

_COLOURS = {"error": "red", "warning": "yellow", "note": None}


@click.command("doctor")
@click.argument("port", required=False)
@click.option("--recipe", metavar="RECIPE", help="Test the wires of this recipe instead of the one on the board.")
@click.option(
    "--listen", "listen_s", type=click.FloatRange(0, 600), metavar="SECONDS",
    help="Listen so long to what the board says by itself (3).",
)  # fmt: skip
@common
def command(out, port, recipe, listen_s):
    """Say what is wrong with a board, from the cable to the sensor, and what to do about it.

    Looks at this computer, at what the board says by itself, at its firmware and files, and, when a recipe is on
    it, at the wires: I2C addresses and chips, loose analog inputs, stuck buttons. No pin is driven. What runs there
    is stopped for it and started again.

    Exit status 1 when something is wrong, 0 when all is well, also with warnings.
    """
    from potluck.doctor import LISTEN_S, examine

    report = examine(
        port,
        recipe=recipe,
        listen_s=LISTEN_S if listen_s is None else listen_s,
        progress=lambda what: out.say(f"looking at {what} …"),
    )
    for finding in report.findings:
        out.say(f"{finding.level} [{finding.id}]: {printable(finding.what)}", fg=_COLOURS[finding.level], bold=True)
        if finding.where:
            out.say(f"  where: {printable(finding.where)}")
        out.say(f"  do:    {printable(finding.do)}")
    out.say(printable(_verdict(report)), bold=True)
    out.data(
        {
            "port": report.port,
            "well": report.well,
            "findings": [finding.as_dict() for finding in report.findings],
            "looked": report.looked,
            "firmware": report.facts.firmware,
            "version": report.facts.version,
            "board": report.facts.board,
            "recipe": report.facts.recipe,
        }
    )
    return 0 if report.well else 1


def _verdict(report) -> str:
    wrong = sum(finding.level == "error" for finding in report.findings)
    if wrong:
        return f"{wrong} thing{'s' if wrong > 1 else ''} to mend; docs/doctor.md explains each id"
    facts = report.facts
    runs = f"{facts.firmware} {facts.version}".strip() + (f", {facts.recipe}" if facts.recipe else "")
    well = "Nothing to mend" if any(finding.level == "warning" for finding in report.findings) else "All is well"
    return f"{well}{f' at {report.port}' if report.port else ''}{f': {runs}' if runs else ''}"
