# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What is around a board: the models of its parts, run in a second engine that can reach nothing.

World models come with recipes, from strangers. They are MicroPython and run in an engine of their
own, with a heap limit and a time limit, without files and without a line to the outside. The board's
thread asks (`sync`, `poke`, `state`, `talk`): a call into that engine, and back.

A model answers with what each terminal presents to the board's pin: volts and ohms (Thevenin), or
nothing at all (floating). The guest's half is `guest/_vb_world.py`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from array import array
from typing import Any

from potluck.errors import KnobUnknown, SnapshotForeign, WorldFailed
from potluck.virtual import engine
from potluck.virtual.clock import Clock
from potluck.virtual.engine import TICK_S
from potluck.virtual.hypercalls import Hypercalls, operation, text
from potluck.virtual.resets import Stop
from potluck.virtual.rom import rom_files, rom_sources
from potluck.virtual.wasi import ROM, Wasi

_HEAP_BYTES = 256_000
_LIMIT_S = 2.0  # of real time for one answer
_FIRST = b"import sys\nsys.path.insert(0,'/.frozen')\nimport _vb_world\n_vb_world.main()\n"
_FLOATING = -1.0
_OWN = (f"{ROM}/_vb.py", f"{ROM}/_vb_world", f"{ROM}/world_")


class _NoFiles:
    """A world has no files."""

    def reset(self) -> None:
        pass

    def __getattr__(self, _name: str) -> Any:
        def refuse(*_: Any) -> None:
            raise OSError(2, "a world has no files")

        return refuse


class World:
    """The parts on one board's pins. Only the board's thread calls it."""

    def __init__(self, loaded: engine.Engine, clock: Clock, seed: int = 0) -> None:
        self._engine = loaded
        self._clock = clock
        self._seed = seed
        self._guest: _Guest | None = None
        self._slots: list[int] = []
        self._at_us = 0
        self.max_step_s = 60.0
        self.sources: dict[int, tuple[float, float | None]] = {}
        self._told: dict[str, Any] = {}  # what the guest said when it had loaded the parts
        self.ways: frozenset[str] = frozenset()  # in which its parts can talk beyond levels
        self.failure = ""

    @property
    def connected(self) -> bool:
        return self._guest is not None

    def close(self) -> None:
        if self._guest is not None:
            self._guest.close()
            self._guest = None
        self.sources = {}

    def load(self, config: dict[str, Any] | None) -> None:
        """Connect the parts of a `world_config`; None: nothing is connected. Raises WorldFailed."""
        self.close()
        self.failure = ""
        if config is None:
            return
        guest = _Guest(self._engine, self._seed)
        try:
            described = guest.ask("load", json.dumps(config))
        except WorldFailed:
            guest.close()
            raise
        self._begin(guest, described)

    def _begin(self, guest: _Guest, described: dict[str, Any]) -> None:
        self._told = described
        self.ways = frozenset(described["ways"])
        self._slots = [int(gpio) for gpio in described["gpios"]]
        self.max_step_s = min(max(float(described["max_step_s"]), 0.05), 3600.0)
        self._at_us = self._clock.now_us()
        self._guest = guest
        self.sources = dict.fromkeys(self._slots, (0.0, None))
        self.sync(self._at_us)

    def image(self) -> dict[str, Any] | None:
        """All that the models have reckoned, up to now, for `bring_back`; None: there is nothing."""
        self.sync(self._clock.now_us())
        return None if self._guest is None else {"told": self._told, **self._guest.image()}

    def bring_back(self, image: dict[str, Any]) -> None:
        """Go on where the models stood. What the board drives it drives no more: it is about to start.

        Raises SnapshotForeign when another engine, or another potluck, took the image; ValueError, KeyError or
        TypeError when it is none.
        """
        self.close()
        self.failure = ""
        guest = _Guest(self._engine, self._seed)
        try:
            guest.put_image(image)
            self._begin(guest, image["told"])
        except BaseException:
            guest.close()
            raise

    def drive(self, gpio: int, level: float | None) -> None:
        """The board's output on a pin changed."""
        if self._guest is not None and gpio in self.sources:
            for slot, number in enumerate(self._slots):
                if number == gpio:
                    self._guest.levels[slot] = _FLOATING if level is None else level
            self._step(0.0)

    def sync(self, now_us: int) -> None:
        """Let the world's time catch up and take over what its terminals present."""
        dt_s, self._at_us = max(0, now_us - self._at_us) / 1e6, now_us
        self._step(dt_s)

    def _step(self, dt_s: float) -> None:
        guest = self._guest
        if guest is None:
            return
        try:
            guest.step(dt_s)
        except WorldFailed as error:  # the parts go dead: every pin floats, and `state` says why
            self.failure = error.what
            self.close()
            return
        values = guest.values
        for slot, gpio in enumerate(self._slots):
            ohms = values[2 * slot + 1]
            self.sources[gpio] = (values[2 * slot], None if ohms < 0 else ohms)

    def poke(self, path: str, value: float) -> None:
        """Set a knob: `part.knob`, or `knob` of the recipe's own world. Raises KnobUnknown."""
        if self._guest is None:
            raise KnobUnknown(f"nothing is connected to this board, so there is no {path}", do="deploy a recipe first")
        answer = self._guest.ask("poke", json.dumps([path, float(value)]))
        if answer:
            raise KnobUnknown(f"there is no {path} to set", do=f"there is: {', '.join(sorted(answer))}")

    def state(self) -> dict[str, Any]:
        """What the recipe's world tells of itself, and `failure` if it had to be stopped."""
        if self.failure:
            return {"failure": self.failure}
        if self._guest is None:
            return {}
        self.sync(self._clock.now_us())
        return self._guest.ask("state", "") if self._guest is not None else {"failure": self.failure}

    def i2c(self, sda: int, scl: int, address: int, data: bytes, size: int) -> bytes | None:
        """One transfer on the bus on these pins; None: nobody answers."""
        answer = self.talk("i2c", sda, scl, address, list(data), size)
        return None if answer is None else bytes(answer)

    def talk(self, way: str, *arguments: Any) -> Any:
        """One exchange with the parts: `way` is a method of `_Around` in guest/_vb_world.py.

        None: nobody answers, or no part here knows this way.
        """
        if self._guest is None or way not in self.ways:
            return None
        self.sync(self._clock.now_us())
        if self._guest is None:
            return None
        try:
            return self._guest.ask("talk", json.dumps([way, *arguments]))
        except WorldFailed as error:
            self.failure = error.what
            self.close()
            return None


class _Ready(engine.GuestExit):
    """The models' engine has started and waits to be called."""


class _Guest:
    """The engine that runs the models and answers one question at a time."""

    _KINDS = ("step", "load", "poke", "state", "talk")

    def __init__(self, loaded: engine.Engine, seed: int) -> None:
        self._memory = engine.Memory()
        self._calls = Hypercalls(self._memory, self)
        self._function = 0
        self._answer: Any = None
        self._error = ""
        self._dead = ""
        self._ticks = 0
        self._engine = loaded
        self._arrays = (0, 0, 0)
        self.levels: Any = None
        self.values: Any = None
        self._wasi = wasi = Wasi(
            self._memory, _NoFiles(),
            rom=rom_files("world", self._calls.translate_known, lambda path: path.startswith(_OWN)),
            monotonic_ns=lambda: 0, realtime_ns=lambda: 0, write_out=lambda data: None,
            sleep_us=lambda us: None, seed=seed,
        )  # fmt: skip
        wasi.args = [b"micropython", b"-X", b"heapsize=%d" % _HEAP_BYTES, b"-c", _FIRST]
        imports = engine.Imports(loaded, {**wasi.imports(), **self._calls.imports()})
        self._instance = engine.Instance(imports, self._memory, self._tick)
        ended = self._instance.run()
        if not isinstance(ended, _Ready):
            raise RuntimeError(f"the world's own modules failed: {ended}")

    def _tick(self) -> None:
        self._ticks += 1
        if self._ticks * TICK_S > _LIMIT_S:
            self._dead = f"the world model computed for more than {_LIMIT_S:g} s at a stretch"
            raise Stop

    def ask(self, kind: str, payload: str) -> Any:
        """Ask with a JSON text (or ""), get the answer. Raises WorldFailed."""
        if kind != "step":
            self._calls.hold(payload.encode() or b"null")
        self._ticks = 0
        if not self._dead:
            ended = self._instance.call(self._function, self._KINDS.index(kind))
            if ended is not None:
                self._dead = self._dead or f"the world model ended: {ended}"
        error, self._error = self._dead or self._error, ""
        if error:
            raise WorldFailed(error, do="mend the recipe's world.py or the part's; the board itself runs on")
        return self._answer

    def step(self, dt_s: float) -> None:
        self.levels[-1] = dt_s
        self.ask("step", "")

    def close(self) -> None:
        self._dead = "the world is closed"
        self.levels = self.values = None
        self._instance.close()

    def _made_by(self) -> str:
        """The engine, and the modules that its memory has compiled: their operations have numbers."""
        digest = hashlib.sha256(f"{self._engine.sha256} {_HEAP_BYTES}".encode())
        for path, source in sorted(rom_sources().items()):
            if path.startswith(_OWN):
                digest.update(path.encode() + self._calls.translate_known(source).encode())
        return digest.hexdigest()

    def image(self) -> dict[str, Any]:
        stack, memory = self._instance.image()
        return {
            "made_by": self._made_by(), "stack": stack, "memory": base64.b64encode(memory).decode(),
            "function": self._function, "registers": self._calls.address, "arrays": self._arrays,
        }  # fmt: skip

    def put_image(self, image: dict[str, Any]) -> None:
        """Nothing in it is believed: it is bytes inside the sandbox, and addresses that are looked at before use."""
        if image["made_by"] != self._made_by():
            raise SnapshotForeign(
                "the world in this snapshot was reckoned by another version of potluck or of its engine",
                do="restore it with the version that took it, or take another one",
            )
        memory = base64.b64decode(image["memory"], validate=True)
        stack, function, registers, (levels, values, slots) = (
            image[name] for name in ("stack", "function", "registers", "arrays")
        )
        numbers = (stack, function, registers, levels, values, slots)
        if len(memory) % (1 << 16) or not all(isinstance(n, int) and 0 <= n < len(memory) for n in numbers) or slots > 1000:
            raise ValueError("no image of an engine")
        self._instance.put_image(stack, memory)
        self._calls.use_registers(registers)
        self._function = function
        self.world_arrays(levels, values, slots)
        self.levels[:] = array("d", [_FLOATING] * slots + [0.0])

    # -- the guest's side --------------------------------------------------------------------------

    @operation
    def world_ready(self, function: int, *_: int) -> None:
        self._function = function
        self._calls.registers[0] = 0  # this operation does not return, and was no error
        raise _Ready

    @operation
    def world_arrays(self, levels: int, values: int, slots: int) -> None:
        self._arrays = (levels, values, slots)
        self.levels = self._memory.span(levels, 8 * (slots + 1)).cast("d")
        self.values = self._memory.span(values, 16 * slots).cast("d")

    @text
    def question(self, _: str) -> str:
        return ""  # what `hold` keeps comes instead

    @text
    def answer(self, payload: str) -> str:
        self._answer = json.loads(payload)
        return ""

    @text
    def world_error(self, payload: str) -> str:
        self._error = _short(payload)
        return ""


def _short(traceback: str) -> str:
    """A guest's traceback in one line: the error and the place in the model that raised it."""
    lines = traceback.strip().splitlines()
    places = [line.strip() for line in lines if line.startswith("  File") and ROM not in line]
    return f"the world model failed: {lines[-1]}" + (f" ({places[-1]})" if places else "")
