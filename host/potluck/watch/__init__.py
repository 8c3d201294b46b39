# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Listen to a board: port → frames → every sink, until told to stop. Prints nothing; sinks do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from potluck import errors
from potluck.sink.base import Session, Sink, Summary
from potluck.telemetry import Answer, Hello, Parser, Sample
from potluck.watch.conversation import Conversation
from potluck.watch.interrupts import Interrupts

__all__ = ["Conversation", "ask", "watch"]

_READ_S = 0.25
_REOPEN_EVERY_S = 0.5


def watch(
    link,
    sinks: Iterable[Sink] = (),
    *,
    for_s: float | None = None,
    stop: Callable[[], bool] = lambda: False,
    reopen: Callable[[], object] | None = None,
    conversation: Conversation | None = None,
    clock: Callable[[], float] = time.monotonic,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> Summary:
    """Hand all that `link` says to `sinks`, in their order, until `for_s`, `stop()` or Ctrl-C.

    link    `.read(timeout_s) -> bytes`, `.write(bytes)`, `.name`; it stays open, unless it was reopened
    reopen  makes a new link after the port went; without it PortGone ends the session
    clock, now, sleep   monotonic seconds, seconds since 1970, waiting: for tests

    Put the log before the screen: sinks commit in this order, so that what is shown is logged.
    Every sink is closed with the summary, however the session ends. Raises PortGone, and what a
    sink raises (LogLocked, LogFull, LogCorrupt, LogUnusable).
    """
    return _Watch(link, list(sinks), conversation or Conversation(), reopen, clock, now, sleep).run(
        for_s, stop
    )


def ask(
    link, do: str, *, timeout_s: float = 15.0, clock: Callable[[], float] = time.monotonic, **args
) -> Answer:
    """Say one command to the board and return its answer (which may be `ok=False`).

    Waits for a frame first, as the wire wants it: a board without a listener speaks every 10 s.
    BoardSilent when there was no frame, or no answer, within timeout_s.
    """
    conversation, parser, answers = Conversation(), Parser(), []
    conversation.ask(do, answers.append, **args)
    until_s = clock() + timeout_s
    while not answers:
        left_s = until_s - clock()
        if left_s <= 0:
            heard = conversation.tally.received
            raise errors.BoardSilent(
                f"the board did not answer '{do}' within {timeout_s:g} s"
                if heard
                else "no potluck frame arrived",
                where=getattr(link, "name", ""),
                do="'potluck watch' shows what the board says",
            )
        for event in parser.feed(link.read(min(_READ_S, left_s))):
            conversation.heard(event, clock(), 0.0)
        for line in conversation.due(clock()):
            link.write(line)
    if answers[0] is None:
        raise errors.BoardSilent(
            f"the board did not answer '{do}'",
            where=getattr(link, "name", ""),
            do="'potluck watch' shows what it says",
        )
    return answers[0]


class _Watch:
    def __init__(self, link, sinks, conversation, reopen, clock, now, sleep):
        self.link, self.sinks, self.conversation, self.reopen = link, sinks, conversation, reopen
        self.clock, self.now, self.sleep = clock, now, sleep
        self.parser, self.interrupts = Parser(), Interrupts()
        self.recipe: Hello | None = None
        self.started_s = 0.0
        self.reopened = False

    def run(self, for_s, stop) -> Summary:
        with self.interrupts:
            return self._run(for_s, stop)

    def _run(self, for_s, stop) -> Summary:
        self.started_s = self.clock()
        end_s = None if for_s is None else self.started_s + for_s
        interrupted = False
        opened: list[Sink] = []
        try:
            session = Session(getattr(self.link, "name", ""), self.now())
            for sink in self.sinks:
                opened.append(sink)
                sink.open(session)
            try:
                self._listen(end_s, stop)
            except (KeyboardInterrupt, errors.PortGone) as reason:
                interrupted = isinstance(reason, KeyboardInterrupt)
                self._finish()
                if not interrupted:
                    raise
            else:
                self._finish()
        except BaseException:
            self._close(opened, interrupted, quietly=True)
            raise
        return self._close(opened, interrupted)

    def _listen(self, end_s, stop) -> None:
        while not stop():
            left_s = _READ_S if end_s is None else min(_READ_S, end_s - self.clock())
            if left_s <= 0:
                return
            try:
                with self.interrupts.allowed():
                    data = self.link.read(left_s)
                self._take(data)
                for line in self.conversation.due(self.clock()):
                    self.link.write(line)
            except errors.PortGone:
                if self.reopen is None:
                    raise
                self._take_events(self.parser.flush())
                if not self._reopen(end_s, stop):
                    return
            except errors.BoardSilent:
                self.conversation.line_gone()  # it takes no bytes now; it may again when it speaks

    def _take(self, data: bytes) -> None:
        self._take_events(self.parser.feed(data) if data else [])

    def _take_events(self, events) -> None:
        now_s, at_s = self.clock(), self.now()
        for event in events:
            for item in self.conversation.heard(event, now_s, at_s):
                self._hand_out(*item)
        for item in self.conversation.idle(now_s):
            self._hand_out(*item)
        for sink in self.sinks:
            sink.commit()

    def _hand_out(self, event, at_s: float) -> None:
        if isinstance(event, Sample):
            for sink in self.sinks:
                sink.sample(event, at_s)
        elif isinstance(event, Hello):
            self.recipe = event
            for sink in self.sinks:
                sink.hello(event, at_s)
        else:
            for sink in self.sinks:
                sink.line(event, at_s)

    def _note(self, text: str) -> None:
        at_s = self.now()
        for sink in self.sinks:
            sink.note(text, at_s)
        for sink in self.sinks:
            sink.commit()

    def _reopen(self, end_s, stop) -> bool:
        """Wait for the port to come back; False when the session ends first."""
        self.conversation.line_gone()
        self._note("the port has gone; waiting for it to come back")
        while not stop() and (end_s is None or self.clock() < end_s):
            try:
                link = self.reopen()
            except (
                errors.PortGone,
                errors.PortNotFound,
                errors.PortBusy,
                errors.PortPermission,
                errors.BoardNotRunning,
            ):
                with self.interrupts.allowed():
                    self.sleep(_REOPEN_EVERY_S)
                continue
            self._let_go()
            self.link, self.reopened = link, True
            self._note("the port is back")
            return True
        return False

    def _let_go(self) -> None:
        """Close a link that we opened; the first one is the caller's."""
        if self.reopened:
            self.link.close()

    def _finish(self) -> None:
        """Hand out what is left, so that the log holds all that came before the end."""
        self._take_events(self.parser.flush())
        for item in self.conversation.end():
            self._hand_out(*item)
        for sink in self.sinks:
            sink.commit()
        try:
            for line in self.conversation.farewell():
                self.link.write(line)
        except (errors.PortGone, errors.BoardSilent):
            pass  # the lease ends by itself

    def _close(self, opened: list[Sink], interrupted: bool, *, quietly: bool = False) -> Summary:
        summary = self._summary(interrupted)
        failed: Exception | None = None
        for sink in opened:
            try:
                sink.close(summary)
            except Exception as error:  # one sink's trouble must not keep another from closing
                failed = failed or error
        self._let_go()
        if failed and not quietly:
            raise failed
        return summary

    def _summary(self, interrupted: bool) -> Summary:
        talk, who = self.conversation, self.recipe or Hello(0, 0)
        return Summary(
            received=talk.samples,
            lost=talk.tally.lost,
            damaged=talk.damaged,
            seconds=self.clock() - self.started_s,
            frames=talk.tally.received,
            boots=talk.tally.boots,
            recipe=who.recipe,
            version=who.version,
            hash=who.hash,
            board=who.board,
            interrupted=interrupted,
        )
