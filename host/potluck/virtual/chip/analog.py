# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""ADC and PWM."""

from __future__ import annotations

import random

from potluck.model.board import Board
from potluck.virtual.chip.pins import Pins
from potluck.virtual.hypercalls import GuestError, operation
from potluck.virtual.resets import HardReset, SoftReset

_TEMPERATURE_CHANNEL = 4  # RP2040 datasheet 4.9.5
_TEMPERATURE_V = 0.706  # at 27 Cel
_NOISE_LSB = 2.0  # standard deviation; RP2040 ENOB 8.7, ESP32 is no better
# ESP32 datasheet, ADC characteristics: volts that give a full reading, by attenuation.
_FULL_SCALE_V = {0: 0.95, 1: 1.25, 2: 1.75, 3: 3.1}


class Adc:
    """12-bit converters. A channel is named by the gpio it measures."""

    def __init__(self, board: Board, pins: Pins, noise: random.Random) -> None:
        self._board = board
        self._pins = pins
        self._noise = noise
        self._rp2 = board.micropython.platform == "rp2"
        self._channels = {pin.adc: gpio for gpio, pin in board.mcu.pins.items() if pin.adc}
        self._attenuation: dict[int, int] = {}

    def reset(self, _cause: SoftReset | HardReset) -> None:
        self._attenuation.clear()

    def _full_v(self, gpio: int) -> float:
        return self._board.mcu.adc_max_v if self._rp2 else _FULL_SCALE_V[self._attenuation.get(gpio, 0)]

    def _volts(self, gpio: int) -> float:
        if gpio < 0:
            return _TEMPERATURE_V
        return self._pins.analog_volts(self._pins.pin(gpio))

    def _raw(self, gpio: int) -> int:
        raw = self._volts(gpio) / self._full_v(max(gpio, 0)) * 4095 + self._noise.gauss(0, _NOISE_LSB)
        return min(max(round(raw), 0), 4095)

    @operation
    def adc_open(self, number: int, is_pin: int, _: int) -> int:
        """`number` is a gpio or, on the RP2040, a channel. Returns what `adc_read` takes."""
        if self._rp2 and not is_pin and number == _TEMPERATURE_CHANNEL:
            return -1
        if self._rp2 and not is_pin and f"ADC{number}" in self._channels:
            number = self._channels[f"ADC{number}"]
        pin = self._board.mcu.pins.get(number)
        if pin is None or not pin.adc:
            raise GuestError("ValueError", "Pin doesn't have ADC capabilities" if self._rp2 else "invalid pin")
        pad = self._pins.pin(number)
        pad.mode, pad.pull, pad.duty = 0, 0, None  # the pad becomes analog: digital pulls are off
        return number

    @operation
    def adc_read(self, gpio: int, *_: int) -> int:
        raw = self._raw(gpio)
        return raw << 4 | raw >> 8

    @operation
    def adc_read_uv(self, gpio: int, *_: int) -> int:
        return round(self._raw(gpio) / 4095 * self._full_v(gpio) * 1e6)

    @operation
    def adc_atten(self, gpio: int, attenuation: int, _: int) -> None:
        if attenuation not in _FULL_SCALE_V:
            raise GuestError("ValueError", "invalid atten")
        self._attenuation[gpio] = attenuation


class Pwm:
    """PWM outputs. On the RP2040 two pins of one slice share their frequency."""

    def __init__(self, board: Board, pins: Pins) -> None:
        self._pins = pins
        self._board = board
        self._rp2 = board.micropython.platform == "rp2"
        self._hz: dict[object, int] = {}
        self._duty: dict[int, int] = {}

    def reset(self, _cause: SoftReset | HardReset) -> None:
        for gpio in list(self._duty):
            self.pwm_close(gpio, 0, 0)
        self._hz.clear()

    def _slice(self, gpio: int) -> object:
        if self._rp2:
            return next((f[:-2] for f in self._board.mcu.pins[gpio].functions if f.startswith("PWM")), gpio)
        return gpio

    @operation
    def pwm_open(self, gpio: int, *_: int) -> None:
        self._pins.check(gpio)
        if "output" in self._pins.blocked(gpio):
            raise GuestError("ValueError", "invalid pin")
        if not self._rp2:
            self._hz.setdefault(self._slice(gpio), 5000)  # ESP32's defaults: 5 kHz, half
            self._duty.setdefault(gpio, 32768)
        self._duty.setdefault(gpio, 0)
        self._apply(gpio)

    def _apply(self, gpio: int) -> None:
        hz = self._hz.get(self._slice(gpio), 0)
        self._pins.set_pwm(gpio, self._duty[gpio] / 65535 if hz else 0.0)

    @operation
    def pwm_freq(self, gpio: int, hz: int, _: int) -> int:
        if hz >= 0:
            low, high = (8, 62_500_000) if self._rp2 else (1, 40_000_000)
            if not low <= hz <= high:
                raise GuestError("ValueError", "freq too small" if hz < low else "freq too large")
            self._hz[self._slice(gpio)] = hz
            if gpio in self._duty:
                self._apply(gpio)
        return self._hz.get(self._slice(gpio), 0)

    @operation
    def pwm_duty(self, gpio: int, duty: int, _: int) -> int:
        if duty >= 0:
            self._duty[gpio] = duty
            self._apply(gpio)
        return self._duty.get(gpio, 0)

    @operation
    def pwm_close(self, gpio: int, *_: int) -> None:
        if self._duty.pop(gpio, None) is not None:
            self._pins.set_pwm(gpio, None)
