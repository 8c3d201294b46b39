# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck check RECIPE"""

import click

from potluck.cli.frame import common

_COLOURS = {"error": "red", "warning": "yellow", "note": None}


@click.command("check")
@click.argument("recipe")
@click.option(
    "--board", metavar="BOARD", help="Only on this board; by default on all that the recipe has pins for."
)
@common
def command(out, recipe, board):
    """Say whether RECIPE's parts, pins and settings fit together.

    Exit status 1 when something must not be built as it is.
    """
    from potluck import checks, model

    loaded = model.load_recipe(recipe)
    wrong = 0
    for name in (board,) if board else loaded.boards:
        findings = checks.run(model.wire(loaded, name))
        errors = sum(finding.level == checks.ERROR for finding in findings)
        wrong += errors
        out.data(
            {
                "recipe": loaded.name,
                "board": name,
                "ok": not errors,
                "findings": [f.as_dict() for f in findings],
            }
        )
        out.say(f"{loaded.name} on {name}: {_verdict(errors, len(findings) - errors)}", bold=True)
        for finding in findings:
            out.say(f"  {finding.level}: {finding.what}", fg=_COLOURS[finding.level])
            out.say(f"    where: {finding.where}")
            if finding.do:
                out.say(f"    do:    {finding.do}")
    return 1 if wrong else 0


def _verdict(errors: int, others: int) -> str:
    if errors:
        return f"{errors} error{'s' if errors > 1 else ''}, must not be built like this"
    return f"fits, with {others} remark{'s' if others > 1 else ''}" if others else "everything fits"
