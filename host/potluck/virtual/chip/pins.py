# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""GPIO: what the board drives, what the world presents, and the level that comes of both."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from potluck.model.board import Board
from potluck.virtual.clock import Clock
from potluck.virtual.hypercalls import GuestError, operation, text
from potluck.virtual.resets import HardReset, SoftReset
from potluck.virtual.world import World

EXTERNAL = 100  # and up: pins of another chip that the firmware passes on to
UNSET, IN, OUT, OPEN_DRAIN = -1, 0, 1, 2
# What a pin of an RP2040 is connected to (datasheet 2.19.2), with MicroPython's names for it
SPI, UART, I2C, PWM, SIO, NULL = 1, 2, 3, 4, 5, 31
_FUNCTIONS = {SPI: "SPI", UART: "UART", I2C: "I2C", PWM: "PWM", SIO: "SIO", 6: "PIO0", 7: "PIO1", 8: "GPCK", 9: "USB"}
_CLOCK_PINS = range(20, 26)
PULL_UP, PULL_DOWN = 1, 2
FALLING, RISING = 4, 8
_MODES = {UNSET: "unset", IN: "in", OUT: "out", OPEN_DRAIN: "open drain"}
_FRESH_US = 20_000  # a reading of the world stays good for so long
_HISTORY = 20_000  # changes of a pin that are remembered
_UNASKED_STEPS = 1.5  # of the world's longest step may pass before it is asked for edges


@dataclass(eq=False)
class Pin:
    """One pad. duty: 0…1 while PWM drives it. level: as last seen, for edges. function: an RP2040's."""

    gpio: int
    mode: int = UNSET
    pull: int = 0
    latch: int = 0
    duty: float | None = None
    trigger: int = 0
    flags: int = 0
    level: int = 0
    function: int = NULL

    def drive(self) -> float | None:
        """What the board puts on the pin: 0…1, None for high impedance."""
        if self.duty is not None:
            return self.duty
        if self.mode == OUT:
            return float(self.latch)
        if self.mode == OPEN_DRAIN and not self.latch:
            return 0.0
        return None


class Pins:
    """All pads of a chip and the wires from them into the world."""

    def __init__(self, board: Board, clock: Clock, world: World, noise: random.Random) -> None:
        self.board = board
        self._clock = clock
        self._world = world
        self.noise = noise
        self.supply_v = board.mcu.logic_v
        self._pull_v = (None, self.supply_v, 0.0, self.supply_v / 2)  # by Pin.pull
        self._pull_ohms = sum(board.mcu.pull_ohms) / len(board.mcu.pull_ohms)
        self._pins: dict[int, Pin] = {}
        self._driven: dict[int, float | None] = {}
        self._fresh_until_us = -1
        self.history: dict[int, deque[tuple[int, float | None]]] = {}
        self._held: dict[int, tuple[float, float | None]] = {}
        self._inputs: list[Pin] = []
        self._look_at: int | None = None
        self.interrupt: Callable[[int], None] = lambda number: None
        self._names = {name: pin.gpio for name, pin in board.pins.items()}
        outside = {name: pin for name, pin in board.names.items() if isinstance(pin, str)}
        self.external = {EXTERNAL + int(pin[len("EXT_GPIO"):]) for pin in outside.values()}
        self._names |= {name: pin for name, pin in board.names.items() if isinstance(pin, int)}
        self._names |= {name: EXTERNAL + int(pin[len("EXT_GPIO"):]) for name, pin in outside.items()}
        if self._rp2:  # its Pin knows the chip's own names too, the ESP32's the board's only
            self._names |= {f"GPIO{gpio}": gpio for gpio in board.mcu.pins}
            self._names |= {f"EXT_GPIO{gpio - EXTERNAL}": gpio for gpio in self.external}

    def reset(self, cause: SoftReset | HardReset) -> None:
        """A soft reset leaves the levels and forgets the interrupts; a hard one lets go of every pin."""
        for pin in self._pins.values():
            pin.trigger = 0
        if isinstance(cause, HardReset):
            for gpio in list(self._pins):
                self._pins[gpio] = self._fresh(gpio)
                self._changed(self._pins[gpio])
            self._inputs = []
        self._watch()

    def pin(self, gpio: int) -> Pin:
        pin = self._pins.get(gpio)
        if pin is None:
            self.check(gpio)
            pin = self._pins[gpio] = self._fresh(gpio)
        return pin

    def _fresh(self, gpio: int) -> Pin:
        """As after a hard reset: an RP2040's pads pull down then (datasheet 2.19.6.3)."""
        return Pin(gpio, pull=PULL_DOWN if self._rp2 and gpio not in self.external else 0)

    def connect(self, gpio: int, function: int, pull: int | None = None) -> None:
        """A peripheral of an RP2040 takes the pin; pull: None leaves it as it is."""
        pin = self.pin(gpio)
        pin.function, pin.mode, pin.duty = function, UNSET, None
        pin.pull = pin.pull if pull is None else pull
        self._changed(pin)

    def check(self, gpio: int) -> None:
        """The error of a real board for a pin that it does not have."""
        if gpio not in self.board.mcu.pins and gpio not in self.external:
            raise GuestError("ValueError", "invalid pin")

    def check_own(self, gpio: int) -> None:
        """The same for what only the chip's own pins can do."""
        self.check(gpio)
        if gpio in self.external:
            raise GuestError("ValueError", "expecting a regular GPIO Pin")

    def blocked(self, gpio: int) -> set[str]:
        """What this pin can never do: some of input, output, pull, adc."""
        if gpio in self.external:
            return set()
        return {what for limit in self.board.mcu.pins[gpio].limits if limit.severity == "never" for what in limit.blocks}

    # -- the world -------------------------------------------------------------------------------

    def connect_world(self, config: dict[str, Any] | None) -> None:
        self._world.load(config)
        self._fresh_until_us = -1
        for gpio, level in self._driven.items():
            self._world.drive(gpio, level)
        self._edges()
        self._watch()

    def poke(self, path: str, value: float) -> None:
        self._sync(force=True)
        self._world.poke(path, value)
        self._sync(force=True)
        self._edges()

    def _sync(self, force: bool = False) -> None:
        now_us = self._clock.now_us()
        if (force or now_us >= self._fresh_until_us) and self._world.connected:
            self._world.sync(now_us)
            self._fresh_until_us = now_us + _FRESH_US
            if self._inputs:
                self._note_inputs()
            self._edges()

    @property
    def world(self) -> World:
        return self._world

    def refresh(self) -> None:
        """Look at the world anew, however short ago it was looked at."""
        self._sync(force=True)

    def _changed(self, pin: Pin) -> None:
        """Tell the world what the board drives now."""
        level = pin.drive()
        if self._driven.get(pin.gpio) != level:
            if self._world.connected and pin.gpio in self._world.sources:
                self._sync(force=True)  # what was, up to now, was with the old level
                self._world.drive(pin.gpio, level)
                self._fresh_until_us = -1
            self._driven[pin.gpio] = level
            self._note(pin.gpio, level)
            if self._look_at is not None:
                self._edges()

    def volts(self, pin: Pin) -> float | None:
        """The voltage on a pin, None if nothing holds it."""
        level = pin.drive()
        if level is not None:
            return level * self.supply_v
        self._sync()
        source = self._held.get(pin.gpio) or self._world.sources.get(pin.gpio)
        pull_v = self._pull_v[pin.pull]
        if source is None or source[1] is None:
            return pull_v
        volts, ohms = source
        if pull_v is None or ohms <= 0:
            return volts
        return (volts * self._pull_ohms + pull_v * ohms) / (self._pull_ohms + ohms)

    def analog_volts(self, pin: Pin) -> float:
        """As an ADC sees it: a floating input drifts about."""
        volts = self.volts(pin)
        if volts is None:
            return self.noise.uniform(0.2, 1.4)
        return volts if 0.0 <= volts <= self.supply_v else min(max(volts, 0.0), self.supply_v)

    def level(self, pin: Pin) -> int:
        driven = pin.drive()
        if driven is not None:
            return int(driven >= 0.5)
        volts = self.volts(pin)
        return self.noise.getrandbits(1) if volts is None else int(volts > self.supply_v / 2)

    # -- the laboratory --------------------------------------------------------------------------

    def _note(self, gpio: int, level: float | None) -> None:
        history = self.history.get(gpio)
        if history is None:
            history = self.history[gpio] = deque(maxlen=_HISTORY)
        if not history or history[-1][1] != level:
            history.append((self._clock.now_us(), level))

    def _note_inputs(self) -> None:
        """What the outside makes of the pins that the program reads as digital inputs."""
        for pin in self._inputs:
            volts = self.volts(pin)
            self._note(pin.gpio, None if volts is None else int(volts > self.supply_v / 2))

    def _listen(self, pin: Pin, digital: bool) -> None:
        if pin in self._inputs:
            self._inputs.remove(pin)
        if digital:
            self._inputs.append(pin)
            self._note_inputs()

    def analog(self, pin: Pin) -> None:
        """The pad becomes analog: digital pulls are off."""
        pin.mode, pin.pull, pin.duty, pin.function = IN, 0, None, NULL
        self._listen(pin, False)

    def hold(self, gpio: int, volts: float | None, ohms: float) -> None:
        """Put a voltage behind a resistor on a pin, before whatever the world has there; None: take it away."""
        self.check(gpio)
        if volts is None:
            self._held.pop(gpio, None)
        else:
            self._held[gpio] = (volts, ohms)
        self._note_inputs()
        self._edges()

    def probe(self, gpio: int) -> dict[str, Any]:
        """Mode, level (None: nothing holds it), duty, volts and history of one pin."""
        pin = self._pins.get(gpio) or self._fresh(gpio)
        volts, duty = self.volts(pin), pin.duty
        level = None if volts is None else int(volts > self.supply_v / 2)
        return {
            "gpio": gpio, "mode": "pwm" if duty is not None else _MODES[pin.mode], "level": level, "duty": duty,
            "volts": volts, "history": list(self.history.get(gpio, ())),
        }  # fmt: skip

    def recorded(self) -> list[tuple[str, int, list[tuple[int, float | None]]]]:
        """(name, gpio, history) of every pin that something happened to."""
        names = {gpio: name for name, gpio in reversed(self._names.items())}
        return [(names.get(gpio, f"GPIO{gpio}"), gpio, list(self.history[gpio])) for gpio in sorted(self.history)]

    def gpio_of(self, name: str) -> int | None:
        """The number behind a name of the board ("GP15", "LED"), None if there is none."""
        return self._names.get(name)

    # -- interrupts ------------------------------------------------------------------------------

    def _watch(self) -> None:
        """While a pin has an interrupt, the world is asked whether it moved, when nobody else asks."""
        self._clock.cancel(self._look_at)
        self._look_at = None
        if any(pin.trigger for pin in self._pins.values()):
            self._look_at = self._clock.at(self._clock.now_us() + self._quiet_us(), self._look)

    def _quiet_us(self) -> int:
        return int(_UNASKED_STEPS * self._world.max_step_s * 1e6) if self._world.connected else 3_600_000_000

    def _look(self) -> None:
        asked_us = self._fresh_until_us - _FRESH_US
        if asked_us + self._quiet_us() > self._clock.now_us():
            self._look_at = self._clock.at(asked_us + self._quiet_us(), self._look)
            return
        self._look_at = None
        self._edges()
        self._watch()

    def _edges(self) -> None:
        for pin in list(self._pins.values()):
            if pin.trigger and self.volts(pin) is not None:
                level = self.level(pin)
                if level != pin.level:
                    pin.level = level
                    edge = RISING if level else FALLING
                    if pin.trigger & edge:
                        pin.flags |= edge
                        self.interrupt(pin.gpio)

    # -- operations ------------------------------------------------------------------------------

    @operation
    def pin_check(self, gpio: int, *_: int) -> None:
        self.check(gpio if gpio < EXTERNAL else -1)  # those of another chip have no numbers

    @operation
    def pin_init(self, gpio: int, mode: int, pull: int) -> None:
        pin = self.pin(gpio)
        blocks = self.blocked(gpio)
        if gpio in self.external and pull > 0:
            raise GuestError("ValueError", "pulls are not supported for external pins")
        if mode in (OUT, OPEN_DRAIN) and "output" in blocks and "input" not in blocks:
            raise GuestError("ValueError", "pin can only be input")
        if mode != UNSET:
            pin.mode, pin.function = mode, SIO
            pin.duty = None
        if pull >= 0:
            pin.pull = pull & 3 if "pull" not in blocks else 0
        self._changed(pin)
        self._listen(pin, pin.mode == IN)

    @operation
    def pin_alt(self, gpio: int, function: int, pull: int) -> None:
        """Pin.ALT: what drives the pin then is the peripheral's business."""
        if gpio in self.external:
            raise GuestError("ValueError", "alternate functions are not supported for external pins")
        if function not in _FUNCTIONS or (function == 8 and gpio not in _CLOCK_PINS):
            raise GuestError("ValueError", f"invalid pin af: {function}")
        self.connect(gpio, function, pull & 3)
        if function == SIO:
            self.pin(gpio).mode = IN

    @operation
    def pin_latch(self, gpio: int, value: int, _: int) -> None:
        self.pin(gpio).latch = value

    @operation
    def pin_write(self, gpio: int, value: int, _: int) -> None:
        pin = self.pin(gpio)
        pin.latch = 1 - pin.latch if value == 2 else value
        self._changed(pin)

    @operation
    def pin_read(self, gpio: int, *_: int) -> int:
        return self.level(self.pin(gpio))

    @operation
    def pin_irq(self, gpio: int, trigger: int, _: int) -> None:
        self.check_own(gpio)
        pin = self.pin(gpio)
        pin.trigger = trigger
        pin.flags = 0
        if trigger:
            pin.level = self.level(pin)
        self._watch()

    @operation
    def pin_irq_flags(self, gpio: int, *_: int) -> int:
        pin = self.pin(gpio)
        flags, pin.flags = pin.flags, 0
        return flags

    @text
    def pin_named(self, name: str) -> str:
        if name not in self._names:
            raise GuestError("ValueError", f'unknown named pin "{name}"' if self._rp2 else "invalid pin")
        return str(self._names[name])

    @property
    def _rp2(self) -> bool:
        return self.board.micropython.platform == "rp2"

    @text
    def pin_repr(self, gpio: str) -> str:
        pin = self.pin(int(gpio))
        if not self._rp2:
            return f"Pin({gpio})"
        if pin.gpio in self.external:
            return f"Pin(EXT_GPIO{pin.gpio - EXTERNAL}, mode={'OUT' if pin.mode == OUT else 'IN'})"
        alt = "" if pin.function == SIO else f", alt={_FUNCTIONS.get(pin.function, pin.function)}"
        mode = "ALT" if alt else {OUT: "OUT", OPEN_DRAIN: "OPEN_DRAIN"}.get(pin.mode, "IN")
        pull = {PULL_UP: ", pull=PULL_UP", PULL_DOWN: ", pull=PULL_DOWN", 3: ", pull=PULL_UP|PULL_DOWN"}.get(pin.pull, "")
        return f"Pin(GPIO{gpio}, mode={mode}{pull}{alt})"

    def set_pwm(self, gpio: int, duty: float | None) -> None:
        pin = self.pin(gpio)
        pin.duty = duty
        if duty is not None:
            pin.function = PWM
        self._changed(pin)

    def describe(self) -> dict[str, dict[str, Any]]:
        """For people: every pin in use, by its name on the board."""
        names = {gpio: name for name, gpio in reversed(self._names.items())}
        return {
            names.get(gpio, f"GPIO{gpio}"): {
                "gpio": gpio, "mode": "pwm" if pin.duty is not None else _MODES[pin.mode],
                "drive": pin.drive(), "volts": self.volts(pin),
            }
            for gpio, pin in sorted(self._pins.items())
        }  # fmt: skip
