# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A session as a table that stays in place, with the log lines under it: for a terminal.

Everything a colour says is also said in words.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from potluck.sink.base import Session, Sink, Summary
from potluck.sink.plain import introduction, told
from potluck.sink.values import NOTHING, number, shown, since_boot, state, unit
from potluck.telemetry.events import Channel, Damaged, Hello, Log, Sample, Text

_LINES = 8
_TREND = 24
_BLOCKS = "▁▂▃▄▅▆▇█"
_REPAINT_S = 0.1
# A board that speaks every 10 s at the least and has not for this long is worth a word.
_QUIET_S = 15.0


class LiveSink(Sink):
    """Paints on a rich `console` (one for this terminal when none is given)."""

    def __init__(self, console=None, *, clock: Callable[[], float] = time.monotonic):
        self._console, self._clock = console, clock
        self._live = None
        self._session: Session | None = None
        self._hello: Hello | None = None
        self._values: tuple = ()
        self._trends: list[deque] = []
        self._lines: deque[tuple[str, str]] = deque(maxlen=_LINES)  # (text, style)
        self._samples = self._damaged = 0
        self._t_ms = 0
        self._painted_s = self._heard_s = 0.0
        self._changed = False

    def open(self, session: Session) -> None:
        from rich.console import Console
        from rich.live import Live

        self._session, self._heard_s = session, self._clock()
        self._console = self._console or Console(highlight=False)
        self._live = Live(self, console=self._console, auto_refresh=False, vertical_overflow="crop")
        self._live.start()
        self._paint()

    def hello(self, hello: Hello, at_s: float) -> None:
        if self._hello is None or hello.channels != self._hello.channels:
            self._values = (None,) * len(hello.channels)
            self._trends = [deque(maxlen=_TREND) for _ in hello.channels]
        if self._hello is not None and hello.boot != self._hello.boot:
            self._add("potluck: the board started again", "bold")
        if hello.safe:
            self._add(f"{since_boot(hello.t_ms)}  safe mode: {shown(hello.safe)}", "yellow")
        self._hello, self._t_ms = hello, hello.t_ms
        self._news()

    def sample(self, sample: Sample, at_s: float) -> None:
        self._samples += 1
        # A sample that was sent again is old: it belongs in the log and not over a newer one.
        if sample.t_ms >= self._t_ms:
            self._t_ms, self._values = sample.t_ms, sample.values
            for trend, value in zip(self._trends, sample.values, strict=False):
                trend.append(value)
        self._news()

    def line(self, event: Log | Text | Damaged, at_s: float) -> None:
        if isinstance(event, Damaged):
            self._damaged += 1
        styles = {"error": "red", "warning": "yellow"}
        style = styles.get(event.level, "") if isinstance(event, Log) else "dim"
        for line in told(event):
            self._add(line, style)
        self._news()

    def note(self, text: str, at_s: float) -> None:
        self._add(f"potluck: {text}", "bold")
        self._news()

    def commit(self) -> None:
        since_s = self._clock() - self._painted_s
        if since_s >= 1.0 or self._changed and since_s >= _REPAINT_S:
            self._paint()

    def close(self, summary: Summary) -> None:
        if self._live is None:
            return
        self._heard_s = self._clock()  # the last picture should not complain about our own leaving
        self._paint()
        self._live.stop()
        self._console.print(str(summary), markup=False)

    def __rich__(self):
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text as Words

        head = [Words(introduction(self._hello), "bold")] if self._hello else []
        body: list = []
        if self._hello and self._hello.channels:
            table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
            for title, side in (("channel", "left"), ("value", "right"), ("unit", "left"), ("state", "left")):
                table.add_column(title, justify=side, no_wrap=True)
            table.add_column("trend", no_wrap=True, min_width=_TREND)
            for channel, value, trend in zip(self._hello.channels, self._values, self._trends, strict=False):
                said = state(channel, value) or ("no value" if value is None else "")
                value_style = "yellow" if value is None else "bold"
                table.add_row(
                    Words(shown(channel.name)),
                    Words(NOTHING if value is None else number(channel, value), value_style),
                    Words(unit(channel)),
                    Words(said, "yellow" if value is None else ""),
                    Words(sparkline(channel, trend), "cyan"),
                )
            body.append(table)
        lines = [Words(line, style, no_wrap=True, overflow="ellipsis") for line, style in self._lines]
        return Group(*head, *body, *([Words("")] if lines else []), *lines, Words(self._status(), "dim"))

    def _status(self) -> str:
        port = self._session.port
        quiet_s = self._clock() - self._heard_s
        parts = [port] if port else []
        if self._hello is None:
            parts.append("waiting for the first frame")
        else:
            parts.append(f"board time {since_boot(self._t_ms)[:-4]}")
            parts.append(f"{self._samples} received")
        if quiet_s >= _QUIET_S:
            parts.append(f"silent for {quiet_s:.0f} s")
        return " · ".join((*parts, "Ctrl-C ends"))

    def _add(self, line: str, style: str) -> None:
        self._lines.append((line, style))

    def _news(self) -> None:
        self._heard_s, self._changed = self._clock(), True

    def _paint(self) -> None:
        self._painted_s, self._changed = self._clock(), False
        self._live.refresh()


def sparkline(channel: Channel, values) -> str:
    """The last values as blocks, scaled to their own range; states over all states; a gap for None."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = (0, len(channel.states) - 1) if channel.states else (min(known), max(known))
    steps = len(_BLOCKS) - 1
    if high <= low:
        return "".join(" " if value is None else _BLOCKS[0] for value in values)
    place = lambda value: round((min(max(value, low), high) - low) / (high - low) * steps)
    return "".join(" " if value is None else _BLOCKS[place(value)] for value in values)
