# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The REPL at the other end of a link: run code on the board.

Enters the raw REPL as stubbornly as real boards need it, talks with it (raw_repl.py), and says every failure as one
of our errors.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from potluck.errors import BoardSilent, FirmwareError, NotMicroPython, PortGone
from potluck.link.base import Link
from potluck.link.raw_repl import PROMPT, RawRepl, Unanswered

RAW_PROMPT = b"raw REPL; CTRL-B to exit\r\n>"
CTRL_A, CTRL_B, CTRL_C, CTRL_D = b"\x01", b"\x02", b"\x03", b"\x04"
LAST_BYTES = 80  # so much of what came instead is shown
RETURNS = 2  # so often a board may go and come back while its prompt is looked for
RETURN_S = 8.0  # and so long it may be gone; a host lists a device 1 to 3 s after it was plugged in


class Repl:
    """Code runs on the board while this is open: `with Repl(link) as repl: repl.exec(...)`.

    Entering stops the running program. Leaving by `close` goes back to the friendly prompt and
    starts nothing; `restart` starts what is on the board.
    """

    PATIENCE_S = 10.0

    def __init__(self, link: Link):
        self.link = link
        self.raw = RawRepl(link)
        self.restarted = False  # what is on the board has been started since

    def enter(self, stop: Callable[[], bytes] | None = None) -> None:
        """Stop whatever runs and reach the raw REPL.

        stop   gives a line that asks the running program to stop (`stop_line`); tried when Ctrl-C alone
               does not help, and only if given: the caller knows that a program of ours may be running
        A board with USB of its own that resets meanwhile, as under a watchdog that it feeds no more, is met again
        where it comes back. Raises NotMicroPython with the stage that failed and the last bytes that came, PortGone.
        """
        seen = bytearray()
        for _ in range(RETURNS):
            try:
                return self._enter(stop, seen)
            except PortGone:
                if not self.link.reopen(RETURN_S):
                    raise
        self._enter(stop, seen)

    def _enter(self, stop: Callable[[], bytes] | None, seen: bytearray) -> None:
        if self._try_quickly(seen):
            return
        stages = [("after Ctrl-C", b"", 1.5), ("after more Ctrl-C", b"", 2.5)]
        if stop:
            stages.append(("after asking the program to stop", stop(), 4.0))
        stages.append(("after Ctrl-C once more", b"", 4.0))
        for _, first, patience_s in stages:
            if first:
                self.link.write(first)
                self._gather(0.5, seen)
            if self._try_raw(patience_s, seen):
                return
        if self.link.hard_reset():
            stages.append(("after a reset by the RTS line", b"", 0))
            if self._try_raw_while_booting(6.0, seen):
                return
        raise self._refusal(stages, bytes(seen))

    def adopt(self) -> None:
        """The raw prompt has just been read by somebody else: go on from there."""
        self.raw.push_back(PROMPT)

    def knock(self, patience_s: float) -> bytes | None:
        """Try once to reach the raw REPL. None: reached; else what came instead, maybe b""."""
        seen = bytearray()
        return None if self._try_raw(patience_s, seen) else bytes(seen)

    def exec(self, code: str | bytes, *, timeout_s: float | None = None) -> bytes:
        """Run code, give what it printed. timeout_s: how long it may take in all (None: PATIENCE_S).

        Not the longest silence: a board that restarts half-way goes on talking, about other things.
        Raises FirmwareError when it raises on the board, BoardSilent when its answer does not come.
        """
        timeout_s = self.PATIENCE_S if timeout_s is None else timeout_s
        end = time.monotonic() + timeout_s
        self.start(code, timeout_s=timeout_s)
        return self.finish(max(0.0, end - time.monotonic()))

    # -- a program that is talked with while it runs --------------------------------------

    def start(self, code: str | bytes, *, timeout_s: float | None = None) -> None:
        """Start code and return at once; `read`, `read_line` and the link's `write` talk with it, `finish` ends it.

        Raises BoardSilent.
        """
        self.raw.end = time.monotonic() + (self.PATIENCE_S if timeout_s is None else timeout_s)
        try:
            self.raw.start(code)
        except Unanswered as wrong:
            raise self._stopped(wrong) from wrong

    def read(self, count: int, timeout_s: float) -> bytes:
        """count bytes that the program says; fewer when nothing more came for timeout_s."""
        return self.raw.read_within(count, timeout_s)

    def read_line(self, timeout_s: float) -> bytes:
        """Up to a line end; less when nothing more came for timeout_s, or at the end of the program (a 0x04)."""
        return self.raw.read_line(timeout_s)

    def push_back(self, data: bytes) -> None:
        """The next read gives this first."""
        self.raw.push_back(data)

    def finish(self, timeout_s: float | None = None) -> bytes:
        """Wait for the program's end; what else it said. Raises FirmwareError when it raised, BoardSilent."""
        timeout_s = self.PATIENCE_S if timeout_s is None else timeout_s
        self.raw.end = time.monotonic() + timeout_s
        try:
            printed, trace = self.raw.follow()
        except Unanswered as wrong:
            raise self._stopped(wrong) from wrong
        if trace:
            raise _firmware_error(trace.decode("utf-8", "replace"), self.link.name)
        return printed

    def _stopped(self, wrong: Unanswered) -> BoardSilent:
        return BoardSilent(
            f"the board stopped answering while it ran our code ({wrong})",
            where=self.link.name,
            do="press its reset button and try again",
        )

    def eval(self, expression: str):
        """The value of a Python literal computed on the board."""
        import ast

        return ast.literal_eval(self.exec(f"print(repr({expression}))").decode().strip())

    def restart(self) -> None:
        """Leave the raw REPL and soft-reset, so that boot.py and main.py run."""
        # Ctrl-C ends a half-sent raw paste, too; Ctrl-D in the raw REPL would run boot.py only.
        self.link.write(b"\r" + CTRL_C + CTRL_B)
        self._until(b">>> ", 0.5)
        self.link.write(CTRL_D)
        self.restarted = True

    def _until(self, mark: bytes, patience_s: float) -> bool:
        """Whether the line says `mark` in time; what came before it is gone."""
        end, seen = time.monotonic() + patience_s, bytearray()
        while (left_s := end - time.monotonic()) > 0:
            seen += self.link.read(left_s)
            if seen.endswith(mark):
                return True
        return False

    def close(self) -> None:
        """Back to the friendly prompt."""
        self.link.write(b"\r" + CTRL_B)

    # -- getting in --------------------------------------------------------------------

    def _try_quickly(self, seen: bytearray) -> bool:
        """One Ctrl-C, and on as soon as the friendly prompt stands there: what most boards need."""
        self.link.write(b"\r" + CTRL_C)
        end = time.monotonic() + 0.5
        while not seen.endswith(b">>> "):
            got = self.link.read(max(0.0, end - time.monotonic()))
            if not got:
                return False
            seen += got
        self.link.write(CTRL_A)
        answer, end = bytearray(), time.monotonic() + 0.3
        while (left_s := end - time.monotonic()) > 0:
            answer += self.link.read(left_s)
            if answer.endswith(RAW_PROMPT):
                self.raw.push_back(PROMPT)
                return True
        seen += answer
        return False

    def _try_raw(self, patience_s: float, seen: bytearray) -> bool:
        # Ctrl-C three times: one may be swallowed by an except, one by a sleeping task's handler.
        for _ in range(3):
            self.link.write(b"\r" + CTRL_C)
            self._gather(0.05, seen)
        self.link.write(b"\r" + CTRL_A)
        end = time.monotonic() + patience_s
        answer = bytearray()
        while time.monotonic() < end:
            got = self.link.read(0.1)
            answer += got
            if answer.endswith(RAW_PROMPT):
                self.raw.push_back(PROMPT)
                return True
        seen += answer
        return False

    def _try_raw_while_booting(self, patience_s: float, seen: bytearray) -> bool:
        end = time.monotonic() + patience_s
        while time.monotonic() < end:
            if self._try_raw(0.5, seen):
                return True
        return False

    def _gather(self, quiet_s: float, seen: bytearray) -> None:
        """Take what is under way, until it is quiet (a talkative board gets five times as long)."""
        end = time.monotonic() + 5 * quiet_s
        while time.monotonic() < end and (got := self.link.read(quiet_s)):
            seen += got
            del seen[:-4096]

    def _refusal(self, stages, seen: bytes) -> NotMicroPython:
        tried = ", ".join(name for name, *_ in stages)
        if not seen.strip():
            return NotMicroPython(
                f"nothing answers (waited {tried})",
                where=self.link.name,
                do="is MicroPython on this board, and does the cable carry data?",
            )
        return NotMicroPython(
            f"no MicroPython prompt ({tried}); the last bytes were {seen[-LAST_BYTES:]!r}",
            where=self.link.name,
            do="press the board's reset button and try again at once; if it stays so, install MicroPython",
        )

    def __enter__(self):
        self.enter()
        return self

    def __exit__(self, *exc):
        self.close()


def stop_line() -> bytes:
    """The wire's command that asks a running recipe to stop, for `Repl.enter`."""
    from potluck.telemetry import command

    # a random-looking id: the board drops a line that it has answered already
    return command(int(time.time() * 1000) % (1 << 29), "stop")


def _firmware_error(trace: str, where: str) -> FirmwareError:
    lines = [line for line in trace.splitlines() if line.strip()] or ["no message"]
    error = FirmwareError(lines[-1].strip(), where=where, do="the whole traceback: run again with --debug")
    error.trace = trace
    return error
