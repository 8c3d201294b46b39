# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""PWM of the RP2040: eight slices fixed to pins, each with one frequency for its two outputs A and B.

Source: MicroPython ports/rp2/machine_pwm.c (MIT); RP2040 datasheet 4.5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from potluck.virtual.chip.pins import Pins
from potluck.virtual.hypercalls import GuestError, operation, text
from potluck.virtual.resets import HardReset, SoftReset

_TOP_MAX = 65_534
_SLICES = 8
_U16, _NS = "u16", "ns"


@dataclass
class _Channel:
    """One output. kind: how its duty was said last; a change of frequency keeps that."""

    level: int = 0
    duty: int = 0
    kind: str = ""
    invert: bool = False
    polarity: bool = False  # inverted in the registers


@dataclass
class _Slice:
    div16: int = 16
    top: int = 0xFFFF
    has_freq: bool = False
    running: bool = False
    channels: tuple[_Channel, _Channel] = field(default_factory=lambda: (_Channel(), _Channel()))


class Rp2Pwm:
    def __init__(self, pins: Pins, clock_hz: Callable[[], int]) -> None:
        self._pins = pins
        self._clock_hz = clock_hz
        self._slices = [_Slice() for _ in range(_SLICES)]
        self._attached: dict[int, float] = {}  # gpio → the level that it stays at while its slice stands still

    def reset(self, cause: SoftReset | HardReset) -> None:
        for number, one in enumerate(self._slices):
            one.has_freq = False
            self._stop(number)
        if isinstance(cause, HardReset):
            self._slices = [_Slice() for _ in self._slices]
            self._attached.clear()

    def _at(self, gpio: int) -> tuple[_Slice, _Channel, int]:
        number = gpio // 2 % len(self._slices)
        return self._slices[number], self._slices[number].channels[gpio % 2], number

    # -- registers -------------------------------------------------------------------------------

    def _hz(self, div16: int) -> int:
        return (16 * self._clock_hz() + div16 // 2) // div16

    def _set_freq(self, gpio: int, hz: int) -> None:
        one, _, number = self._at(gpio)
        source_hz = self._clock_hz()
        if hz <= 0:
            raise GuestError("ValueError", "freq too small")
        if (source_hz + hz // 2) // hz < _TOP_MAX:
            div16, top = 16, (source_hz + hz // 2) // hz - 1
        else:
            div16 = -(-16 * source_hz // (_TOP_MAX * hz))
            top = self._hz(div16 * hz) - 1
        if div16 < 16:
            raise GuestError("ValueError", "freq too large")
        if div16 >= 256 * 16:
            raise GuestError("ValueError", "freq too small")
        one.div16, one.top, one.has_freq = div16, top & 0xFFFF, True
        for channel in one.channels:
            self._set_duty(one, channel, channel.kind, channel.duty)
        self._apply(number)

    def _set_duty(self, one: _Slice, channel: _Channel, kind: str, duty: int) -> None:
        if kind == _U16:
            duty = min(duty, 65_535)
            channel.level = (duty * (one.top + 1) + 65_535 // 2) // 65_535 & 0xFFFF
        elif kind == _NS:
            channel.level = min((duty * self._hz(one.div16) + 500_000_000) // 1_000_000_000, one.top + 1)
        channel.duty, channel.kind = duty, kind

    def _start(self, gpio: int) -> None:
        one, channel, number = self._at(gpio)
        if one.has_freq and channel.kind:
            for each in one.channels:
                each.polarity = each.invert
            one.running = True
        self._apply(number)

    def _stop(self, number: int) -> None:
        """The counter stands still, for both outputs, and each stays at the level that it has."""
        for gpio in self._attached:
            if self._at(gpio)[2] == number and self._slices[number].running:
                self._attached[gpio] = float(self._share(gpio) >= 0.5)
        self._slices[number].running = False
        self._apply(number)

    def _share(self, gpio: int) -> float:
        one, channel, _ = self._at(gpio)
        share = min(channel.level / (one.top + 1), 1.0)
        return 1.0 - share if channel.polarity else share

    def _apply(self, number: int) -> None:
        for gpio, still in self._attached.items():
            if self._at(gpio)[2] == number and self._pins.pin(gpio).duty is not None:
                self._pins.set_pwm(gpio, self._share(gpio) if self._slices[number].running else still)

    # -- what the program asks -------------------------------------------------------------------

    @text
    def pwm_init(self, payload: str) -> str:
        """gpio, whether it is a new object, freq, duty_u16, duty_ns, invert; -1: not said."""
        gpio, is_new, hz, u16, ns, invert = map(int, payload.split())
        self._pins.check_own(gpio)
        if "output" in self._pins.blocked(gpio):
            raise GuestError("ValueError", "invalid pin")
        one, channel, _ = self._at(gpio)
        if is_new:
            channel.invert, channel.kind = False, ""
        if hz >= 0:
            self._set_freq(gpio, hz)
        if u16 >= 0:
            self._set_duty(one, channel, _U16, u16)
        if ns >= 0:
            self._set_duty(one, channel, _NS, ns)
        if invert >= 0:
            channel.invert = bool(invert)
        if is_new:
            self._attached.setdefault(gpio, 0.0)
            self._pins.set_pwm(gpio, self._attached[gpio])
        self._start(gpio)
        return ""

    @operation
    def pwm_freq(self, gpio: int, hz: int, is_set: int) -> int:
        one = self._at(gpio)[0]
        if is_set:
            self._set_freq(gpio, hz)
            self._start(gpio)
        return self._hz(one.div16 * (one.top + 1)) if one.has_freq else 0

    @operation
    def pwm_u16(self, gpio: int, duty: int, is_set: int) -> int:
        one, channel, _ = self._at(gpio)
        if is_set:
            self._set_duty(one, channel, _U16, duty)
            self._start(gpio)
        if not channel.kind or not one.has_freq:
            return 0
        return (channel.level * 65_535 + (one.top + 1) // 2) // (one.top + 1)

    @operation
    def pwm_ns(self, gpio: int, ns: int, is_set: int) -> int:
        one, channel, _ = self._at(gpio)
        if is_set:
            self._set_duty(one, channel, _NS, ns)
            self._start(gpio)
        if not channel.kind or not one.has_freq:
            return 0
        slice_hz = self._hz(one.div16)
        return (channel.level * 1_000_000_000 + slice_hz // 2) // slice_hz

    @operation
    def pwm_u10(self, *_: int) -> int:
        """The ESP32's alone; every board numbers the same operations."""
        raise GuestError("NotImplementedError", "PWM.duty")

    @operation
    def pwm_close(self, gpio: int, *_: int) -> None:
        self._stop(self._at(gpio)[2])

    @text
    def pwm_told(self, payload: str) -> str:
        gpio = int(payload)
        return f"<PWM slice={self._at(gpio)[2]} channel={gpio % 2} invert={int(self._at(gpio)[1].invert)}>"
