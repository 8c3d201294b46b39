# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What all commands share: the lazy group, --json/--plain/--debug, and the one place where errors are told.

Exit status: 0 done, 1 a PotluckError, 2 wrong usage, 70 a mistake in potluck itself, 130 Ctrl-C.
"""

from __future__ import annotations

import functools
import importlib
import sys

import click

from potluck import __version__
from potluck.cli.output import Output
from potluck.errors import PotluckError

FAILED, USAGE, BUG, CTRL_C = 1, 2, 70, 130


class Frame(click.Group):
    """A group that knows its commands' names and help lines, and imports a command only to run it."""

    def __init__(self, *, sections: dict[str, dict[str, tuple[str, str]]], **kwargs):
        """sections: heading → name → (module in potluck.cli, one line)"""
        super().__init__(**kwargs)
        self.sections = sections
        self.table = {name: row for section in sections.values() for name, row in section.items()}
        self.params.append(
            click.Option(
                ["--version"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                help="Show the version and stop.",
                callback=_show_version,
            )
        )

    def list_commands(self, ctx):
        return list(self.table)

    def get_command(self, ctx, name):
        if name not in self.table:
            return None
        return importlib.import_module(f"potluck.cli.{self.table[name][0]}").command

    def format_commands(self, ctx, formatter):
        widest = max(map(len, self.table))
        for heading, commands in self.sections.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(widest), line) for name, (_, line) in commands.items()])

    def resolve_command(self, ctx, args):
        if args and args[0] not in self.table and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], self.table, n=1)
            hint = f"did you mean '{near[0]}'?" if near else "'potluck --help' lists the commands"
            raise click.UsageError(f"there is no command '{args[0]}'; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def main(self, args=None, prog_name=None, standalone_mode=True, **extra):
        """Run one command line and exit; the only place that turns an exception into words."""
        args = list(sys.argv[1:] if args is None else args)
        out = Output(json="--json" in args, plain="--plain" in args, debug="--debug" in args)
        try:
            status = super().main(args or ["--help"], prog_name or "potluck", standalone_mode=False, **extra)
            # a command that returns a number chose its exit status
            sys.exit(status if isinstance(status, int) else 0)
        except click.Abort as abort:
            # click turns every KeyboardInterrupt, errors.Interrupted among them, into Abort
            cause = abort.__cause__
            if isinstance(cause, PotluckError):
                out.error(cause.id, cause.what, where=cause.where, do=cause.do)
            else:
                out.error("interrupted", "stopped by Ctrl-C")
            sys.exit(CTRL_C)
        except click.ClickException as wrong:
            command = wrong.ctx.command_path if getattr(wrong, "ctx", None) else "potluck"
            out.error("usage", wrong.format_message(), do=f"'{command} --help' shows how it is used")
            sys.exit(USAGE)
        except PotluckError as wrong:
            if out.debug:
                raise
            out.error(wrong.id, wrong.what, where=wrong.where, do=wrong.do)
            sys.exit(FAILED)
        except Exception as bug:
            if out.debug:
                raise
            out.error(
                "internal",
                f"{type(bug).__name__}: {bug}",
                do="this is a mistake in potluck: run again with --debug and report what it shows",
            )
            sys.exit(BUG)


def common(function):
    """Give a command --json, --plain and --debug; it receives an Output as its first argument."""

    @click.option("--json", "json_", is_flag=True, help="Print JSON lines for programs.")
    @click.option("--plain", is_flag=True, help="No colour, no cursor movement: one line after another.")
    @click.option("--debug", is_flag=True, help="Show the whole traceback of an error.")
    @functools.wraps(function)
    def wrapped(*args, json_, plain, debug, **kwargs):
        return function(Output(json=json_, plain=plain, debug=debug), *args, **kwargs)

    return wrapped


def _show_version(ctx, param, value):
    if value and not ctx.resilient_parsing:
        click.echo(f"potluck {__version__}")
        ctx.exit()
