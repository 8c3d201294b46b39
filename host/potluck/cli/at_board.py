# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What the commands that work at a board's prompt share: --no-restart, and saying what became of what ran."""

from __future__ import annotations

import functools
import sys
import click

_SAID = {
    "stopped": "stopped what ran on the board",
    "started": "started it again",
}


def keeps_running(function):
    """Give a command --no-restart; it receives `how`, the options of at_prompt, as a keyword."""

    @click.option(
        "--no-restart", is_flag=True, help="Leave the board at its prompt afterwards, whatever ran before."
    )
    @functools.wraps(function)
    def wrapped(*args, no_restart, **kwargs):
        return function(*args, how={"restart": not no_restart, "told": told}, **kwargs)

    return wrapped


def runs_code(function):
    """Give a command the options of mpremote's exec; it receives `run(out, port, code) -> exit status`."""

    @click.option("--resume", is_flag=True, help="Keep names and memory as they are: no soft reset first.")
    @click.option("--no-follow", is_flag=True, help="Start it and leave the board to it.")
    @keeps_running
    @functools.wraps(function)
    def wrapped(*args, resume, no_follow, how, **kwargs):
        def run(out, port, code):
            return _run(out, port, code, resume=resume, follow=not no_follow, **how)

        return function(*args, run=run, **kwargs)

    return wrapped


def _run(out, port, code, **options) -> int:
    from potluck.errors import FirmwareError
    from potluck.run import run_code

    printed, shown = bytearray(), PassThrough()
    status, error = 0, None
    try:
        try:
            run_code(port, code, printed.extend if out.json else shown, **options)
        finally:
            shown.close()
    except FirmwareError as wrong:
        if out.debug:
            raise
        status, error = 1, wrong
        if not out.json:
            # the traceback of the person's own program says more than any sentence of ours
            click.echo(wrong.trace, nl=False, err=True)
    text = printed.decode("utf-8", "replace").replace("\r\n", "\n")
    out.data({"printed": text, "error": {**error.as_dict(), "trace": error.trace} if error else None})
    return status


def told(what: str) -> None:
    """A line on stderr: stdout belongs to what was asked for."""
    click.echo(f"({_SAID[what]})", err=True)


class PassThrough:
    """Hands on what a board prints to stdout as it comes, with this computer's line ends."""

    def __init__(self):
        self._kept = b""  # a CR whose LF may still be on its way

    def __call__(self, data: bytes) -> None:
        data = self._kept + data
        self._kept = b"\r" if data.endswith(b"\r") else b""
        self._write(data[: len(data) - len(self._kept)].replace(b"\r\n", b"\n"))

    def close(self) -> None:
        self._write(self._kept)
        self._kept = b""

    def _write(self, data: bytes) -> None:
        write_bytes(data)


def write_bytes(data: bytes) -> None:
    """Bytes to stdout, as they are and at once."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
