# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck set NAME=VALUE … [PORT]"""

import click

from potluck.cli.frame import common


@click.command("set")
@click.argument("changes", metavar="NAME=VALUE...", nargs=-1, required=True)
@click.option("--port", metavar="PORT", help="Which board, when there are several.")
@common
def command(out, changes, port):
    """Change settings or calibration of the running recipe: potluck set dry_below=30

    A change acts at once and stays on the board until it is changed again; the recipe's own file is
    not touched.
    """
    from potluck.tell import change_setting

    parsed = [_parsed(change) for change in changes]
    for name, value in parsed:
        now = change_setting(port, name, value)
        out.say(f"{name} is {now:g} now")
        out.data({"setting": name, "value": now})


def _parsed(change: str) -> tuple[str, int | float]:
    name, equals, value = change.partition("=")
    try:
        if not (name.isidentifier() and equals):
            raise ValueError
        number = float(value)
        if number != number or abs(number) > 1e30:
            raise ValueError
    except ValueError:
        raise click.UsageError(
            f"'{change}' is no change; write NAME=NUMBER, for example dry_below=30"
        ) from None
    return name, int(number) if number.is_integer() and abs(number) < 2**29 else number
