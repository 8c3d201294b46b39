# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""MicroPython's raw REPL: hand over code, hear what it prints, then what it raised.

After docs.micropython.org, "The MicroPython Interactive Interpreter Mode": in the raw REPL code ends with Ctrl-D and
is answered by OK, its output, 0x04, its traceback, 0x04 and a new prompt. In raw paste mode the board says how much it
can take ahead of compiling (the window) and, with a 0x01 each, that it has done with so much; so its input cannot
overflow and nothing needs to be waited for.
"""

from __future__ import annotations

import time

from potluck.link.base import Link

PROMPT = b">"
END = b"\x04"
_PASTE = b"\x05A\x01"
_TAKES_PASTE, _NO_PASTE = b"R\x01", b"R\x00"
_MORE = b"\x01"
_REST_OF_PROMPT = b"w REPL; CTRL-B to exit\r\n>"  # from a board that took the question's Ctrl-A for itself
_PIECE, _PAUSE_S = 256, 0.01  # without flow control: no more at a time than any board's input buffer holds


class Unanswered(Exception):
    """The board did not say what the protocol asks for; the text says where in it."""


class RawRepl:
    """One conversation with a raw prompt. Every wait ends at `end` (time.monotonic()) at the latest.

    use_paste   whether raw paste mode is still worth asking for: False once a board has said no
    """

    def __init__(self, link: Link):
        self._link = link
        self._waiting = bytearray()
        self.use_paste = True
        self.end = 0.0

    # -- bytes -------------------------------------------------------------------------

    def read_within(self, count: int, wait_s: float) -> bytes:
        """count bytes, or fewer when nothing more came for wait_s (0 and below: only what is there)."""
        while len(self._waiting) < count:
            more = self._link.read(max(0.0, wait_s))
            if not more:
                break
            self._waiting += more
        got = bytes(self._waiting[:count])
        del self._waiting[:count]
        return got

    def read_until(self, mark: bytes) -> bytes | None:
        """What comes before the next mark, which is taken too; None, and nothing taken, if it does not come."""
        looked = 0
        while (at := self._waiting.find(mark, looked)) < 0:
            looked = max(0, len(self._waiting) - len(mark) + 1)
            more = self._link.read(max(0.0, self.end - time.monotonic()))
            if not more:
                return None
            self._waiting += more
        got = bytes(self._waiting[:at])
        del self._waiting[: at + len(mark)]
        return got

    def read_line(self, wait_s: float) -> bytes:
        """Up to a line end or a 0x04, or what there is when nothing more came for wait_s."""
        looked = 0
        while True:
            ends = [at for at in (self._waiting.find(b"\n", looked), self._waiting.find(END, looked)) if at >= 0]
            if ends:
                return self.read_within(min(ends) + 1, 0)
            looked = len(self._waiting)
            more = self._link.read(wait_s)
            if not more:
                return self.read_within(looked, 0)
            self._waiting += more

    def push_back(self, data: bytes) -> None:
        """The next read gives this first."""
        self._waiting[:0] = data

    def _read(self, count: int) -> bytes:
        return self.read_within(count, self.end - time.monotonic())

    # -- code --------------------------------------------------------------------------

    def start(self, code: str | bytes) -> None:
        """Hand over code at the prompt; it runs when this returns. Raises Unanswered."""
        code = code.encode() if isinstance(code, str) else code
        if self.read_until(PROMPT) is None:
            raise Unanswered("no raw prompt")
        if self.use_paste:
            self._link.write(_PASTE)
            answer = self._read(2)
            if answer == _TAKES_PASTE:
                self._paste(code)
                return
            self.use_paste = False
            if answer != _NO_PASTE and self.read_until(_REST_OF_PROMPT) is None:
                raise Unanswered("no answer to raw paste")
        for at in range(0, len(code), _PIECE):
            self._link.write(code[at : at + _PIECE])
            time.sleep(_PAUSE_S)
        self._link.write(END)
        if self._read(2) != b"OK":
            raise Unanswered("the code was not taken")

    def _paste(self, code: bytes) -> None:
        window = int.from_bytes(self._read(2), "little")
        room, at = window, 0
        while at < len(code):
            while said := self.read_within(1, 0 if room else self.end - time.monotonic()):
                if said == END:  # it takes no more: it will say why in its traceback
                    self._link.write(END)
                    return
                if said != _MORE:
                    raise Unanswered(f"{said!r} during raw paste")
                room += window
            if not room:
                raise Unanswered("no more room during raw paste")
            piece = code[at : at + room]
            self._link.write(piece)
            at, room = at + len(piece), room - len(piece)
        self._link.write(END)
        if self.read_until(END) is None:
            raise Unanswered("the code was not compiled")

    def follow(self) -> tuple[bytes, bytes]:
        """(what the program prints, its traceback), once it has ended. Raises Unanswered."""
        printed = self.read_until(END)
        trace = None if printed is None else self.read_until(END)
        if printed is None or trace is None:
            raise Unanswered("the end of the program did not come")
        return printed, trace
