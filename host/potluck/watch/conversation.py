# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The host's half of the wire, without a port and without a clock: events in, commands out.

Nothing is said before a valid frame was heard, and nothing to a board in safe mode, whose line
belongs to the REPL. One command is under way at a time; unanswered, it is said again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from random import randrange

from potluck import telemetry
from potluck.telemetry.events import Answer, Damaged, Event, Hello, Other, Sample, Text
from potluck.telemetry.tally import DUPLICATE, FILLED, REBOOT, Tally

LEASE_EVERY_S = 2.0
LEASE_S = 6
ANSWER_S = 2.0
TRIES = 3
# A board that was asked for its hello and sends samples only is shown without names after this.
HELLO_WAIT_S = 3.0
# Events kept back while we wait for that hello.
_HELD = 512
# Frames asked for at once: what a board's ring holds (78 samples of four channels).
_RESEND_FRAMES = 80


@dataclass(slots=True)
class _Command:
    do: str
    line: bytes
    id: int
    answered: Callable[[Answer | None], None]
    tries: int = 0
    again_at_s: float = 0.0


class Conversation:
    """`heard` each event, send what `due` returns. All times are one monotonic clock's seconds."""

    def __init__(self, *, first_id: int | None = None):
        self.tally = Tally()
        self.samples = self.damaged = 0
        self.hello: Hello | None = None  # the last one, of the current boot
        self._id = randrange(2**28) if first_id is None else first_id
        self._queue: deque[_Command] = deque()
        self._under_way: _Command | None = None
        self._held: deque[tuple[Event, float]] = deque()
        self._held_since_s: float | None = None
        self._lease_at_s = 0.0
        self._acked: int | None = None
        self._news = False  # something that the board keeps arrived since the last ack
        self._asked_gap: tuple[int, int] | None = None
        self._gap_until_s: float | None = None
        self._asked_twice = False
        self._follow = 0
        self._ready = False

    @property
    def may_speak(self) -> bool:
        """A valid frame was heard, and the board is not in safe mode."""
        return self._ready and not (self.hello and self.hello.safe)

    def line_gone(self) -> None:
        """The port went away: be silent until a frame is heard again; counts are kept."""
        self._ready = False
        self._forget_commands()

    def heard(self, event: Event, now_s: float, at_s: float) -> list[tuple[Event, float]]:
        """Count an event; returns (event, host time) pairs that are news and can be shown now.

        A hello is among them only when it says something new, and always before its samples.
        """
        kind = type(event)
        if kind is Text:
            return self._pass(event, at_s)
        if kind is Damaged:
            self.damaged += 1
            return self._pass(event, at_s)
        self._ready = True
        if kind is Hello:
            return self._heard_hello(event, at_s)
        verdict = self.tally.frame(event.n, event.t_ms)
        if verdict == DUPLICATE:
            return []
        if verdict == FILLED:
            self._filled()
        before = self._rebooted() if verdict == REBOOT else []
        if kind is Answer:
            self._answered(event)
            return before
        if kind is Other:
            return before
        self._news = True
        if kind is Sample:
            self.samples += 1
            unknown = self.hello is None or len(event.values) != len(self.hello.channels)
            if unknown and self._held_since_s is None:
                self._held_since_s = now_s
                self.ask("hello")
        return before + self._pass(event, at_s)

    def idle(self, now_s: float) -> list[tuple[Event, float]]:
        """Events that were kept back for a hello that did not come."""
        if self._held_since_s is None:
            return []
        if now_s - self._held_since_s < HELLO_WAIT_S and len(self._held) < _HELD:
            return []
        return self._release_nameless()

    def end(self) -> list[tuple[Event, float]]:
        """What was still kept back when the session ends."""
        return [] if self._held_since_s is None else self._release_nameless()

    def _release_nameless(self) -> list[tuple[Event, float]]:
        width = max((len(event.values) for event, _ in self._held if type(event) is Sample), default=0)
        known = self.hello or Hello(0, 0)
        channels = tuple(telemetry.Channel(f"v{i}") for i in range(width))
        nameless = Hello(0, 0, boot=known.boot, board=known.board, id=known.id, channels=channels)
        return self._release(nameless, self._held[0][1])

    def ask(self, do: str, answered: Callable[[Answer | None], None] = lambda answer: None, **args) -> None:
        """Queue a command. `answered` gets the answer, or None when there was none after TRIES."""
        self._id += 1
        self._queue.append(_Command(do, telemetry.command(self._id, do, **args), self._id, answered))

    def due(self, now_s: float) -> list[bytes]:
        """Lines to write now."""
        if not self.may_speak:
            return []
        command = self._under_way
        if command is not None:
            if now_s < command.again_at_s:
                return []
            if command.tries >= TRIES:
                # Nobody there: the app was stopped, and what we say would be typed into a REPL.
                self._ready = False
                self._forget_commands()
                return []
        if self._under_way is None:
            self._plan(now_s)
            if not self._queue:
                return []
            self._under_way = self._queue.popleft()
        self._under_way.tries += 1
        self._under_way.again_at_s = now_s + ANSWER_S
        return [self._under_way.line]

    def farewell(self) -> list[bytes]:
        """Lines to write at the end, whose answers nobody waits for: the lease is given back."""
        if not self.may_speak:
            return []
        self._id += 1
        return [telemetry.command(self._id, "lease", s=0)]

    def _plan(self, now_s: float) -> None:
        if now_s >= self._lease_at_s:
            self._lease_at_s = now_s + LEASE_EVERY_S
            if self.hello is None and not any(command.do == "hello" for command in self._queue):
                self.ask("hello")
            self.ask("lease", s=LEASE_S)
            upto = self.tally.contiguous
            if self._news and upto is not None and upto != self._acked and upto >= 0:
                self._acked, self._news = upto, False
                self.ask("ack", n=upto)
        self._mind_the_gaps(now_s)

    def _mind_the_gaps(self, now_s: float) -> None:
        if self._asked_gap is not None:
            if self._gap_until_s is None or now_s < self._gap_until_s and self._follow > 0:
                return  # the answer, or the frames it promised, are still to come
            again = self._follow > 0 and not self._asked_twice
            if not again:
                self.tally.give_up(*self._asked_gap)
            self._asked_twice, self._asked_gap = again, None
        gaps = self.tally.gaps
        if gaps:
            # the newest first: what a board's ring drops next is the oldest
            first, last = gaps[-1]
            first = max(first, last - _RESEND_FRAMES + 1)
            self._asked_gap, self._gap_until_s = (first, last), None
            told = lambda answer: self._resend_answered(answer, now_s)
            self.ask("resend", told, **{"from": first, "to": last})

    def _filled(self) -> None:
        """A frame came again. After the last one that was asked for, a lost answer is not waited for."""
        self._follow -= 1
        if self._asked_gap is None or any(
            first <= self._asked_gap[1] and last >= self._asked_gap[0] for first, last in self.tally.gaps
        ):
            return
        self._asked_gap, self._asked_twice = None, False
        if self._under_way is not None and self._under_way.do == "resend":
            self._under_way = None

    def _resend_answered(self, answer: Answer | None, asked_s: float) -> None:
        if self._asked_gap is None:
            return
        frames = answer.data.get("frames", 0) if answer is not None and answer.ok else 0
        if type(frames) is int and frames > 0:
            self._follow, self._gap_until_s = frames, asked_s + 2 * ANSWER_S
            return
        first, last = self._asked_gap
        # a whole ringful and nothing of it left: what is older has gone too
        self.tally.give_up(0 if last - first + 1 >= _RESEND_FRAMES else first, last)
        self._asked_gap, self._asked_twice = None, False

    def _answered(self, answer: Answer) -> None:
        command = self._under_way
        if command is not None and command.id == answer.re:
            self._under_way = None
            command.answered(answer)

    def _heard_hello(self, hello: Hello, at_s: float) -> list[tuple[Event, float]]:
        verdict = self.tally.hello(hello.n, hello.t_ms, hello.boot)
        if verdict == DUPLICATE:
            return []
        before = self._rebooted() if verdict == REBOOT else []
        known, self.hello = self.hello, hello
        if self._held_since_s is not None:
            return before + self._release(hello, at_s)
        return before if known is not None and _same(known, hello) else [*before, (hello, at_s)]

    def _rebooted(self) -> list[tuple[Event, float]]:
        before = self.end()  # what was kept back is the old boot's and must not get the new one's names
        self.hello = None
        self._acked, self._asked_gap = None, None
        self._lease_at_s = 0.0
        self._forget_commands()
        return before

    def _forget_commands(self) -> None:
        lost = [self._under_way, *self._queue] if self._under_way else list(self._queue)
        self._under_way = None
        self._queue.clear()
        self._asked_gap = None
        for command in lost:
            command.answered(None)

    def _pass(self, event: Event, at_s: float) -> list[tuple[Event, float]]:
        if self._held_since_s is None:
            return [(event, at_s)]
        self._held.append((event, at_s))
        return []

    def _release(self, hello: Hello, at_s: float) -> list[tuple[Event, float]]:
        self.hello, self._held_since_s = hello, None
        out = [(hello, at_s), *self._held]
        self._held.clear()
        return out


def _same(a: Hello, b: Hello) -> bool:
    return _identity(a) == _identity(b)


def _identity(hello: Hello) -> tuple:
    return hello.boot, hello.recipe, hello.version, hello.hash, hello.channels, hello.safe, hello.id
