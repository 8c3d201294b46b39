# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A virtual board in this process and a way to run programs on it: for tests, benchmarks and experiments.

    with Session("pico") as board:
        assert board.run("print(6 * 7)") == "42\\r\\n"
"""

from __future__ import annotations

import time
from typing import Any

from potluck.errors import BoardSilent
from potluck.virtual.board import VirtualBoard
from potluck.virtual.ports.memory import MemoryPort


class ProgramFailed(Exception):
    """The program on the board raised something; the text is its traceback."""


class Session:
    """One board with a line to it. Takes what `VirtualBoard` takes, or a board that was not started yet."""

    def __init__(self, kind: str = "pico", *, board: VirtualBoard | None = None, **options: Any) -> None:
        self.board = board or VirtualBoard(kind, **options)
        self.port = MemoryPort(capacity=64 << 20)
        self.board.attach(self.port)
        self.link = self.port.link
        self._seen = b""

    def __enter__(self) -> Session:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.board.stop()

    def start(self) -> None:
        self.board.start()
        self.board.wait_ready()

    def send(self, data: bytes | str) -> None:
        self.link.write(data.encode() if isinstance(data, str) else data)

    def read_until(self, mark: bytes | str, timeout_s: float = 10.0) -> str:
        """Everything up to and with `mark`. Raises BoardSilent."""
        wanted = mark.encode() if isinstance(mark, str) else mark
        deadline = time.monotonic() + timeout_s
        while wanted not in self._seen:
            left = deadline - time.monotonic()
            if left <= 0:
                raise BoardSilent(f"the board did not say {wanted!r}", where=repr(self._seen[-400:]))
            self._seen += self.link.read(min(left, 0.5))
        at = self._seen.index(wanted) + len(wanted)
        said, self._seen = self._seen[:at], self._seen[at:]
        return said.decode("utf-8", "replace")

    def prompt(self, timeout_s: float = 10.0) -> str:
        """Everything up to the friendly prompt."""
        return self.read_until(b">>> ", timeout_s)

    def run(self, program: str, timeout_s: float = 60.0) -> str:
        """Run a program through the raw REPL and return what it printed. Raises ProgramFailed."""
        self.begin(program)
        return self.finish(timeout_s)

    def begin(self, program: str) -> None:
        """Start a program: its output is read with `read_until` and `finish`."""
        self.send(b"\r\x03\x01")
        self.read_until(b"raw REPL; CTRL-B to exit\r\n>")
        self.send(program.encode() + b"\x04")
        self.read_until(b"OK")

    def finish(self, timeout_s: float = 60.0) -> str:
        """Wait for the end of the program that `begin` started."""
        printed = self.read_until(b"\x04", timeout_s)[:-1]
        error = self.read_until(b"\x04", timeout_s)[:-1]
        if error:
            raise ProgramFailed(error.replace("\r\n", "\n"))
        return printed
