# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""`potluck log`: list and show what was logged."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from potluck.cli.frame import common

_file = click.option(
    "--log", "path", type=click.Path(path_type=Path), metavar="FILE", help="This log and not the default one."
)


@click.group("log")
def command():
    """List and show what was logged."""


@command.command("list")
@_file
@common
def list_(out, path):
    """List the sessions, the oldest first."""
    from potluck import log

    found = log.sessions(path)
    if out.json:
        out.data(
            {"log": str(path or log.default_log()), "sessions": [session.as_dict() for session in found]}
        )
        return
    if not found:
        out.say("nothing is logged yet; 'potluck watch' logs what it shows")
        return
    from potluck.sink.values import shown

    rows = [("session", "started", "seconds", "recipe", "board", "samples", "lost", "damaged")]
    for one in found:
        started = datetime.fromisoformat(one.started_at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        recipe = shown(f"{one.recipe} {one.version}".strip()) or "unknown"
        board = shown(f"{one.board} {one.board_id}".strip() or one.port)
        length = f"{one.seconds:.0f}" + ("" if one.ended_at else " (open)")
        rows.append((str(one.id), started, length, recipe, board, one.received, one.lost, one.damaged))
    out.table(rows)


@command.command("show")
@click.argument("session", type=click.IntRange(min=1), required=False)
@click.option("--csv", "csv_", is_flag=True, help="Samples as a table for a spreadsheet.")
@_file
@common
def show(out, session, csv_, path):
    """Show a session, the last one when none is named."""
    import os
    import sys

    from potluck import log
    from potluck.sink.files import Lines

    if csv_ and out.json:
        raise click.UsageError("choose one of --csv and --json")
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    if csv_:
        from potluck.sink.csv import CsvSink

        sink = CsvSink(lambda: Lines(sys.stdout))
    elif out.json:
        from potluck.sink.jsonl import JsonlSink

        sink = JsonlSink(lambda: Lines(sys.stdout))
    else:
        from potluck.sink.plain import PlainSink

        sink = PlainSink(sys.stdout)
    try:
        log.replay(sink, session, path)
    except BrokenPipeError:  # `potluck log show | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@command.command("path")
@common
def path_(out):
    """Say where the default log is."""
    from potluck import log

    path = log.default_log()
    out.say(str(path))
    out.data({"log": str(path), "exists": path.exists()})


@command.command("set-aside")
@_file
@common
def set_aside(out, path):
    """Rename the log, so that the next session begins a new one. Deletes nothing."""
    from potluck import log

    new = log.set_aside(path or log.default_log())
    out.say(f"renamed to {new}")
    out.data({"renamed_to": str(new)})
