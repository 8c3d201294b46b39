# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Rules about PWM: outputs that share what they cannot share."""

from __future__ import annotations

from collections.abc import Iterator

from potluck.checks.finding import ERROR, Finding
from potluck.checks.keys import pin_key
from potluck.checks.pins import try_pins
from potluck.model import PinUse, Wiring


def pwm_slice(wiring: Wiring) -> Iterator[Finding]:
    """Two PWM parts on one channel of one slice would move together."""
    for use, other, channel in _sharing(wiring, len("PWM0_A")):
        yield Finding("pwm-slice", ERROR,
                      f"{use.pin.name} and {other.pin.name} ({other.part}) are both {channel}",
                      pin_key(wiring, use.part), try_pins(wiring, use), (other.part, use.part))


def pwm_frequency(wiring: Wiring) -> Iterator[Finding]:
    """The two channels of a slice run at one frequency."""
    for use, other, shared in _sharing(wiring, len("PWM0")):
        one, two = (_hertz(wiring, held) for held in (use, other))
        if _channel(use) != _channel(other) and (one != two or "changing" in (one, two)):
            yield Finding("pwm-frequency", ERROR,
                          f"{use.part} wants {_words(one)} on {use.pin.name} and {other.part} {_words(two)} on"
                          f" {other.pin.name}: both are {shared} and share its frequency",
                          pin_key(wiring, use.part), try_pins(wiring, use), (other.part, use.part))


def pwm_many(wiring: Wiring) -> Iterator[Finding]:
    """A chip that brings PWM to any pin has so many channels, and frequencies, and no more."""
    has = wiring.board.mcu.peripherals
    used = [use for use in wiring.uses if "pwm" in use.hows]
    rates = {_hertz(wiring, use) if not _varies(wiring, use) else use.part for use in used}
    for count, most, what in ((len(used), has.pwm_channels, "PWM outputs"), (len(rates), has.pwm_timers, "PWM frequencies")):
        if most and count > most:
            yield Finding("pwm-many", ERROR, f"{count} {what} are asked for and {wiring.board.mcu.title} has {most}",
                          pin_key(wiring, used[-1].part), "do without one of them", tuple(use.part for use in used))


def _sharing(wiring: Wiring, letters: int) -> Iterator[tuple[PinUse, PinUse, str]]:
    """Pairs of PWM uses on different pins whose functions begin with the same letters (PWM0, PWM0_A)."""
    first: dict[str, PinUse] = {}
    for use in wiring.uses:
        name = _channel(use)
        if "pwm" not in use.hows or not name:
            continue
        shared = name[:len(name) - len("PWM0_A") + letters]
        other = first.setdefault(shared, use)
        if other is not use and other.pin.gpio != use.pin.gpio:
            yield use, other, shared


def _channel(use: PinUse) -> str:
    return next((name for name in use.pin.can.functions if name.startswith("PWM")), "")


def _varies(wiring: Wiring, use: PinUse) -> bool:
    return bool(wiring.recipe.parts[use.part].part.electrical.get("pwm_varies"))


def _hertz(wiring: Wiring, use: PinUse) -> str:
    if _varies(wiring, use):
        return "changing"
    return f"{wiring.recipe.parts[use.part].part.electrical.get('pwm_hz', 0):g} Hz"


def _words(hertz: str) -> str:
    return "one tone after another" if hertz == "changing" else hertz


RULES = (pwm_slice, pwm_frequency, pwm_many)
