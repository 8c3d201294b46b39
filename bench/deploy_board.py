# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A virtual board at real speed whose port counts, and a tool that is run at it.

Bytes are counted where the board's port takes and gives them, so no tool knows and none is slowed down.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from potluck.virtual.board import VirtualBoard
from potluck.virtual.ports.pty import PtyPort

PATIENCE_S = 120


class CountedPort(PtyPort):
    """to_board, from_board: bytes that went through since somebody last set them to 0."""

    to_board = from_board = 0

    def _receive(self) -> bytes:
        data = super()._receive()
        self.to_board += len(data)
        return data

    def _send(self, data: bytes) -> int:
        sent = super()._send(data)
        self.from_board += sent
        return sent


@dataclass(frozen=True)
class Run:
    """One run of a tool. after_s: of the seconds, those after the files were there (the peers end then)."""

    seconds: float
    sent: int
    received: int
    after_s: float = 0.0
    failure: str = ""

    @property
    def there_s(self) -> float:
        return self.seconds - self.after_s


@contextlib.contextmanager
def board(kind: str) -> Iterator[tuple[VirtualBoard, CountedPort]]:
    """A factory-fresh board at real speed, and its port."""
    with tempfile.TemporaryDirectory() as folder:
        virtual, port = VirtualBoard(kind), CountedPort(Path(folder) / "board")
        virtual.attach(port)
        port.open()
        virtual.start()
        try:
            if not virtual.wait_ready(30):
                raise SystemExit(f"the virtual {kind} did not start: {virtual.failure}")
            yield virtual, port
        finally:
            virtual.stop()
            port.close()


def run(command: list[str], port: CountedPort, *, env: dict[str, str] | None = None) -> Run:
    """The whole program, from its start to its end. after_s is what a --json line says of it, if it says so."""
    # Who develops Python may have it forget what it compiled, which makes every start slow.
    ordinary = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    port.to_board = port.from_board = 0
    began = time.perf_counter()
    try:
        done = subprocess.run(
            command, env=ordinary | (env or {}), stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace", timeout=PATIENCE_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Run(PATIENCE_S, port.to_board, port.from_board, failure=f"nothing after {PATIENCE_S} s")
    seconds = time.perf_counter() - began
    counted = port.to_board, port.from_board
    if done.returncode:
        return Run(seconds, *counted, failure=_last_words(done.stderr + done.stdout))
    told = done.stdout.strip().rpartition("\n")[2]
    if "--json" not in command:
        return Run(seconds, *counted)
    result = json.loads(told)
    return Run(seconds, *counted, after_s=result["seconds"] - result["switched_s"])


def check(virtual: VirtualBoard, src: Path, *, same_bytes: bool) -> str:
    """What is wrong with the files on the board; "" when they are there. same_bytes: as they are in the folder."""
    for path in sorted(src.glob("*.*py")):
        names = (path.name,) if same_bytes else (path.name, path.stem + ".mpy")
        held = next((content for name in names if (content := _content(virtual, f"/{name}"))), b"")
        if not held or (same_bytes and held != path.read_bytes()):
            return f"{path.name} is not on the board as it was sent"
    return ""


def _content(virtual: VirtualBoard, path: str) -> bytes:
    try:
        return virtual.on_board(lambda: virtual.flash.read_bytes(path))
    except OSError:
        return b""


def _last_words(text: str) -> str:
    lines = [line.strip(" │") for line in re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()]
    said = [line for line in lines if re.search(r"[A-Za-z]{3}", line)]
    return said[-1][:120] if said else "no word"
