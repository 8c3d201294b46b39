# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Virtual time: microseconds since the board got power, at real speed, N times it, or as fast as it goes.

Time passes in three ways only: every call into the hardware has its price (so a loop that waits for a
tick gets there), a loop that calls nothing pays by the tick of the engine, and a sleep ends when it
should. It never depends on how fast the host computes: the same program sees the same times again, and
a busy laptop does not make a watchdog bite. At a finite speed the clock is held back to the host's; when
the host is late, the sleeps get shorter, and after a long stop (a closed lid) time just goes on.
"""

from __future__ import annotations

import heapq
import itertools
import math
import threading
import time
from collections.abc import Callable

CALL_COST_US = 5  # what reading a pin or the clock costs on a board of this class
_LONG_S = 3600.0
_AHEAD_S = 0.004  # so far the board may run ahead of the host's clock
_LATE_S = 0.25  # and so far behind before it gives up catching up
_PACE_CALLS = 31  # a look at the host's clock every so many calls (a power of 2, less 1)


class Clock:
    """The time of one board. All methods but `nudge` are called by the guest's thread."""

    def __init__(self, speed: float = 1.0) -> None:
        if not speed > 0:
            raise ValueError(f"speed must be over 0, not {speed}")
        self.speed = speed
        self.jumps = math.isinf(speed)
        self._now_us = 0
        self.calls = 0  # into the hardware, ever
        self._anchor_us, self._anchor_s = 0, time.monotonic()
        self._events: list[tuple[int, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._gone: set[int] = set()
        self._due_us: float = math.inf  # no event is due before it
        self._alarm_us: float = math.inf
        self._alarm: Callable[[], None] = lambda: None
        self.changed = threading.Condition()
        self.pause: Callable[[], None] = lambda: None  # called around every real wait
        self.resume: Callable[[], None] = lambda: None

    def now_us(self) -> int:
        return self._now_us

    def _real_us(self) -> int:
        """Where the host's clock says that the board should be (finite speed)."""
        return self._anchor_us + int((time.monotonic() - self._anchor_s) * self.speed * 1e6)

    def outside_us(self) -> int | None:
        """From any thread: the virtual time of what happens outside now; None of a clock that jumps."""
        return None if self.jumps else self._real_us()

    def _keep_pace(self) -> None:
        ahead_s = (self._now_us - self._real_us()) / 1e6 / self.speed
        if ahead_s > _AHEAD_S:
            time.sleep(ahead_s)
        elif ahead_s < -_LATE_S:
            self._anchor_us, self._anchor_s = self._now_us, time.monotonic()

    def spend(self, us: int) -> None:
        """The board was busy for `us`."""
        self._now_us += us
        if not self.jumps:
            self._keep_pace()

    def spend_at_once(self, us: int) -> None:
        """Start `us` later: the clock of a board that was running before."""
        self._now_us += us
        self._anchor_us, self._anchor_s = self._now_us, time.monotonic()

    # -- events ----------------------------------------------------------------------------------

    def at(self, when_us: int, action: Callable[[], None]) -> int:
        """Run `action` at a virtual time. Returns a handle for `cancel`."""
        handle = next(self._order)
        heapq.heappush(self._events, (when_us, handle, action))
        if when_us < self._due_us:
            self._due_us = when_us
        return handle

    def cancel(self, handle: int | None) -> None:
        if handle is not None:
            self._gone.add(handle)

    def set_alarm(self, when_us: float, action: Callable[[], None]) -> None:
        """The one event that is put off again and again, and hardly ever comes: a watchdog. inf: off."""
        self._alarm_us, self._alarm = when_us, action

    def put_off(self, when_us: float) -> None:
        """Move the alarm. As cheap as can be."""
        self._alarm_us = when_us

    def next_event_us(self) -> int | None:
        events = self._events
        while events and events[0][1] in self._gone:
            self._gone.discard(heapq.heappop(events)[1])
        when = min(events[0][0] if events else math.inf, self._alarm_us)
        return None if when == math.inf else int(when)

    def due(self) -> bool:
        """Whether `run_due` may have something to do. Cheap: asked at every call into the hardware."""
        return self._now_us >= self._due_us or self._now_us >= self._alarm_us

    def pay_for_call(self) -> None:
        """What one call into the hardware takes, and the events that come due by it."""
        self.calls += 1
        self._now_us = now_us = self._now_us + CALL_COST_US
        if now_us >= self._due_us or now_us >= self._alarm_us:
            self.run_due()
        if not (self.jumps or self.calls & _PACE_CALLS):
            self._keep_pace()

    def run_due(self) -> None:
        """Run every event whose time has come, in order."""
        while True:
            when = self.next_event_us()
            if when is None or when > self._now_us:
                self._due_us = self._events[0][0] if self._events else math.inf
                return
            if when == self._alarm_us:
                self._alarm_us = math.inf
                self._alarm()
            else:
                _, _, action = heapq.heappop(self._events)
                action()

    def clear(self) -> None:
        self._events.clear()
        self._gone.clear()
        self._due_us = self._alarm_us = math.inf

    # -- waiting ---------------------------------------------------------------------------------

    def sleep_until(
        self, when_us: int | None, *, real_pace: bool, ready: Callable[[], bool],
        comes_us: Callable[[], int | None] = lambda: None,
    ) -> None:  # fmt: skip
        """Let time pass until `when_us` (None: for ever) or until `ready()` after a `nudge`.

        `real_pace` makes an infinitely fast clock walk at 1x: a prompt waits for a person, and a
        person's time is real. `comes_us` tells after the wait what no time may pass by: a host
        that is late takes nothing off a line.
        """
        with self.changed:
            if ready():
                return
            if self.jumps and when_us is not None and not real_pace:
                self._now_us = max(self._now_us, when_us)
                return
            if self.jumps:
                left_s = _LONG_S if when_us is None else (when_us - self._now_us) / 1e6
                passed_us = self._now_us + self._really_wait(min(left_s, _LONG_S))
            else:
                self._keep_pace()
                left_s = _LONG_S if when_us is None else (when_us - self._real_us()) / 1e6 / self.speed
                if left_s > 0:
                    self._really_wait(min(left_s, _LONG_S))
                passed_us = self._real_us()
            bounds = [us for us in (passed_us, when_us, comes_us()) if us is not None]
            self._now_us = max(self._now_us, min(bounds))

    def _really_wait(self, seconds: float) -> int:
        """Until a nudge. Returns the microseconds it took."""
        before = time.monotonic()
        self.pause()
        try:
            self.changed.wait(seconds)
        finally:
            self.resume()
        return int((time.monotonic() - before) * 1e6)

    def jump_to(self, when_us: int) -> bool:
        """Jump over a sleep in one step, if nothing happens on the way."""
        if when_us >= self._alarm_us:
            return False
        if when_us >= self._due_us:
            self.next_event_us()  # forgets what was cancelled
            self._due_us = self._events[0][0] if self._events else math.inf
            if when_us >= self._due_us:
                return False
        self._now_us = when_us
        return True

    def nudge(self) -> None:
        """From any thread: something happened, look again."""
        with self.changed:
            self.changed.notify_all()
