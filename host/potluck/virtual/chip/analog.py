# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Analog inputs."""

from __future__ import annotations

import random

from potluck.model.board import Board
from potluck.virtual.chip.pins import Pins
from potluck.virtual.hypercalls import GuestError, operation
from potluck.virtual.resets import HardReset, SoftReset

_TEMPERATURE_CHANNEL = 4  # RP2040 datasheet 4.9.5
_TEMPERATURE_V = 0.706  # at 27 Cel
_NOISE_LSB = 2.0  # standard deviation; RP2040 ENOB 8.7, ESP32 is no better


class Adc:
    """12-bit converters. A channel is named by the gpio it measures."""

    def __init__(self, board: Board, pins: Pins, noise: random.Random) -> None:
        self._board = board
        self._pins = pins
        self._noise = noise
        self._rp2 = board.micropython.platform == "rp2"
        self._channels = {pin.adc: gpio for gpio, pin in board.mcu.pins.items() if pin.adc}
        self._full = board.mcu.peripherals.adc_full_v
        self._attenuation: dict[int, int] = {}

    def reset(self, _cause: SoftReset | HardReset) -> None:
        self._attenuation.clear()

    def atten(self, gpio: int) -> int:
        """The most when nothing is said, as MicroPython since 1.26 has it (ports/esp32/machine_adc.c)."""
        return self._attenuation.get(gpio, len(self._full) - 1)

    def _full_v(self, gpio: int) -> float:
        return self._full[self.atten(gpio)]

    def _raw(self, gpio: int) -> int:
        volts = _TEMPERATURE_V if gpio < 0 else self._pins.analog_volts(self._pins.pin(gpio))
        raw = round(volts / self._full_v(gpio) * 4095 + self._noise.gauss(0, _NOISE_LSB))
        return 0 if raw < 0 else 4095 if raw > 4095 else raw

    @operation
    def adc_open(self, number: int, is_pin: int, _: int) -> int:
        """`number` is a gpio or, on the RP2040, a channel. Returns what `adc_read` takes."""
        if self._rp2 and not is_pin and number == _TEMPERATURE_CHANNEL:
            return -1
        if self._rp2 and not is_pin and f"ADC{number}" in self._channels:
            number = self._channels[f"ADC{number}"]
        if number in self._pins.external:
            raise GuestError("NotImplementedError", "the analog inputs of the radio module are not simulated")
        pin = self._board.mcu.pins.get(number)
        if pin is None or not pin.adc:
            raise GuestError("ValueError", "Pin doesn't have ADC capabilities" if self._rp2 else "invalid pin")
        self._pins.analog(self._pins.pin(number))
        self._attenuation.pop(number, None)
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
        if not 0 <= attenuation < len(self._full):
            raise GuestError("ValueError", "invalid attenuation")
        self._attenuation[gpio] = attenuation


class Touch:
    """Touch pads of the ESP32: a finger is a capacitance to ground, here a weak pull towards 0 V.

    A part with at most 1 Mohm between the pad and 0 V counts as a finger. Readings as
    Espressif's touch examples give them: the first ESP32 counts down, its successors up.
    """

    def __init__(self, board: Board, pins: Pins, noise: random.Random) -> None:
        self._board = board
        self._pins = pins
        self._noise = noise
        self._free, self._touched = (500, 120) if board.mcu.name == "esp32" else (20_000, 60_000)

    def reset(self, _cause: SoftReset | HardReset) -> None:
        """Nothing is kept."""

    @operation
    def touch_open(self, gpio: int, *_: int) -> None:
        self._pins.check_own(gpio)
        if not any(function.startswith("TOUCH") for function in self._board.mcu.pins[gpio].functions):
            raise GuestError("ValueError", "invalid pin for touchpad")

    @operation
    def touch_read(self, gpio: int, *_: int) -> int:
        volts = self._pins.volts(self._pins.pin(gpio))
        level = self._touched if volts is not None and volts < 0.5 else self._free
        return round(level + self._noise.gauss(0, level / 200))
