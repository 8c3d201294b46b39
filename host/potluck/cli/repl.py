# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck repl [PORT]"""

from contextlib import ExitStack

import click

from potluck.cli.at_board import write_bytes
from potluck.cli.frame import common


@click.command("repl")
@click.argument("port", required=False)
@click.option("--capture", type=click.File("wb", lazy=False), metavar="FILE", help="Keep what the board says in FILE, too.")
@click.option("--escape-non-printable", is_flag=True, help="Show control characters as [1e].")
@click.option("--inject-code", metavar="CODE", help="What Ctrl-J types; \\n in it is Enter.")
@click.option("--inject-file", type=click.Path(exists=True, dir_okay=False), metavar="FILE", help="What Ctrl-K runs.")
@common
def command(out, port, capture, escape_non_printable, inject_code, inject_file):
    """Type at the board's prompt. Ctrl-] or Ctrl-X leaves.

    What runs on the board goes on until Ctrl-C is typed; Ctrl-D at the prompt starts it again.
    """
    from potluck import link, terminal

    try:
        keys = terminal.keyboard()
    except (OSError, ValueError) as wrong:
        raise click.UsageError(
            "this needs a terminal to type at; 'potluck run' and 'potluck exec' do not"
        ) from wrong

    def screen(data: bytes) -> None:
        data = terminal.visible(data) if escape_non_printable else data
        if not out.json:
            write_bytes(data)
        if capture:
            capture.write(data)
            capture.flush()

    inject = {}
    if inject_code is not None:
        typed = inject_code.replace("\\n", "\r\n").encode()
        inject[terminal.CTRL_J] = lambda: typed
    if inject_file is not None:
        inject[terminal.CTRL_K] = lambda: terminal.pasted(inject_file)
    with ExitStack() as ends:
        line = ends.enter_context(link.open_port(link.choose(port)))
        out.say(f"at {line.name}; Ctrl-] or Ctrl-X leaves, what runs goes on until Ctrl-C")
        ends.enter_context(keys)
        terminal.talk(line, keys, screen, inject=inject)
    out.say()
    out.data({"port": line.name, "left": True})
