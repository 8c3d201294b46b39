# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck undo [PORT]"""

import click

from potluck.cli.frame import common


@click.command("undo")
@click.argument("port", required=False)
@common
def command(out, port):
    """Start the version before the present one again on the board at PORT.

    The present one stays on the board: undo twice and it runs again. What is in /state (settings,
    calibration, ledgers) stays as it is.
    """
    from potluck.deploy.slots import undo

    done = undo(port)
    slot = done.slot
    out.say(f"{slot.recipe} {slot.version} runs again on {done.port} (slot {slot.name}, put there {slot.when})")
    out.data({
        "port": done.port, "slot": slot.name, "recipe": slot.recipe, "version": slot.version,
        "hash": slot.hash, "when": slot.when,
    })  # fmt: skip
