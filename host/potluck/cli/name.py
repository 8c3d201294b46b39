# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck name [PORT NAME]"""

import click

from potluck.cli.frame import common


@click.command("name")
@click.argument("port", required=False)
@click.argument("name", required=False)
@click.option("--forget", metavar="NAME", help="Take this name away.")
@common
def command(out, port, name, forget):
    """Give the board at PORT a name: potluck name /dev/ttyACM0 balcony

    From then on `balcony` stands for the board wherever a PORT is asked for, in whichever socket it is
    plugged. Without arguments: list the names.
    """
    from potluck.devs import naming

    if forget and (port or name):
        raise click.UsageError("--forget stands alone: potluck name --forget balcony")
    if port and not name:
        raise click.UsageError(f"which name? potluck name {port} balcony")
    if forget:
        gone = naming.forget(forget)
        out.say(f"{gone.name} is no name any more")
        out.data({"forgot": gone.name, "key": gone.key})
        return
    if port:
        given = naming.name_board(port, name)
        out.say(f"{given.name} is {given.what}")
        out.say(f"Use it as a port: potluck watch {given.name}")
        if given.by_socket:
            out.say("It has no serial number of its own: the name belongs to this USB socket.", fg="yellow")
        out.data(given._asdict())
        return
    names = naming.all_names()
    for one in names:
        out.data(one._asdict())
    if names:
        out.table([(one.name, one.what) for one in names])
    else:
        out.say("No board has a name yet: potluck name PORT NAME; 'potluck devs' lists the ports.")
