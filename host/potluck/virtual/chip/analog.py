# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Analog inputs."""

from __future__ import annotations

import random
from collections.abc import Callable

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
        self._bits: dict[str, int] = {}  # by converter, where a program chose fewer than 12
        self._ended: set[str] = set()
        self.radio_is_on: Callable[[], bool] = lambda: False

    def reset(self, _cause: SoftReset | HardReset) -> None:
        self._attenuation.clear()
        self._bits.clear()
        self._ended.clear()

    def _converter(self, gpio: int) -> str:
        """ADC1 or ADC2 of an ESP32: some settings are those of all its channels."""
        return self._board.mcu.pins[gpio].adc.partition("_")[0]

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
        by_channel = self._rp2 and not is_pin and f"ADC{number}" in self._channels
        if by_channel:
            number = self._channels[f"ADC{number}"]
        if number in self._pins.external:
            raise GuestError("NotImplementedError", "the analog inputs of the radio module are not simulated")
        pin = self._board.mcu.pins.get(number)
        if pin is None or not pin.adc:
            no_adc = pin is not None and self._rp2
            raise GuestError("ValueError", "Pin doesn't have ADC capabilities" if no_adc else "invalid pin")
        if is_pin or not by_channel:  # an RP2040 asked by a channel's number leaves the pad as it is, pulls and all
            self._pins.analog(self._pins.pin(number))
        if not self._rp2:
            self.adc_init(number, len(self._full) - 1, 0)
        return number

    @operation
    def adc_init(self, gpio: int, attenuation: int, _: int) -> None:
        self.adc_atten(gpio, attenuation, 0)
        self._bits.pop(self._converter(gpio), None)
        self._ended.discard(self._converter(gpio))

    @operation
    def adc_end(self, gpio: int, *_: int) -> None:
        self._ended.add(self._converter(gpio))

    @operation
    def adc_read(self, gpio: int, *_: int) -> int:
        raw = self.adc_read_raw(gpio)
        bits = 12 if gpio < 0 else self._bits.get(self._converter(gpio), 12)
        return raw << (16 - bits) | raw >> (2 * bits - 16)

    @operation
    def adc_read_raw(self, gpio: int, *_: int) -> int:
        """As wide as the ESP32's converter was made. Raises EPERM after its deinit."""
        if gpio < 0:
            return self._raw(gpio)
        if self._converter(gpio) in self._ended:
            raise OSError(1, "no converter")
        if self._board.mcu.name == "esp32" and self._converter(gpio) == "ADC2" and self.radio_is_on():
            return 0  # the radio has it, and nobody tells the program (ports/esp32/adc.c)
        return self._raw(gpio) >> (12 - self._bits.get(self._converter(gpio), 12))

    @operation
    def adc_width(self, gpio: int, bits: int, _: int) -> None:
        if not (9 if self._board.mcu.name == "esp32" else 12) <= bits <= 12:
            raise GuestError("ValueError", "invalid bit-width")
        self._bits[self._converter(gpio)] = bits

    @operation
    def adc_read_uv(self, gpio: int, *_: int) -> int:
        """The ESP32's driver knows whole millivolts."""
        raw = self.adc_read_raw(gpio) << (12 - self._bits.get(self._converter(gpio), 12))
        return round(raw / 4095 * self._full_v(gpio) * 1000) * 1000

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
