# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck slots [PORT]"""

import click

from potluck.cli.frame import common


@click.command("slots")
@click.argument("port", required=False)
@common
def command(out, port):
    """Show what runs on the board at PORT and what is kept for undo.

    The recipe is stopped for a moment and starts again.
    """
    from potluck.deploy.slots import slots

    found = slots(port)
    out.say(f"{found.port}, board {found.id}", bold=True)
    rows = []
    for slot in found.slots:
        what = f"{slot.recipe or 'a recipe'} {slot.version}".strip() if slot.files else ""
        size = f"{slot.files} files, {slot.size / 1024:.1f} KB" if slot.files else ""
        by = f"{slot.when} from {slot.source}" if slot.when else ""
        rows.append((slot.name, slot.state, what, slot.hash, size, by))
    out.table(rows, indent="  ")
    for slot in found.slots:
        if slot.why:
            out.say(f"  {slot.name} failed: {slot.why}", fg="yellow")
        if slot.files and not slot.whole:
            out.say(f"  {slot.name} is not whole: a deploy that was broken off has written over it", fg="yellow")
    out.data({"port": found.port, "id": found.id, "slots": [slot._asdict() for slot in found.slots]})
