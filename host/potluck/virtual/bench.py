# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A board on the bench: a virtual board with a line to it and the laboratory around it, for tests.

What `pytest_plugin.virtual_board` hands out. `Bench.board` is the `VirtualBoard` itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from potluck.virtual.lab import PinProbe, Power, WorldProbe
from potluck.virtual.session import Session

_LIMIT_S = 60.0


class Bench:
    """kind: a name in hardware/boards. files: a folder to copy onto the board first.

    speed: virtual seconds per real second, as fast as possible unless said. Further options are
    those of `VirtualBoard` (world, seed, flash). Raises UnknownBoard.
    """

    def __init__(
        self, kind: str = "pico", *, files: Path | str | None = None, speed: float = float("inf"), **options: Any
    ) -> None:
        self._session = Session(kind, speed=speed, **options)
        self.board = self._session.board
        if files is not None:
            self.put(files)

    def begin_life(self) -> Bench:
        """Give it power."""
        self._session.start()
        return self

    def stop(self) -> None:
        self.board.stop()

    # -- programs --------------------------------------------------------------------------------

    def run(self, program: str, timeout_s: float = _LIMIT_S) -> str:
        """Run a text at the board's prompt; gives what it printed, with "\\n" line ends.

        Names stay for the next run. Ctrl-C ends whatever ran. Raises `session.ProgramFailed` with the
        board's traceback, BoardSilent when it has not ended after timeout_s real seconds.
        """
        return self._session.run(program, timeout_s).replace("\r\n", "\n")

    def run_file(self, path: Path | str, timeout_s: float = _LIMIT_S) -> str:
        """Run a file of this computer on the board, as `mpremote run` does."""
        return self.run(Path(path).read_text("utf-8"), timeout_s)

    def put(self, path: Path | str, to: str = "/") -> None:
        """Copy a file, or everything in a folder, into the board's folder `to`, which is made."""
        source, flash = Path(path), self.board.flash
        self._folders(to)
        if source.is_dir():
            for inner in sorted(source.rglob("*")):
                target = "/".join([to.rstrip("/"), *inner.relative_to(source).parts])
                if inner.is_dir():
                    self._folders(target)
                elif "__pycache__" not in inner.parts:
                    self._folders(target.rpartition("/")[0])
                    flash.write_bytes(target, inner.read_bytes())
        else:
            flash.write_bytes(f"{to.rstrip('/')}/{source.name}", source.read_bytes())

    def _folders(self, path: str) -> None:
        made = ""
        for part in path.strip("/").split("/"):
            made += f"/{part}"
            try:
                self.board.flash.stat(made)
            except OSError:
                self.board.flash.mkdir(made)

    def read_file(self, path: str) -> bytes:
        """A file of the board. Raises OSError with the board's error number."""
        return self.board.flash.read_bytes(path)

    # -- the line --------------------------------------------------------------------------------

    def send(self, data: bytes | str) -> None:
        """Type into the board's serial line."""
        self._session.send(data)

    def read_until(self, mark: bytes | str, timeout_s: float = 10.0) -> str:
        """What the board says up to and with `mark`, whose "\\n" stands for the board's CR LF.

        Raises BoardSilent after timeout_s real seconds.
        """
        if isinstance(mark, str):
            mark = mark.replace("\r\n", "\n").replace("\n", "\r\n")
        return self._session.read_until(mark, timeout_s).replace("\r\n", "\n")

    def soft_reset(self) -> None:
        """Ctrl-C and Ctrl-D at the prompt: boot.py and main.py run anew."""
        self.send(b"\r\x03\x03\x02\x04")
        self._session.read_until("soft reboot\r\n")

    # -- the laboratory --------------------------------------------------------------------------

    def pin(self, name: str | int) -> PinProbe:
        """A probe: `.level`, `.volts`, `.history`, `.hold(volts)`, `.release()`. Raises PinMissing."""
        return self.board.pin(name)

    @property
    def world(self) -> WorldProbe:
        return self.board.world

    @property
    def power(self) -> Power:
        return self.board.power

    def reset(self) -> None:
        """Press the reset button."""
        self.board.reset()
