# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The plant waterer on a virtual board, alone with its world, as fast as it goes.

What a test plans for a virtual time happens at exactly that time, in the board's own thread, so that
every run is the same.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from potluck import generate, model
from potluck.deploy.build import slot_files
from potluck.deploy.mpy import compile_mpy
from potluck.deploy.prepared import launcher
from potluck.telemetry import Hello, Log, Parser, Sample, Text
from potluck.virtual.board import VirtualBoard
from potluck.virtual.ports.memory import MemoryPort

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
RECIPE = "plant-waterer"
_LOOK_US = 500_000


class Waterer:
    """One board with the recipe in slot a.

    name     of the recipe
    recipe   applied to the text of main.py: breaks it in the way that a test is about
    state    files of /state: name -> text
    world    options of the recipe's world, over those of its [world] table
    """

    def __init__(
        self,
        board: str = "pico",
        *,
        name: str = RECIPE,
        recipe: Callable[[str], str] | None = None,
        state: dict[str, str] | None = None,
        world: dict[str, float] | None = None,
    ) -> None:
        wiring = model.wire(model.load_recipe(name), board)
        config = generate.world_config(wiring)
        config["options"].update(world or {})
        self.board = VirtualBoard(board, speed=float("inf"), world=config)
        files = {f"/slots/a/{path}": mpy for path, mpy in slot_files(wiring).items()}
        if recipe is not None:
            changed = recipe(wiring.recipe.main_path.read_text())
            files["/slots/a/recipe.mpy"] = compile_mpy(changed.encode(), "main.py")
        files |= {"/slots/active": b"a\n", "/main.py": launcher()}
        files |= {f"/state/{name}": text.encode() for name, text in (state or {}).items()}
        for path, content in files.items():
            self._put(path, content)
        self._gpio = wiring.gpios("pump").get("minus")
        self._port = MemoryPort(capacity=256 << 20)
        self.board.attach(self._port)
        self._parser = Parser()
        self.events: list[Any] = []
        self._plan: list[tuple[float, Callable[[], None]]] = []

    def _put(self, path: str, content: bytes) -> None:
        folder = ""
        for name in path.split("/")[1:-1]:
            folder += "/" + name
            try:
                self.board.flash.mkdir(folder)
            except OSError:
                pass
        self.board.flash.write_bytes(path, content)

    # -- a plan --------------------------------------------------------------------------------------

    def at(self, when_s: float, action: Callable[[], Any]) -> None:
        """Do this at a virtual time after power-on."""
        self._plan.append((when_s, action))

    def poke_at(self, when_s: float, **knobs: float) -> None:
        """soil__unplugged=1 stands for soil.unplugged."""
        for knob, value in knobs.items():
            self.at(when_s, lambda knob=knob, value=value: self.board.poke(knob.replace("__", "."), value))

    def in_each_run(self, after_s: float, action: Callable[[], Any]) -> None:
        """Do this so long after the pump has started, each time."""
        clock, was_on = self.board.clock, False

        def look() -> None:
            nonlocal was_on
            on = self.pump_level() == 1
            if on and not was_on:
                clock.at(clock.now_us() + int(after_s * 1e6), action)
            was_on = on
            clock.at(clock.now_us() + 10_000, look)

        self.at(0, look)

    def run(self, until_s: float, timeout_s: float = 100.0, *, until: Callable[[], bool] | None = None) -> dict[str, Any]:
        """Live until then, or until `until()` is true. Returns what the world is like at that moment."""
        ended, failures, result = threading.Event(), [], {}

        def planned(action: Callable[[], Any]) -> Callable[[], None]:
            def act() -> None:
                try:
                    if not failures:
                        action()
                except BaseException as failure:  # it belongs to the test's thread
                    failures.append(failure)
                    ended.set()

            return act

        for when_s, action in self._plan:
            self.board.clock.at(int(when_s * 1e6), planned(action))

        def look() -> None:
            now_us = self.board.clock.now_us()
            if now_us >= until_s * 1e6 or (until and until()):
                result.update(self.state())
                ended.set()
            else:
                self.board.clock.at(min(now_us + _LOOK_US, int(until_s * 1e6)), planned(look))

        self.board.clock.at(0 if until else int(until_s * 1e6), planned(look))
        self.board.start()
        try:
            assert ended.wait(timeout_s), f"{self.board.clock.now_us() / 1e6:.0f} s of {until_s:.0f} were lived"
        finally:
            self.board.stop()
        self.hear()
        if failures:
            raise failures[0]
        assert "failure" not in result, result["failure"]
        return result

    # -- what can be asked, also from a planned action -----------------------------------------------

    def state(self) -> dict[str, Any]:
        """Knobs and state of the world, now."""
        return self.board.state()["world"]

    def pump_level(self) -> float | None:
        """What the board drives on the pump's pin: 1 is on; 0 and None (nobody drives it) are off."""
        return self.board.chip.pins.pin(self._gpio).drive()

    def hear(self) -> list[Any]:
        """New events from the board, also added to `events`."""
        new = []
        while data := self._port.link.read(0):
            new += self._parser.feed(data)
        self.events += new
        return new

    def heard(self, kind: type) -> list[Any]:
        self.hear()
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def warnings(self) -> list[str]:
        return [log.text for log in self.heard(Log) if log.level == "warning"]

    @property
    def errors(self) -> list[Any]:
        return [log for log in self.heard(Log) if log.level == "error"]

    @property
    def samples(self) -> list[dict[str, Any]]:
        """Each sample as channel -> value, with t_s."""
        names, found = [], []
        self.hear()
        for event in self.events:
            if isinstance(event, Hello):
                names = [channel.name for channel in event.channels]
            elif isinstance(event, Sample):
                found.append({"t_s": event.t_ms / 1000, **dict(zip(names, event.values, strict=True))})
        return found


__all__ = ["DAY", "HOUR", "MINUTE", "Hello", "Log", "Sample", "Text", "Waterer"]
