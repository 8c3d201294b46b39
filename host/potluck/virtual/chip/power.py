# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Resets asked for by the program, why the last one came, and the clock of the CPU."""

from __future__ import annotations

from collections.abc import Callable

from potluck.model.board import Board
from potluck.virtual.chip import rates
from potluck.virtual.chip.pins import FALLING, RISING, Pins
from potluck.virtual.clock import Clock
from potluck.virtual.hypercalls import GuestError, operation
from potluck.virtual.resets import HardReset, SoftReset

# machine.reset_cause() by port. The RP2040 cannot tell machine.reset() from its watchdog, which it uses for it.
_CAUSES = {
    "rp2": {"power": 1, "pin": 1, "fault": 1, "reset": 3, "watchdog": 3, "deepsleep": 3},
    "esp32": {"power": 1, "pin": 1, "fault": 2, "reset": 2, "watchdog": 3, "deepsleep": 4, "soft": 5},
}


_ESP32_MHZ = (20, 40, 80, 160, 240)
_USB_HZ = 48_000_000
# esp_sleep_wakeup_cause_t
_EXT0, _EXT1, _TIMER = 2, 3, 4


class Power:
    def __init__(self, board: Board, clock: Clock, pins: Pins) -> None:
        self._clock = clock
        self._pins = pins
        self._ext0: tuple[tuple[int, bool], ...] = ()
        self._ext1: tuple[tuple[int, bool], ...] = ()
        self._reason = 0
        self.wait: Callable[[int | None], None] = lambda until_us: None  # the runner's
        self.let_go: Callable[[], None] = lambda: None  # the chip's, before a deep sleep
        self.take_interrupts: Callable[[], list[int]] = list
        self.interrupt: Callable[[int], None] = lambda number: None
        self._missed: list[int] = []  # interrupts that came while the chip slept
        self._platform = board.micropython.platform
        self._causes = _CAUSES[self._platform]
        self._cause = self._causes["power"]
        self._start_hz = board.micropython.cpu_hz
        self.cpu_hz = self._start_hz

    def reset(self, cause: SoftReset | HardReset) -> None:
        self._cause = self._causes.get(cause.kind, self._cause)  # a soft reset on the RP2040 keeps the old one
        if isinstance(cause, HardReset):
            self.cpu_hz = self._start_hz
            self._ext0 = self._ext1 = ()
            if cause.kind != "deepsleep":
                self._reason = 0

    @operation
    def reset_cause(self, *_: int) -> int:
        return self._cause

    @operation
    def machine_reset(self, *_: int) -> None:
        raise HardReset("reset")

    @operation
    def bootloader(self, *_: int) -> None:
        raise HardReset("bootloader")

    # -- sleep -----------------------------------------------------------------------------------

    @operation
    def wake_on_pin(self, gpio: int, high: int, _: int) -> None:
        """ESP32 ext0: this pin at this level ends a sleep; gpio -1: none does."""
        self._ext0 = () if gpio < 0 else ((self._wake_pin(gpio), bool(high)),)

    @operation
    def wake_on_pins(self, gpio: int, high: int, first: int) -> None:
        """ESP32 ext1: one pin more that ends a sleep; the first forgets those of before."""
        self._ext1 = () if first else self._ext1
        if gpio >= 0:
            self._ext1 = (*((pin, bool(high)) for pin, _ in self._ext1), (self._wake_pin(gpio), bool(high)))

    def _wake_pin(self, gpio: int) -> int:
        self._pins.check(gpio)
        if "RTC" not in self._pins.board.mcu.pins[gpio].functions:
            raise GuestError("ValueError", "invalid pin")
        return gpio

    def _woken_by(self) -> int:
        """Which kind of wake pin is at its level now; 0: none."""

        def at_level(pins: tuple[tuple[int, bool], ...]) -> list[bool]:
            return [bool(self._pins.level(self._pins.pin(gpio))) == high for gpio, high in pins]

        if any(at_level(self._ext0)):
            return _EXT0
        levels = at_level(self._ext1)
        all_low = self._ext1 and not self._ext1[0][1]  # WAKEUP_ALL_LOW wants all, WAKEUP_ANY_HIGH one
        return _EXT1 if levels and (all(levels) if all_low else any(levels)) else 0

    def _sleep(self, until_us: int | None, *, any_interrupt: bool) -> int:
        """Until the time or what wakes. Returns the reason."""
        for gpio, _ in self._ext0 + self._ext1:
            self._pins.pin_irq(gpio, FALLING | RISING, 0)
        self._missed = []
        while True:
            woken = self._woken_by()
            if woken:
                return woken
            if until_us is not None and self._clock.now_us() >= until_us:
                return _TIMER
            self.wait(until_us)
            if any_interrupt and (until_us is None or self._clock.now_us() < until_us):
                return self._woken_by()
            self._missed += self.take_interrupts()

    def _until_us(self, ms: int) -> int | None:
        return self._clock.now_us() + ms * 1000 if ms else None

    @operation
    def lightsleep(self, ms: int, *_: int) -> None:
        self._reason = self._sleep(self._until_us(ms), any_interrupt=self._platform == "rp2")
        for number in self._missed:  # they were late, not lost
            self.interrupt(number)

    @operation
    def deepsleep(self, ms: int, *_: int) -> None:
        until_us = self._until_us(ms)
        if self._platform != "rp2":  # there the chip sleeps lightly and then resets itself
            pulls = {gpio: self._pins.pin(gpio).pull for gpio, _ in self._ext0 + self._ext1}
            self.let_go()
            for gpio, pull in pulls.items():
                self._pins.pin_init(gpio, 0, pull)
        self._reason = self._sleep(until_us, any_interrupt=self._platform == "rp2")
        raise HardReset("deepsleep")

    @operation
    def wake_reason(self, *_: int) -> int:
        return self._reason

    @operation
    def cpu_freq(self, *_: int) -> int:
        return self.cpu_hz

    @operation
    def set_cpu_freq(self, hz: int, peripheral_hz: int, _: int) -> None:
        """Raises what ports/rp2/modmachine.c and ports/esp32/modmachine.c raise."""
        if self._platform == "esp32":
            if hz // 1_000_000 not in _ESP32_MHZ:
                raise GuestError("ValueError", "frequency must be 20MHz, 40MHz, 80Mhz, 160MHz or 240MHz")
            self.cpu_hz = hz // 1_000_000 * 1_000_000
            return
        if not rates.pll(hz // 1000):
            raise GuestError("ValueError", "cannot change frequency")
        self.cpu_hz = hz // 1000 * 1000
        if peripheral_hz not in (_USB_HZ, hz):
            raise GuestError("ValueError", "peripheral freq must be 48_000_000 or the same as the MCU freq")
