# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""PWM outputs: on the RP2040 slices fixed to pins, on the ESP32 channels and timers that run out."""

from __future__ import annotations

from potluck.model.board import Board
from potluck.virtual.chip.pins import Pins
from potluck.virtual.hypercalls import GuestError, operation
from potluck.virtual.resets import HardReset, SoftReset

_TOP_MAX = 65_534  # ports/rp2/machine_pwm.c
_ESP32_MAX_HZ = 40_000_000  # ports/esp32/machine_pwm.c: half of the APB clock
_ESP32_START = (5000, 32768)  # Hz and duty of a new PWM object there


class Pwm:
    """Duty per output, frequency per slice (RP2040) or per timer (ESP32)."""

    def __init__(self, board: Board, pins: Pins) -> None:
        self._pins = pins
        self._board = board
        self._rp2 = board.micropython.platform == "rp2"
        self._has = board.mcu.peripherals
        self._hz: dict[object, int] = {}
        self._duty: dict[int, int] = {}

    def reset(self, _cause: SoftReset | HardReset) -> None:
        for gpio in list(self._duty):
            self.pwm_close(gpio, 0, 0)
        self._hz.clear()

    def _output(self, gpio: int) -> str:
        """The RP2040's name for what drives this pin: "PWM0_A"."""
        return next((f for f in self._board.mcu.pins[gpio].functions if f.startswith("PWM")), str(gpio))

    def _slice(self, gpio: int) -> object:
        return self._output(gpio)[:-2] if self._rp2 else gpio

    @operation
    def pwm_open(self, gpio: int, told: int, _: int) -> None:
        """told: the duty comes with it, so nothing of the port's own is seen before."""
        self._pins.check_own(gpio)
        if "output" in self._pins.blocked(gpio):
            raise GuestError("ValueError", "invalid pin")
        if self._rp2:
            same = [duty for other, duty in self._duty.items() if self._output(other) == self._output(gpio)]
            self._duty.setdefault(gpio, same[0] if same else 0)
        elif gpio not in self._duty:
            if len(self._duty) >= self._has.pwm_channels:
                raise GuestError("RuntimeError", f"out of PWM channels:{self._has.pwm_channels}")
            self._take_timer(gpio, _ESP32_START[0])
            self._duty[gpio] = 0 if told else _ESP32_START[1]
        self._apply(gpio)

    def _take_timer(self, gpio: int, hz: int) -> None:
        used = {other_hz for other, other_hz in self._hz.items() if other != gpio}
        if hz not in used and len(used) >= self._has.pwm_timers:
            raise GuestError("RuntimeError", f"out of PWM timers:{self._has.pwm_timers}")
        self._hz[gpio] = hz

    def _apply(self, gpio: int) -> None:
        for other in self._duty:
            if self._slice(other) == self._slice(gpio):
                hz = self._hz.get(self._slice(other), 0)
                self._pins.set_pwm(other, self._duty[other] / 65535 if hz else 0.0)

    def _reached_hz(self, hz: int) -> int:
        """The frequency that the RP2040's dividers really give. Raises the port's errors."""
        source_hz = self._board.micropython.cpu_hz
        if hz <= 0:
            raise GuestError("ValueError", "freq too small")
        if (source_hz + hz // 2) // hz < _TOP_MAX:
            div16, top = 16, (source_hz + hz // 2) // hz - 1
        else:
            div16 = -(-16 * source_hz // (_TOP_MAX * hz))
            top = (16 * source_hz + div16 * hz // 2) // (div16 * hz) - 1
        if div16 >= 256 * 16:
            raise GuestError("ValueError", "freq too small")
        if top < 1:
            raise GuestError("ValueError", "freq too large")
        period = div16 * (top + 1)
        return (16 * source_hz + period // 2) // period

    @operation
    def pwm_freq(self, gpio: int, hz: int, is_set: int) -> int:
        if is_set:
            if self._rp2:
                self._hz[self._slice(gpio)] = self._reached_hz(hz)
            elif not 1 <= hz <= _ESP32_MAX_HZ:
                raise GuestError("ValueError", f"frequency must be from 1Hz to {_ESP32_MAX_HZ // 1_000_000}MHz")
            else:
                self._take_timer(gpio, hz)
            if gpio in self._duty:
                self._apply(gpio)
        return self._hz.get(self._slice(gpio), 0)

    @operation
    def pwm_duty(self, gpio: int, duty: int, is_set: int) -> int:
        if is_set:
            if gpio not in self._duty and not self._rp2:
                raise GuestError("RuntimeError", "PWM is inactive")
            if not self._rp2 and not 0 <= duty <= 65535:
                raise GuestError("ValueError", "duty_u16 must be from 0 to 65535")
            duty = min(max(duty, 0), 65535)
            self._duty[gpio] = duty
            if self._rp2:  # GP0 and GP16 are one and the same output
                for other in self._duty:
                    if self._output(other) == self._output(gpio):
                        self._duty[other] = duty
            self._apply(gpio)
        return self._duty.get(gpio, 0)

    @operation
    def pwm_close(self, gpio: int, *_: int) -> None:
        if self._duty.pop(gpio, None) is not None:
            self._pins.set_pwm(gpio, None)
            if not self._rp2:
                self._hz.pop(gpio, None)
