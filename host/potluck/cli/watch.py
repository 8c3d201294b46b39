# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""`potluck watch`: show and log live what a board senses."""

from __future__ import annotations

import os
import sys

import click

from potluck.cli.frame import common
from potluck.cli.params import DURATION


def view(out):
    """The sink that shows a session on stdout as this Output wants it: live, plain or JSON lines."""
    stream = sys.stdout
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")  # a terminal of another encoding shows ? instead of failing
    if out.json:
        from potluck.sink.files import Lines
        from potluck.sink.jsonl import JsonlSink

        return JsonlSink(lambda: Lines(stream))
    if out.live:
        from potluck.sink.live import LiveSink

        return LiveSink()
    from potluck.sink.plain import PlainSink

    return PlainSink(stream)


def logs(paths: tuple[str, ...]) -> list:
    """The sinks for --log FILE…, or the default log when none was given."""
    from potluck import sink

    return [sink.log_to(path) for path in paths or (sink.default_log(),)]


@click.command("watch")
@click.argument("port", required=False)
@click.option("--for", "for_s", type=DURATION, help="Stop after this long: 20s, 5m, 1h.")
@click.option(
    "--log",
    "paths",
    multiple=True,
    metavar="FILE",
    help="Log to FILE (.sqlite, .csv, .jsonl) instead of the default log; may be repeated.",
)
@click.option("--reconnect", is_flag=True, help="When the port goes, wait until it is back.")
@common
def command(out, port, for_s, paths, reconnect):
    """Show live what a board senses, and log every sample.

    PORT is a serial port, a0, u0, id:SERIAL, a board's name, socket://HOST:PORT or virtual:NAME; without it, the
    only board there is. Ctrl-C ends.
    """
    from potluck import errors, link
    from potluck.link import memory
    from potluck.watch import Conversation, watch

    sinks = [*logs(paths), view(out)]
    name, conversation = link.choose(port), Conversation()
    with link.open_port(name) as line:
        reopen = (lambda: link.open_port(name)) if reconnect else None
        try:
            summary = watch(line, sinks, for_s=for_s, reopen=reopen, conversation=conversation)
        except BrokenPipeError:
            # `potluck watch | head`: the reader has what it wanted, the log has the rest
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
    if conversation.hello:
        memory.noticed(name, conversation.hello)
    if not summary.frames and not summary.interrupted:
        raise errors.BoardSilent(
            f"no potluck frame arrived in {summary.seconds:.0f} s",
            where=name,
            do="put a recipe on the board with 'potluck deploy', or watch it for longer than 10 s",
        )
    return 0
