# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""PWM of the ESP32s (LEDC): channels and timers that any pin takes until they run out; a timer has one frequency.

Source: MicroPython ports/esp32/machine_pwm.c (MIT); esp-idf's ledc driver for the dividers.
"""

from __future__ import annotations

from dataclasses import dataclass

from potluck.model.board import Board
from potluck.virtual.chip.pins import Pins
from potluck.virtual.hypercalls import GuestError, operation, text
from potluck.virtual.resets import HardReset, SoftReset

_APB_HZ, _REF_HZ = 80_000_000, 1_000_000
_SLOW_HZ = 10  # below it the first ESP32 takes the reference clock
_MAX_HZ = 40_000_000
_START_HZ, _HALF = 5_000, 1 << 15
_CHANNELS, _TIMERS = 8, 4  # of each speed mode
_U10, _U16, _NS = "duty", "duty_u16", "duty_ns"


@dataclass
class _Timer:
    hz: int = -1
    bits: int = 0
    source_hz: int = _APB_HZ

    @property
    def divider(self) -> int:
        """In 256ths, rounded, as the driver reckons it."""
        return ((self.source_hz << 8) + (self.hz << self.bits) // 2) // (self.hz << self.bits)

    def real_hz(self) -> int:
        period = self.divider << self.bits
        return ((self.source_hz << 8) + period // 2) // period


@dataclass
class _Output:
    """A PWM object. mode, channel, timer -1: it has none."""

    gpio: int
    mode: int = -1
    channel: int = -1
    timer: int = -1
    kind: str = ""
    duty: int = 0
    raw: int = 0
    invert: bool = False
    lightsleep: bool = False


class Esp32Pwm:
    def __init__(self, board: Board, pins: Pins) -> None:
        self._pins = pins
        self._first = board.mcu.name == "esp32"
        self._timer_bits = 20 if self._first else 14
        self._modes = board.mcu.peripherals.pwm_channels // _CHANNELS
        self._outputs: dict[int, _Output] = {}
        self._forget()

    def _forget(self) -> None:
        self._channels: list[list[int]] = [[-1] * _CHANNELS for _ in range(self._modes)]  # whose pin
        self._timer_of = [[-1] * _CHANNELS for _ in range(self._modes)]
        self._timers = [[_Timer() for _ in range(_TIMERS)] for _ in range(self._modes)]

    def reset(self, _cause: SoftReset | HardReset) -> None:
        for output in self._outputs.values():
            self._end(output, 0)
        self._outputs.clear()
        self._forget()

    # -- who has which channel and timer ------------------------------------------------------------

    def _usable(self, output: _Output) -> range:
        """Speed modes; the first of two stands still in a light sleep."""
        return range(1 if output.lightsleep and self._modes > 1 else 0, self._modes)

    def _shared(self, mode: int, channel: int, timer: int) -> bool:
        return any(
            other != channel and self._timer_of[mode][other] == timer and self._channels[mode][other] >= 0
            for other in range(_CHANNELS)
        )

    def _find_channel(self, output: _Output, hz: int) -> tuple[int, int]:
        for mode in self._usable(output):
            if output.gpio in self._channels[mode]:
                return mode, self._channels[mode].index(output.gpio)
        for mode in self._usable(output):
            if -1 in self._channels[mode] and any(timer.hz < 0 or timer.hz == hz for timer in self._timers[mode]):
                return mode, self._channels[mode].index(-1)
        modes = len(self._usable(output)) * _CHANNELS
        raise GuestError("RuntimeError", f"out of {'light sleep capable ' * output.lightsleep}PWM channels:{modes}")

    def _find_timer(self, output: _Output, hz: int) -> tuple[int, int]:
        for mode in self._usable(output):
            if -1 in self._channels[mode] or output.gpio in self._channels[mode]:
                for number, timer in enumerate(self._timers[mode]):
                    if timer.hz == hz:
                        return mode, number
        return -1, -1

    def _select_timer(self, output: _Output, hz: int) -> None:
        mode, number = self._find_timer(output, hz)
        if number < 0 and output.timer >= 0 and not self._shared(output.mode, output.channel, output.timer):
            mode, number = output.mode, output.timer
        if number < 0:
            mode, number = self._find_timer(output, -1)
        if number < 0:
            timers = len(self._usable(output)) * _TIMERS
            raise GuestError("RuntimeError", f"out of {'light sleep capable ' * output.lightsleep}PWM timers:{timers}")
        if (output.mode, output.timer) != (mode, number):
            self._channels[output.mode][output.channel] = self._timer_of[output.mode][output.channel] = -1
            if output.mode != mode:
                output.channel = self._channels[mode].index(-1)
            output.mode, output.timer = mode, number

    def _set_freq(self, output: _Output, hz: int) -> None:
        self._select_timer(output, hz)
        timer = self._timers[output.mode][output.timer]
        if timer.hz != hz:
            source_hz = _REF_HZ if self._first and hz < _SLOW_HZ else _APB_HZ
            bits = self._timer_bits
            while bits > 1 and (source_hz << 8) + (hz << bits) // 2 < (hz << bits) << 8:
                bits -= 1
            bits = min(bits, 16)
            timer.hz, timer.bits, timer.source_hz = hz, bits - (bits >= self._timer_bits), source_hz
        self._apply(output)

    # -- duty ----------------------------------------------------------------------------------------

    def _check_duty(self, output: _Output, kind: str, duty: int) -> None:
        if kind == _U16 and not 0 <= duty <= 0xFFFF:
            raise GuestError("ValueError", "duty_u16 must be from 0 to 65536")
        if kind == _U10 and not 0 <= duty <= 1023:
            raise GuestError("ValueError", "duty must be from 0 to 1023")
        if kind == _NS and output.timer < 0:
            raise GuestError("RuntimeError", "PWM is inactive")  # so duty_ns cannot come with a new PWM
        if kind == _NS:
            period_ns = 1_000_000_000 // self._hz(output)
            if not 0 <= duty <= period_ns:
                raise GuestError("ValueError", f"duty_ns must be from 0 to {period_ns} ns")
        output.kind, output.duty = kind, duty + (duty == {_U16: 0xFFFF, _U10: 1023}.get(kind))

    def _hz(self, output: _Output) -> int:
        return self._timers[output.mode][output.timer].hz

    def _apply(self, output: _Output) -> None:
        timer = self._timers[output.mode][output.timer]
        duty = output.duty
        if output.kind == _U10:
            duty <<= 6
        elif output.kind == _NS:
            duty = min(max((output.duty * timer.hz * 65_536 + 500_000_000) // 1_000_000_000, output.duty > 0), 65_536)
        output.raw = duty >> 16 - timer.bits
        is_new = self._channels[output.mode][output.channel] != output.gpio
        self._channels[output.mode][output.channel] = output.gpio
        self._timer_of[output.mode][output.channel] = output.timer
        if is_new or self._pins.pin(output.gpio).duty is not None:  # a Pin made since has taken the output away
            share = output.raw / (1 << timer.bits)
            self._pins.set_pwm(output.gpio, 1.0 - share if output.invert else share)

    def _u16(self, output: _Output) -> int:
        return min(output.raw << 16 - self._timers[output.mode][output.timer].bits, 0xFFFF)

    def _ns(self, output: _Output, u16: int) -> int:
        hz = self._hz(output)
        return (u16 * 1_000_000_000 + hz * 32_768) // (hz * 65_536)

    def _end(self, output: _Output, level: int) -> None:
        """The channel is free again; its pin stays at `level`."""
        if output.timer < 0:
            return
        if not self._shared(output.mode, output.channel, output.timer):
            self._timers[output.mode][output.timer] = _Timer()
        self._channels[output.mode][output.channel] = self._timer_of[output.mode][output.channel] = -1
        if self._pins.pin(output.gpio).duty is not None:
            self._pins.set_pwm(output.gpio, float(level))

    # -- what the program asks -----------------------------------------------------------------------

    def _active(self, gpio: int) -> _Output:
        output = self._outputs.get(gpio)
        if output is None or output.timer < 0:
            raise GuestError("RuntimeError", "PWM is inactive")
        return output

    @text
    def pwm_init(self, payload: str) -> str:
        """gpio, whether it is a new object, freq, duty_u16, duty_ns, invert, duty, lightsleep; -1: not said."""
        gpio, is_new, hz, u16, ns, invert, u10, lightsleep = map(int, payload.split())
        self._pins.check_own(gpio)
        if "output" in self._pins.blocked(gpio):
            raise GuestError("ValueError", "invalid pin")
        old = self._outputs.get(gpio)
        output = _Output(gpio) if is_new or old is None else old
        if lightsleep >= 0:
            output.lightsleep = bool(lightsleep)
        if hz != -1:
            self._check_hz(hz, _MAX_HZ)
        for kind, duty in ((_U16, u16), (_NS, ns), (_U10, u10)):
            if duty >= 0:
                self._check_duty(output, kind, duty)
                break
        else:
            if not output.kind:
                output.kind, output.duty = _U16, _HALF
        before, output.invert = (old or output).invert, bool(invert) if invert >= 0 else output.invert
        output.mode, output.channel = self._find_channel(output, hz)
        output.timer = self._timer_of[output.mode][output.channel]
        if hz == -1:
            hz = self._hz(output) if output.timer >= 0 else -1
            hz = hz if hz > 0 else _START_HZ
        self._outputs[gpio] = output
        if before != output.invert and self._channels[output.mode][output.channel] == gpio:
            self._channels[output.mode][output.channel] = -1  # it is set up anew
        self._set_freq(output, hz)
        return ""

    @staticmethod
    def _check_hz(hz: int, most_hz: int) -> None:
        if not 0 < hz <= most_hz:
            raise GuestError("ValueError", f"frequency must be from 1Hz to {most_hz // 1_000_000}MHz")

    @operation
    def pwm_freq(self, gpio: int, hz: int, is_set: int) -> int:
        output = self._active(gpio)
        if is_set:
            self._check_hz(hz, _MAX_HZ)
            if hz != self._hz(output):
                self._set_freq(output, hz)
        return self._timers[output.mode][output.timer].real_hz()

    def _duty_of(self, gpio: int, kind: str, duty: int, is_set: int) -> int:
        output = self._outputs.get(gpio) or _Output(gpio)
        if is_set:
            self._check_duty(output, kind, duty)
            self._apply(self._active(gpio))
        return self._u16(self._active(gpio))

    @operation
    def pwm_u16(self, gpio: int, duty: int, is_set: int) -> int:
        return self._duty_of(gpio, _U16, duty, is_set)

    @operation
    def pwm_u10(self, gpio: int, duty: int, is_set: int) -> int:
        return self._duty_of(gpio, _U10, duty, is_set) >> 6

    @operation
    def pwm_ns(self, gpio: int, ns: int, is_set: int) -> int:
        if is_set:
            self._active(gpio)
        return self._ns(self._active(gpio), self._duty_of(gpio, _NS, ns, is_set))

    @operation
    def pwm_close(self, gpio: int, *_: int) -> None:
        output = self._outputs.pop(gpio, None)
        if output is not None:
            self._end(output, int(output.invert))

    @text
    def pwm_told(self, payload: str) -> str:
        gpio = int(payload)
        output = self._outputs.get(gpio)
        if output is None:
            return f"PWM(Pin({gpio}))"
        u16 = self._u16(output)
        duty = {_U16: u16, _U10: u16 >> 6, _NS: self._ns(output, u16)}[output.kind]
        told = f"PWM(Pin({gpio}), freq={self._timers[output.mode][output.timer].real_hz()}, {output.kind}={duty}"
        return told + ", invert=True" * output.invert + ", lightsleep=True" * output.lightsleep + ")"
