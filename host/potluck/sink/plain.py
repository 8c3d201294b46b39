# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A session as lines of text, one after another: for pipes, screen readers, slow terminals and logs.

00:01:00.012  moisture 41.5 %  tank water  pump off  watered 120 mL
00:01:00.100  warning: soil sensor: check its three wires
"""

from __future__ import annotations

from typing import TextIO

from potluck.sink.base import Session, Sink, Summary
from potluck.sink.values import reading, shown, since_boot
from potluck.telemetry.events import Channel, Damaged, Hello, Log, Sample, Text

_INDENT = " " * 14


class PlainSink(Sink):
    """Writes lines to `stream` as they come; BrokenPipeError when its reader has left."""

    def __init__(self, stream: TextIO):
        self._stream = stream
        self._channels: tuple[Channel, ...] = ()

    def open(self, session: Session) -> None:
        self._say(f"listening to {session.port}" if session.port else "listening")
        self.commit()

    def hello(self, hello: Hello, at_s: float) -> None:
        self._channels = hello.channels
        self._say(introduction(hello))
        if hello.safe:
            self._say(f"{since_boot(hello.t_ms)}  safe mode: {shown(hello.safe)}")

    def sample(self, sample: Sample, at_s: float) -> None:
        said = (
            f"{shown(c.name)} {reading(c, value)}"
            for c, value in zip(self._channels, sample.values, strict=False)
        )
        self._say("  ".join((since_boot(sample.t_ms), *said)))

    def line(self, event: Log | Text | Damaged, at_s: float) -> None:
        for line in told(event):
            self._say(line)

    def note(self, text: str, at_s: float) -> None:
        self._say(f"potluck: {text}")

    def commit(self) -> None:
        self._stream.flush()

    def close(self, summary: Summary) -> None:
        self._say(str(summary))
        self.commit()

    def _say(self, line: str) -> None:
        self._stream.write(line + "\n")


def introduction(hello: Hello) -> str:
    """Who is at the other end: "plant-waterer 1.0.0 (a1b2c3d4e5f6) on pico e661…, MicroPython 1.26.1"."""
    who = f"{hello.recipe} {hello.version}".strip() or "a board that has not said its recipe"
    if hello.hash:
        who += f" ({hello.hash})"
    if hello.board:
        who += f" on {hello.board} {hello.id}".rstrip()
    if hello.micropython:
        who += f", MicroPython {hello.micropython}"
    return shown(who)


def told(event: Log | Text | Damaged) -> list[str]:
    """The lines that say it; [] for the tail of a frame that began before we listened."""
    if isinstance(event, Log):
        head = f"{since_boot(event.t_ms)}  {shown(event.level)}: "
        first, *more = shown(event.text).splitlines() or [""]
        return [head + first, *(_INDENT + line for line in (*more, *shown(event.trace).splitlines()))]
    if isinstance(event, Damaged):
        return [f"{_INDENT}damaged: {line}" for line in shown(event.text).splitlines()]
    return [] if event.cut else [f"{_INDENT}| {line}" for line in shown(event.text).splitlines()]
