# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The instruments around a virtual board: probes on its pins, a hand on its world and on its supply.

    board.pin("GP15").history            # [(virtual µs, 1), …]; a duty 0…1 under PWM, None: floating
    board.pin("GP14").hold(0.0)          # a wire to ground, until .release()
    board.world["soil"].set("unplugged", 1)
    board.power.cut()                    # … board.power.on()

All of it may be called from any thread while the board runs: the board's own thread does it
between two steps of the program. Times are virtual microseconds since the board object was made.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from potluck.errors import KnobUnknown, PinMissing
from potluck.virtual.resets import HardReset, Stop

if TYPE_CHECKING:
    from potluck.virtual.board import VirtualBoard

_REMEMBERED = 20_000  # starts, and turns of knobs
_WIRE_OHMS = 0.0


class Record:
    """What was done to a board, in virtual µs; the pins keep their own histories (`chip.pins`).

    starts          (µs, kind) of every start of the interpreter: power, pin, reset, watchdog, soft …
    knobs           (µs, path, value) of every turn of a knob
    world_config    what is connected
    """

    def __init__(self) -> None:
        self.starts: deque[tuple[int, str]] = deque(maxlen=_REMEMBERED)
        self.knobs: deque[tuple[int, str, float]] = deque(maxlen=_REMEMBERED)
        self.world_config: dict[str, Any] | None = None

    def start(self, now_us: int, kind: str) -> None:
        self.starts.append((now_us, kind))

    def knob(self, now_us: int, path: str, value: float) -> None:
        self.knobs.append((now_us, path, float(value)))


class PinProbe:
    """One pin of one board."""

    def __init__(self, board: VirtualBoard, name: str | int) -> None:
        pins = board.chip.pins
        known = name if isinstance(name, int) else pins.gpio_of(name)
        if known is None or known not in board.kind.mcu.pins:
            raise PinMissing(f"{board.kind.title} has no pin {str(name)[:40]!r}", do="potluck board list --json names pins")
        self.gpio = known
        self._board = board

    def read(self) -> dict[str, Any]:
        """gpio, mode, level, duty, volts and history, all of one moment."""
        return self._board.on_board(lambda: self._board.chip.pins.probe(self.gpio))

    @property
    def history(self) -> list[tuple[int, float | None]]:
        """(µs, level) of the last 20,000 changes: what the board drives, or what a digital input sees.

        level is 0 or 1, the duty (0…1) under PWM, None while nothing holds the pin.
        """
        return self.read()["history"]

    @property
    def level(self) -> int | None:
        return self.read()["level"]

    @property
    def volts(self) -> float | None:
        return self.read()["volts"]

    @property
    def mode(self) -> str:
        return self.read()["mode"]

    def hold(self, volts: float, ohms: float = _WIRE_OHMS) -> None:
        """Connect a voltage through a resistor, instead of what the world has there.

        A pin that the board drives keeps the board's level: its driver is taken to be the stronger.
        """
        self._board.on_board(lambda: self._board.chip.pins.hold(self.gpio, float(volts), float(ohms)))

    def release(self) -> None:
        """Take away what `hold` connected."""
        self._board.on_board(lambda: self._board.chip.pins.hold(self.gpio, None, 0.0))


class WorldProbe:
    """The world around a board; `[part]` is one part of it. Raises KnobUnknown."""

    def __init__(self, board: VirtualBoard, part: str = "") -> None:
        self._board = board
        self._part = part

    def __getitem__(self, part: str) -> WorldProbe:
        return WorldProbe(self._board, part)

    def _path(self, knob: str) -> str:
        return f"{self._part}.{knob}" if self._part else knob

    def set(self, knob: str, value: float) -> None:
        self._board.poke(self._path(knob), value)

    def get(self, knob: str) -> float:
        """A knob, or a value that the recipe's own world tells (`state`)."""
        state = self.state()
        if self._path(knob) not in state:
            raise KnobUnknown(f"there is no {self._path(knob)}", do=f"there is: {', '.join(sorted(state))}")
        return state[self._path(knob)]

    def state(self) -> dict[str, float]:
        """Every knob and what the recipe's own world tells of itself, at this moment."""
        return self._board.state()["world"]


class Power:
    """The supply of a board."""

    def __init__(self, board: VirtualBoard) -> None:
        self._board = board
        self._off = threading.Event()
        self._dark = threading.Event()
        self._held = threading.Event()

    def cut(self, off_s: float | None = None) -> None:
        """Take it away at once: for `off_s` virtual seconds, or (None) until `on`."""
        if off_s is None:
            self._off.set()
        self._board.power_cut(off_s or 0.0)

    def wait_dark(self, timeout_s: float | None = None) -> bool:
        """Until the board stands without power after `cut`. False: it does not."""
        return self._dark.wait(timeout_s)

    def on(self) -> None:
        """Give it back."""
        self._off.clear()
        self._board.clock.nudge()

    def enable(self, high: bool, boot: bool = False) -> None:
        """The EN pin: low (False) holds the chip in reset, high lets it start. boot: GPIO0 is low as it rises."""
        if high:
            self._board.chip.boot_rom.pressed = boot
            self._held.clear()
            self._board.clock.nudge()
        else:
            self._held.set()
            self._board.hard_reset()

    def _down(self) -> bool:
        return self._off.is_set() or self._held.is_set()

    def brownout(self) -> None:
        """It sags for a moment: the detector resets the chip, RAM and RTC memory are lost."""
        esp32 = self._board.kind.micropython.platform == "esp32"

        def sag() -> None:
            raise HardReset("power", text="\r\nBrownout detector was triggered\r\n" if esp32 else "")

        self._board._note(sag)

    def wait_in_bootloader(
        self, work: Callable[[], bool] = lambda: False, look: Callable[[], bool] = lambda: False, every_us: int | None = None
    ) -> HardReset:
        """Board's thread: the chip runs no firmware until a reset button or the supply ends it.

        `work()` is done as long as it says True, when `look()` does or `every_us` has passed.
        """
        board = self._board
        while True:
            try:
                board._act()
            except HardReset as cause:
                return cause
            if work():
                continue
            until_us = None if every_us is None else board.clock.now_us() + every_us
            board.clock.sleep_until(until_us, real_pace=True, ready=lambda: bool(board._notes) or look())

    def stay_dark(self) -> None:
        """Board's thread: wait for `on` and for EN to rise; meanwhile nothing but the laboratory gets an answer."""
        board = self._board
        if not self._down():
            return
        self._dark.set()
        while True:
            off = self._down()  # asked first: what was noted while it was dark is done while it is dark
            try:
                board._act()
            except Stop:
                raise
            except HardReset:
                continue  # a button on a dark board
            if not off:
                break
            board.clock.sleep_until(
                None, real_pace=True, ready=lambda: bool(board._notes) or not self._down()
            )
        self._dark.clear()
        board.console.forget()  # what was sent to a chip that was not there
