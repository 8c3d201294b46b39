# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A line at which is knocked until somebody opens: it survives that the port goes and comes back."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from potluck import link as links
from potluck.errors import BoardSilent, PortBusy, PortGone, PortNotFound
from potluck.link.base import Link
from potluck.link.repl import CTRL_A, CTRL_C, RAW_PROMPT

BACK_S = 10.0  # a board that re-enumerates is back within about two seconds; slow hubs take longer
DEAF_S = 5.0
_LOOK_EVERY_S = 0.1
_KEPT = 4096
_QUIET_S, _SETTLE_S = 0.15, 2.0
_PROMPT = b">>> "
_PROMPTS = re.compile(rb"(?:\r\n>>> ){2,}")


class Door:
    """`line` is the open link; `seen` the last bytes that came."""

    def __init__(self, name: str, line: Link | None, reopen: Callable[[], Link] | None):
        self.name = name
        self.seen = bytearray()
        self.gone = 0  # how often the port went
        self._deaf_until_s = 0.0
        found = links.board_at(name) if line is None else None
        self._key = found.key if found else ""
        self._again = reopen or self._open
        self.line = line or links.open_port(name)

    def last(self, count: int) -> str:
        """The last bytes that came, for people."""
        return bytes(self.seen[-count:]).decode("utf-8", "backslashreplace")

    def close(self) -> None:
        self.line.close()

    def press(self, data: bytes) -> None:
        """Send; a board that takes nothing, or is not there, is no reason to stop knocking."""
        if time.monotonic() < self._deaf_until_s:
            return
        try:
            self.line.write(data)
        except BoardSilent:  # which took the link's whole patience to find out: not at once again
            self._deaf_until_s = time.monotonic() + DEAF_S
        except PortGone:
            self._come_back()

    def hear(self, wait_s: float, *, until: bytes = b"") -> bool:
        """Listen for wait_s in all; True as soon as what came ends with `until`."""
        end = time.monotonic() + wait_s
        while True:
            left_s = end - time.monotonic()
            try:
                got = self.line.read(max(0.0, min(left_s, 0.1)))
            except PortGone:
                self._come_back()
                return False
            if got:
                self._deaf_until_s = 0.0
            self.seen += got
            # each Ctrl-C at the prompt is answered by another prompt: they would push the traceback out
            self.seen[:] = _PROMPTS.sub(b"\r\n>>> ", self.seen)
            del self.seen[:-_KEPT]
            if until and self.seen.endswith(until):
                return True
            if left_s <= 0:
                return False

    def ask_raw(self, wait_s: float) -> bool:
        """Ctrl-A, without any reset: does the raw REPL answer?"""
        self.press(b"\r" + CTRL_A)
        if not self.hear(wait_s, until=RAW_PROMPT):
            return False
        # An earlier Ctrl-A may be answered only now, and whoever goes on must not take that for its own answer.
        end, heard = time.monotonic() + _SETTLE_S, b""
        while bytes(self.seen) != heard and time.monotonic() < end:
            heard = bytes(self.seen)
            self.hear(_QUIET_S)
        settled = self.seen.endswith(RAW_PROMPT)
        while self.seen.endswith(RAW_PROMPT):
            del self.seen[-len(RAW_PROMPT) :]  # what the REPL says of itself is not the program's last word
        return settled

    def flood(self, for_s: float, *, every_s: float = 0.005, burst: int = 8) -> None:
        """Ctrl-C without a pause: one of them meets a bytecode that no `except` stands around."""
        end = time.monotonic() + for_s
        while time.monotonic() < end:
            self.press(CTRL_C * burst)
            self.hear(every_s)

    @property
    def can_reset(self) -> bool:
        """Whether this kind of port has a reset line at all."""
        return self.line.has_reset

    def reset(self) -> bool:
        """Pull the board's reset line; False where there is none."""
        self._deaf_until_s = 0.0
        try:
            return self.line.hard_reset()
        except PortGone:
            self._come_back()
            return True

    def wait_prompt(self, wait_s: float = 8.0) -> bool:
        """Whether the board comes up at its friendly prompt."""
        self.seen.clear()
        end = time.monotonic() + wait_s
        while time.monotonic() < end:
            if self.hear(0.5, until=_PROMPT):
                return True
        return False

    def _come_back(self) -> None:
        """The port has gone: wait until the same board is there again, perhaps under another name."""
        self.gone += 1
        self._deaf_until_s = 0.0
        self.line.close()
        end = time.monotonic() + BACK_S
        while True:
            try:
                self.line = self._again()
                return
            except (PortNotFound, PortGone, PortBusy) as wrong:
                if time.monotonic() > end:
                    raise PortGone(
                        f"the port went and did not come back within {BACK_S:.0f} s",
                        where=self.name,
                        do="plug the board in again, and run the command again",
                    ) from wrong
                time.sleep(_LOOK_EVERY_S)

    def _open(self) -> Link:
        for one in links.find_boards():
            if self._key and one.key == self._key:
                return links.open_port(one.port)
        return links.open_port(self.name)
