# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A whole virtual board: real MicroPython in the engine, a chip around it, a serial line to it.

    board = VirtualBoard("pico")
    board.attach(port)          # port.write(bytes) gets what the board says
    board.start()
    board.feed(b"print(1)\\r")
    board.stop()

One thread runs the guest. Everything that reaches in from outside (`feed`, `poke`, `power_cut` …)
only leaves a note and nudges the clock; the guest's thread acts on it.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from potluck.virtual import engine, lab
from potluck.virtual.chip import Chip
from potluck.virtual.clock import Clock
from potluck.virtual.console import Console, Port
from potluck.virtual.download import Download
from potluck.virtual.flash import Flash, PowerCut
from potluck.virtual.flash_chip import BoardChip
from potluck.virtual.hypercalls import Hypercalls
from potluck.virtual.identity import FlashOperations, Identity
from potluck.virtual.kinds import board_kind
from potluck.virtual.ports import base as ports
from potluck.virtual.resets import HardReset, SoftReset, Stop
from potluck.virtual.rom import absent, rom_files
from potluck.virtual.runner import Runner
from potluck.virtual.wasi import ProgramExit, Wasi
from potluck.virtual.wire import Wire
from potluck.virtual.world import World


_LOOKS_AGAIN_US = 370_000


class VirtualBoard:
    """One board of the given kind.

    board  a name in hardware/boards/
    flash  its files; None: a factory-fresh chip that is forgotten in the end
    speed  virtual seconds per real second; `float("inf")`: as fast as possible
    seed   of everything random on the board
    world  what is connected to it (see `set_world`)
    net    its sockets may reach this computer's loopback, and nothing else, once its Wi-Fi is joined
    baud   of a board with a UART bridge: bits per second of its line, on which it loses what its ring has no
           room for; None: as the board file says, 0: as fast as can be and without loss. USB has no such thing.
    """

    def __init__(
        self,
        board: str = "pico",
        *,
        flash: Flash | None = None,
        speed: float = 1.0,
        seed: int = 0,
        world: dict[str, Any] | None = None,
        net: bool = False,
        baud: int | None = None,
        wasm: Path | None = None,
    ) -> None:
        self.kind = board_kind(board)
        self.clock = Clock(speed)
        self.flash = flash or Flash.for_board(board)
        self.flash.on_busy = lambda ms: self.clock.spend(int(ms * 1000))
        self.identity = Identity(self.kind, seed)
        self._engine = engine.load(wasm)
        self.clock.pause, self.clock.resume = self._engine.pause, self._engine.resume
        self._memory = engine.Memory()
        self._notes: deque[Callable[[], None]] = deque()
        self.console = Console(self._memory, self.clock.nudge, self.kind.micropython.platform)
        facts = self.kind.port
        self._is_usb = facts.kind == "native_usb"
        if not self._is_usb and baud != 0:
            self.console.use_wire(Wire(self.clock, baud or facts.baud), facts.receive_buffer_bytes)
        self._world = World(self._engine, self.clock, seed)
        self.chip = Chip(self.kind, self.clock, self._memory, self._world, seed, net)
        self._runner = Runner(self.clock, self.console, self.chip, self.identity.banner)
        self._runner.usb_starts = self._join_bus
        self._runner.boot_is_silent = self.kind.micropython.platform == "rp2"
        self._calls = Hypercalls(
            self._memory, self.console, self._runner, self.identity, FlashOperations(self.flash), *self.chip.providers(),
            before=self.clock.pay_for_call, errno=self.kind.micropython.errno,
        )  # fmt: skip
        self.chip.connect(self._calls)
        self._runner.connect(self._calls, self._act, lambda: bool(self._notes), self._has_file)
        wasi = Wasi(
            self._memory, self.flash,
            rom=rom_files("board", self._calls.translate, lambda path: "world" not in path),
            monotonic_ns=self._monotonic_ns, realtime_ns=self.chip.rtc.now_ns,
            write_out=self.console.write_cooked, sleep_us=self.clock.spend, seed=seed, gives_way=self._gives_way,
        )  # fmt: skip
        self._wasi = wasi
        self._imports = engine.Imports(self._engine, {**wasi.imports(), **self._calls.imports()})
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()
        self.ready = self._runner.ready
        self.failure: BaseException | None = None
        self.resets: deque[str] = deque(maxlen=16)
        self.seed = seed
        self.world = lab.WorldProbe(self)
        self.power = lab.Power(self)
        self._flash_chip = BoardChip(self.identity.flash_chip(), self.kind.flashing.offset, self.flash)
        self.chip.boot_rom.has_firmware = lambda: self._flash_chip.has_firmware
        self.record = lab.Record()
        self._first: SoftReset | HardReset = HardReset("power")
        if world is not None:
            self.set_world(world)

    # -- outside ---------------------------------------------------------------------------------

    def attach(self, port: Port) -> None:
        """Where the board's output goes from now on, and its input comes from."""
        self.console.port = port
        if self._is_usb and isinstance(port, ports.Port):
            port.keeps = ports.LATEST_BYTES
        if hasattr(port, "bind"):
            port.bind(self)

    def feed(self, data: bytes) -> int:
        """Bytes arriving at the board. Returns how many it took: the rest has to come again."""
        return self.console.feed(data)

    def start(self) -> None:
        """Give it power."""
        self._thread = threading.Thread(target=self._live, name=f"board-{self.kind.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take the power away for good. Returns when the board is dark."""
        self._note(self._raise(Stop()))
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(10)
        self._world.close()
        self.chip.net.close()
        self.flash.close()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until the board has ended. False: it runs on."""
        return self._ended.wait(timeout_s)

    def wait_ready(self, timeout_s: float = 10.0) -> bool:
        """Until the board runs its first program or shows its prompt."""
        return self._runner.ready.wait(timeout_s)

    def hard_reset(self, boot: bool = False) -> None:
        """Press the reset button. boot: BOOT or BOOTSEL is held meanwhile."""
        if boot and self.kind.micropython.platform == "rp2":
            self._note(self._raise(HardReset("bootloader")))
            return
        self.chip.boot_rom.pressed = boot
        self._note(self._raise(HardReset("pin")))

    def power_cut(self, off_s: float = 0.0) -> None:
        """Take the power away at once, give it back after `off_s` virtual seconds."""
        self._note(self._raise(HardReset("power", off_us=int(off_s * 1e6))))

    def set_world(self, config: dict[str, Any] | None) -> None:
        """Connect parts to the pins: the `world_config` of a wiring."""

        def connect() -> None:
            self.chip.connect_world(config)
            self.record.world_config = config

        self._and_wait(connect)

    def bring_world_back(self, config: dict[str, Any], image: dict[str, Any]) -> None:
        """The same from a snapshot: the parts go on where they stood. Before the board is started."""
        self.chip.bring_world_back(config, image)
        self.record.world_config = config

    def poke(self, path: str, value: float) -> None:
        """Change the world: `soil.unplugged`, 1. Raises KnobUnknown."""


        def turn() -> None:
            self.chip.poke(path, value)
            self.record.knob(self.clock.now_us(), path, value)

        self._and_wait(turn)

    def pins(self) -> dict[str, dict[str, Any]]:
        """The state of every pin in use: mode, level, volts."""
        return self._and_wait(self.chip.pins.describe)

    def state(self) -> dict[str, Any]:
        """Time, last resets and what the world says of itself."""
        return self._and_wait(
            lambda: {"uptime_s": self.clock.now_us() / 1e6, "resets": list(self.resets), "world": self._world.state()}
        )

    # -- the laboratory (see `lab`) ---------------------------------------------------------------

    def pin(self, name: str | int) -> lab.PinProbe:
        """A probe on a pin, by its name on the board ("GP15", "LED") or its GPIO number. Raises PinMissing."""
        return lab.PinProbe(self, name)

    def reset(self) -> None:
        """Press the reset button, as `hard_reset`."""
        self.hard_reset()

    def write_vcd(self, path: Path | str) -> None:
        """Everything recorded so far, for a waveform viewer (Value Change Dump, IEEE 1364)."""
        from potluck.virtual import vcd

        Path(path).write_text(self.on_board(lambda: vcd.dump(self)), "ascii")

    def snapshot(self) -> bytes:
        """What outlives a reset, to start another board from; see `snapshot`."""
        from potluck.virtual import snapshot

        return self.on_board(lambda: snapshot.take(self))

    @classmethod
    def restore(
        cls, snapshot: bytes, *, speed: float = 1.0, net: bool = False, baud: int | None = None, path: Path | None = None
    ) -> VirtualBoard:
        """A board as `snapshot` found it; it boots when it is started. `path`: a new file that keeps its flash.

        Raises SnapshotWrong, SnapshotForeign, FlashImageThere.
        """
        from potluck.virtual import snapshot as snapshots

        return snapshots.restore(cls, snapshot, path=path, speed=speed, net=net, baud=baud)

    def begin_with(self, cause: HardReset) -> None:
        """Start with another reset than power coming on."""
        self._first = cause

    def on_board(self, action: Callable[[], Any]) -> Any:
        """Do it in the board's own thread, between two steps of the program, and hand on what it returns."""
        return self._and_wait(action)

    # -- notes from other threads ----------------------------------------------------------------

    def _note(self, action: Callable[[], None]) -> None:
        self._notes.append(action)
        self.clock.nudge()
        self._engine.look_up()

    def _and_wait(self, action: Callable[[], Any]) -> Any:
        """Let the guest's thread do it (or do it here while there is none) and hand on its result."""
        if self._thread is None or not self._thread.is_alive() or self._thread is threading.current_thread():
            return action()
        done, result = threading.Event(), []

        def act() -> None:
            try:
                result.append((True, action()))
            except Exception as error:
                result.append((False, error))
            done.set()

        self._note(act)
        while not done.wait(0.2):
            if not self._thread.is_alive():
                return action()
        good, value = result[0]
        if not good:
            raise value
        return value

    @staticmethod
    def _raise(event: BaseException) -> Callable[[], None]:
        def act() -> None:
            raise event

        return act

    def _act(self) -> None:
        """Guest thread: do what was noted."""
        while self._notes:
            self._notes.popleft()()

    # -- life ------------------------------------------------------------------------------------

    def _live(self) -> None:
        try:
            cause = self._first
            while True:
                cause = self._boot(cause)
        except Stop:
            pass
        except BaseException as failure:
            self.failure = failure
            raise
        finally:
            self._ended.set()
            self._runner.ready.set()

    def _boot(self, cause: SoftReset | HardReset) -> SoftReset | HardReset:
        """One life of the interpreter, from one reset to the next, which is returned."""
        self._calls.reset()
        self.console.reset()
        hard = isinstance(cause, HardReset)
        if hard and cause.kind == "power":
            self.flash.power_cut()
        if hard and self._is_usb and self.resets and isinstance(self.console.port, ports.Port):
            self.console.port.leave_bus()
        if hard:
            self.power.stay_dark()
        self.resets.append(cause.kind)
        self.record.start(self.clock.now_us(), cause.kind)
        if cause.kind == "bootloader":
            return self.power.wait_in_bootloader()
        self.chip.reset(cause)
        if hard and cause.kind == "power":
            if cause.off_us:
                self.clock.spend(cause.off_us)
            self.flash.power_on()
        if hard:
            self.chip.boot_rom.start(cause)
            if self.chip.boot_rom.waits or self.chip.boot_rom.bare:
                return self._without_firmware()
        self._wasi.reset(flushed=not hard)
        self._runner.begin(cause)
        self._wasi.args = [b"micropython", b"-X", f"heapsize={self.identity.heap_bytes}".encode(), b"-c", _FIRST]
        instance = engine.Instance(self._imports, self._memory, self._runner.on_tick)
        try:
            ended = instance.run()
        finally:
            instance.close()
        if isinstance(ended, (SoftReset, HardReset)):
            return ended
        if isinstance(ended, PowerCut):
            return HardReset("power")
        if isinstance(ended, Stop):
            raise ended
        if isinstance(ended, ProgramExit):
            raise RuntimeError(f"the board's own modules failed: {self.console.tail!r}")
        return HardReset("fault", text=f"the interpreter stopped: {str(ended).rpartition('wasm trap: ')[2].strip()}")

    def _without_firmware(self) -> HardReset:
        """The boot ROM starts nothing: over a UART it says so, on native USB it is another device."""
        self.resets.append("bootloader")
        if self._is_usb and isinstance(self.console.port, ports.Port):
            self.console.port.leave_bus()
            return self.power.wait_in_bootloader()
        try:
            if self.chip.boot_rom.bare:  # its watchdog makes it look again and again
                return self.power.wait_in_bootloader(self._complain, every_us=_LOOKS_AGAIN_US)
            self.console.write(self.chip.boot_rom.text.encode())
            download = Download(self.console, self.clock, self._flash_chip, self.kind.mcu.name, self.chip.radio.mac)
            return self.power.wait_in_bootloader(download.work, download.look)
        finally:
            self.console.takes = None
            self.console.forget()

    def _complain(self) -> bool:
        self.console.write(self.chip.boot_rom.text.encode())
        return False

    def _join_bus(self) -> None:
        if self._is_usb and isinstance(self.console.port, ports.Port):
            self.console.port.join_bus()

    def _has_file(self, path: str) -> bool:
        try:
            return not self.flash.stat(path).is_dir
        except OSError:
            return False

    def _gives_way(self, path: str) -> bool:
        """What only says that it is not simulated does so until somebody installs it."""
        name = absent(path)
        return bool(name) and any(self._is_there(f"/lib/{name}{end}") for end in ("", ".py", ".mpy"))

    def _is_there(self, path: str) -> bool:
        with contextlib.suppress(OSError):
            return bool(self.flash.stat(path))
        return False

    def _monotonic_ns(self) -> int:
        self.clock.pay_for_call()
        return self.clock.now_us() * 1000


_FIRST = b"""
import sys
sys.path.insert(0, '/.frozen')
import _vb_boot as boot
for name in ('sys', '__file__', 'name'):
    globals().pop(name, None)
globals().pop('boot').main(globals())
"""
