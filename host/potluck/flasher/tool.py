# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The one place where a flasher runs another program, and where a dry run does not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from potluck.errors import FlasherMissing

SILENCE_S = 150.0  # erasing a large flash says nothing for two minutes


@dataclass(frozen=True)
class Ran:
    """words: what was run; status: 0 is well, -1 when it was ended for its silence; lines: what it printed."""

    words: tuple[str, ...]
    status: int
    lines: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return self.status == 0

    @property
    def last(self) -> str:
        """Its last lines, for a message."""
        return " / ".join(self.lines[-4:]) or "it said nothing"


def run(
    words: Sequence[str],
    *,
    dry_run: bool = False,
    heard: Callable[[str], None] = lambda line: None,
    silence_s: float = SILENCE_S,
) -> Ran:
    """Run a program to its end; never through a shell.

    dry_run   run nothing, give status 0
    heard     called with each line as it comes; a line may end in CR, as progress bars do
    silence_s   the program is ended when it says nothing for so long
    Raises FlasherMissing when there is no such program.
    """
    words = tuple(words)
    if dry_run:
        return Ran(words, 0)
    quiet = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "200", "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    try:
        child = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, **quiet},
        )  # fmt: skip
    except OSError as wrong:
        raise FlasherMissing(
            f"the program cannot be run ({wrong.strerror or type(wrong).__name__})", where=words[0], do="is it installed?"
        ) from wrong
    watch = _Silence(child, silence_s)
    lines: list[str] = []
    try:
        _listen(child, watch, lines, heard)
        status = child.wait()
    except BaseException:
        child.kill()
        child.wait()
        raise
    finally:
        watch.stop()
        if child.stdout:
            child.stdout.close()
    return Ran(words, -1 if watch.ended else status, tuple(lines))


def program(name: str, *, how: str) -> str:
    """The path of a program on PATH. Raises FlasherMissing; how: what installs it."""
    found = shutil.which(name)
    if found is None:
        raise FlasherMissing(f"{name} is not installed", where=name, do=how)
    return found


def _listen(child, watch, lines, heard) -> None:
    rest = ""
    while piece := os.read(child.stdout.fileno(), 4096):
        watch.again()
        *whole, rest = re.split(r"[\r\n]+", rest + piece.decode("utf-8", "replace"))
        for line in filter(str.strip, whole):
            lines.append(line.strip())
            heard(line.strip())
    if rest.strip():
        lines.append(rest.strip())
        heard(rest.strip())


class _Silence:
    """Ends the child when `again` is not called for so long."""

    def __init__(self, child: subprocess.Popen, silence_s: float):
        self.ended = False
        self._child, self._silence_s = child, silence_s
        self._timer: threading.Timer | None = None
        self.again()

    def again(self) -> None:
        self.stop()
        self._timer = threading.Timer(self._silence_s, self._end)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        if self._timer:
            self._timer.cancel()

    def _end(self) -> None:
        self.ended = True
        self._child.kill()
