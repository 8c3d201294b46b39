# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What arrived and what did not: frames are numbered from 0 at every boot, gaps are losses.

A frame that is sent again fills its gap; one that is here already is a duplicate and not news.
"""

from __future__ import annotations

from collections import OrderedDict

# Gaps that can still be filled; older ones stay counted as lost. A board's buffer holds far fewer.
_OPEN_GAPS = 256
# Frames whose time is remembered, to tell a frame sent again from a board that started again.
_RECENT = 1024
# Within a boot, t may go back a little (a sample is stamped before a log line is numbered), not more.
_BACK_MS = 2000

NEW, FILLED, DUPLICATE, REBOOT = "new", "filled", "duplicate", "reboot"


class Tally:
    """Counts over one session, which may see several boots.

    `received` distinct frames, `lost` frames of gaps not (yet) filled, `duplicates`, `boots` seen.
    """

    def __init__(self):
        self.received = self.lost = self.duplicates = self.boots = 0
        self.boot: str | None = None  # None until a hello of this boot arrived
        self._next: int | None = None  # None before the first frame
        self._gaps: list[list[int]] = []  # [first, last] missing, in order
        self._given_up: list[list[int]] = []  # the same, no longer asked for; one may still turn up
        self._last_ms = 0
        self._recent: OrderedDict[int, int] = OrderedDict()  # n → t_ms

    @property
    def gaps(self) -> list[tuple[int, int]]:
        """(first, last) of what is missing of the current boot and can still be filled."""
        return [(first, last) for first, last in self._gaps]

    @property
    def contiguous(self) -> int | None:
        """The highest n up to which nothing is missing that could still come; None before any frame."""
        if self._next is None:
            return None
        return self._gaps[0][0] - 1 if self._gaps else self._next - 1

    def hello(self, n: int, t_ms: int, boot: str) -> str:
        """Count a hello, which names its boot. REBOOT also when the boot just became known as another."""
        if self._next is not None and self.boot is not None and boot != self.boot:
            self._start(boot, 0)  # frames since that boot's 0 that did not come are lost
            self._count(n, t_ms)
            return REBOOT
        verdict = self.frame(n, t_ms)
        self.boot = boot
        return verdict

    def frame(self, n: int, t_ms: int) -> str:
        """Count any other frame: NEW, FILLED, DUPLICATE, or REBOOT (its boot's hello is still to come)."""
        if self._next is None:
            self._start(None, n)  # we came in the middle: what was before is not our loss
            self._count(n, t_ms)
            return NEW
        if n >= self._next and t_ms >= self._last_ms - _BACK_MS:
            self._count(n, t_ms)
            return NEW
        if n < self._next and (_fill(self._gaps, n) or _fill(self._given_up, n)):
            self.received += 1
            self.lost -= 1
            self._remember(n, t_ms)
            return FILLED
        if self._recent.get(n) == t_ms:
            self.duplicates += 1
            return DUPLICATE
        # A number or a time that was here before: another boot, whose hello was lost or is behind us.
        self._start(None, 0)
        self._count(n, t_ms)
        return REBOOT

    def give_up(self, first: int, last: int) -> None:
        """Nobody has these frames any more: they stay lost and are no longer asked for."""
        gaps, self._gaps = self._gaps, []
        self._given_up += [[max(a, first), min(b, last)] for a, b in gaps if a <= last and b >= first]
        del self._given_up[:-_OPEN_GAPS]
        for a, b in gaps:
            if a < first:
                self._gaps.append([a, min(b, first - 1)])
            if b > last:
                self._gaps.append([max(a, last + 1), b])

    def _start(self, boot: str | None, n: int) -> None:
        self.boots += 1
        self.boot, self._next, self._last_ms = boot, n, 0
        self._gaps.clear()
        self._given_up.clear()
        self._recent.clear()

    def _count(self, n: int, t_ms: int) -> None:
        if n > self._next:
            self.lost += n - self._next
            self._gaps.append([self._next, n - 1])
            del self._gaps[:-_OPEN_GAPS]
        self._next = n + 1
        self._last_ms = max(self._last_ms, t_ms)
        self.received += 1
        self._remember(n, t_ms)

    def _remember(self, n: int, t_ms: int) -> None:
        self._recent[n] = t_ms
        if len(self._recent) > _RECENT:
            self._recent.popitem(last=False)


def _fill(gaps: list[list[int]], n: int) -> bool:
    for i, (first, last) in enumerate(gaps):
        if first <= n <= last:
            gaps[i : i + 1] = [[a, b] for a, b in ((first, n - 1), (n + 1, last)) if a <= b]
            return True
    return False
