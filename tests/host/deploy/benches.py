# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Boards in this process with a small recipe, for tests that deploy hundreds of times."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import time
from pathlib import Path

import pytest
from potluck import places
from potluck.deploy.kept import short
from potluck.deploy.state import Held, files_hash
from potluck.errors import PortGone
from potluck.link.base import Link
from potluck.telemetry import Hello, Log, Parser, Sample
from potluck.virtual.board import VirtualBoard
from potluck.virtual.flash import Flash
from potluck.virtual.ports.memory import MemoryPort

RECIPE = """
[recipe]
name = "beat"
version = "{version}"
summary = "Counts."
authors = ["the potluck authors"]
licence = {{ code = "MIT" }}
first_sample_s = {first_sample_s}

[parts]

[pins.pico]
[pins.esp32_devkitc]

[settings]
every_s = {{ default = 1, range = [1, 60], unit = "s", help = "period" }}

[channels]
beats = {{ unit = "1" }}
"""

MAIN = """
from potluck import app

n = 0

@app.every("every_s")
async def beat():
    global n
    n += 1
    app.report(beats=n)

app.run()
"""


BALLAST = "TABLE = bytes.fromhex('%s')\n" % "".join(f"{n * 7919 % 65521:04x}" for n in range(1500))


class CutLink(Link):
    """A link that is gone after so many bytes were written to it; the board goes on without."""

    name = "cut"

    def __init__(self, link: Link, after: int):
        self._link, self.left = link, after

    def write(self, data: bytes) -> None:
        now, self.left = min(self.left, len(data)), self.left - len(data)
        if now > 0:
            self._link.write(data[:now])
        self._check()

    def read(self, timeout_s: float) -> bytes:
        self._check()
        return self._link.read(timeout_s)

    def close(self) -> None:
        pass

    def _check(self) -> None:
        if self.left < 0:
            raise PortGone("cut", where=self.name)


def write_recipe(folder, main: str = MAIN, version: str = "1.0.0", first_sample_s: int = 20) -> str:
    made = folder / f"beat-{version}"
    made.mkdir(exist_ok=True)
    (made / "recipe.toml").write_text(RECIPE.format(version=version, first_sample_s=first_sample_s))
    (made / "main.py").write_text(main)
    return str(made)


def with_modules(recipe: str, *names: str, changed: str = "") -> str:
    """The same recipe with modules beside it, each of a few KB; main.py says what is in them."""
    for name in names:
        Path(recipe, f"{name}.py").write_text(f"{BALLAST}\nNAME = {('other ' * (name == changed)) + name!r}\n")
    main = Path(recipe, "main.py")
    said = "".join(f"import {name}\nprint({name}.NAME)\n" for name in names)
    main.write_text(said + main.read_text())
    return recipe


@contextlib.contextmanager
def firmware(generation: int, more: str = ""):
    """A potluck with another runtime: each generation (but 0) differs from the others, in one file."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        if generation:
            shutil.copytree(places.firmware_dir(), f"{folder}/firmware")
            with open(f"{folder}/firmware/potluck/app.py", "a") as file:
                file.write(f"{more}\nGENERATION = {generation}\n")
            patch.setattr(places, "firmware_dir", lambda: Path(folder, "firmware"))
        yield


class Bench:
    """A virtual board on the line `link`. `life` lists the events that it has sent."""

    def __init__(self, kind: str = "pico", *, image: bytes | None = None, speed: float = 15.0, before=None, **options):
        self.flash, self.speed = Flash.for_board(kind, **({"image": image} if image else {})), speed
        self.board = VirtualBoard(kind, flash=self.flash, speed=speed, **options)
        self.port = MemoryPort()
        self.port.bind(self.board)
        self.board.attach(self.port)
        self.link = self.port.link
        self.parser = Parser()
        if before:
            before(self.flash)
        self.board.start()
        assert self.board.wait_ready()

    def pace(self, speed: float) -> None:
        """From now on so many seconds of the board in one."""
        clock = self.board.clock
        clock._anchor_us, clock._anchor_s = clock.now_us(), time.monotonic()
        clock.speed = speed

    def calm(self) -> Link:
        """The line, of a board that is slow enough for a host that is interrupted now and then."""
        self.pace(self.speed)
        return self.link

    def patient(self, stage: str, done: int, total: int) -> None:
        """As a deploy's `progress`: the board does not notice how long a busy computer compiles."""
        if stage == "compile":
            self.pace(self.speed if done else 2.0)

    def hurry(self, stage: str, done: int, total: int) -> None:
        """As a deploy's `progress`: what comes after the switch waits for no host."""
        self.patient(stage, done, total)
        if stage == "start":
            self.pace(80.0)

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_) -> None:
        self.board.stop()

    def listen(self, until, limit_s: float = 20.0) -> list:
        """Events from now on, up to the first that `until` takes."""
        events, end = [], time.monotonic() + limit_s
        while time.monotonic() < end:
            for event in self.parser.feed(self.link.read(0.05)):
                events.append(event)
                if until(event):
                    return events
        raise AssertionError(f"not heard; the last events: {events[-12:]}")

    def alive(self, limit_s: float = 20.0) -> Hello:
        """The hello of the recipe that runs and has sent a sample since; safe mode is a failure."""
        seen: list = []

        def both(event) -> bool:
            seen.append(event)
            assert not (isinstance(event, Hello) and event.safe), event
            hellos = [one for one in seen if isinstance(one, Hello)]
            return isinstance(event, Sample) and bool(hellos)

        self.listen(both, limit_s)
        return next(one for one in reversed(seen) if isinstance(one, Hello))

    def returned(self, limit_s: float = 40.0) -> str:
        """Why the board went back, as soon as it says so."""
        events = self.listen(lambda event: isinstance(event, Log) and event.level == "returned", limit_s)
        return events[-1].text

    def pointer(self) -> str:
        return self.flash.read_bytes("/slots/active").decode().strip()

    def wait_pointer(self, wanted: str, limit_s: float = 20.0) -> None:
        end = time.monotonic() + limit_s
        while self.pointer() != wanted:
            self.link.read(0.02)
            assert time.monotonic() < end, self.pointer()


def files_whole(flash: Flash, slot: str) -> bool:
    """Whether what starts with a slot is exactly what its slot.json was written for."""
    found = {path: Held(short(content), 0) for path, content in seen(flash, slot).items()}
    return json.loads(flash.read_bytes(f"/slots/{slot}/slot.json"))["files"] == files_hash(found)


def seen(flash: Flash, slot: str) -> dict[str, bytes]:
    """What MicroPython finds when a slot starts: its own files, then its runtime's."""
    found: dict[str, bytes] = {}
    for name in (slot, *bases(flash, slot)):
        hidden = {path.partition("/")[0] for path in found}
        root = f"/slots/{name}/"
        inner = {path[len(root) :]: flash.read_bytes(path) for path in paths(flash, root[:-1])}
        found |= {path: content for path, content in inner.items() if path.partition("/")[0] not in hidden}
    return {path: content for path, content in found.items() if path not in ("slot.json", "base")}


def bases(flash: Flash, slot: str) -> list[str]:
    """The folder of its runtime, if it has not got one itself."""
    try:
        return flash.read_bytes(f"/slots/{slot}/base").decode().split()
    except OSError:
        return []


def paths(flash: Flash, folder: str) -> list[str]:
    """Every file below a folder."""
    found = []
    for name, is_folder, _ in flash.listdir(folder):
        found += paths(flash, f"{folder}/{name}") if is_folder else [f"{folder}/{name}"]
    return found
