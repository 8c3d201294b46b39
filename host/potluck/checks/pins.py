# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Rules about the board's pins: taken twice, or not able to do what the part needs."""

from __future__ import annotations

from collections.abc import Iterator

from potluck.checks.finding import ERROR, WARNING, Finding
from potluck.checks.keys import pin_key
from potluck.model import Pin, PinUse, Wiring

# What a driver's way of using a pin asks of it (uses of model/mcu.py).
_ASKS = {"adc": ("adc",), "pin": ("input",), "in_up": ("input", "pull"),
         "in_down": ("input", "pull"), "out": ("output",), "pwm": ("output",), "int": (),
         "i2c": ("input", "output"), "onewire": ("input", "output")}
_BUS_ASKS = {"sck": ("output",), "mosi": ("output",), "miso": ("input",), "tx": ("output",),
             "rx": ("input",)}


def asks(use: PinUse) -> tuple[str, ...]:
    """What the pin must be able to do for this use, each once."""
    found = [ask for how in use.hows
             for ask in (_ASKS[how] if how in _ASKS else _BUS_ASKS[use.terminal.name])]
    if use.terminal.pulls:
        found.append("pull")
    return tuple(dict.fromkeys(found))


def fits(wiring: Wiring, pin: Pin, use: PinUse) -> bool:
    """Whether the pin could serve this use without any objection."""
    asked, safe = asks(use), use.terminal.safe
    if safe is not None and pin.can.boot and (pin.can.boot == "up") != bool(safe):
        return False                                    # an actuator would move while the board starts
    return (not any(limit.when in ("", *asked) for limit in pin.can.limits)
            and ("adc" not in use.hows or bool(pin.can.adc))
            and routed(wiring, pin, use)
            and ("pwm" not in use.hows or _pwm(wiring, pin)))


def try_pins(wiring: Wiring, use: PinUse) -> str:
    """``try GP8 or GP9``: free pins that fit, the nearest first."""
    taken = {other.pin.gpio for other in wiring.uses}
    free = [pin for pin in wiring.board.pins.values() if pin.gpio not in taken and fits(wiring, pin, use)]
    free.sort(key=lambda pin: (abs(pin.gpio - use.pin.gpio), pin.gpio))
    names = [pin.name for pin in free[:3]]
    return f"try {' or '.join(names)}" if names else "no free pin fits: use another board"


def pin_conflict(wiring: Wiring) -> Iterator[Finding]:
    """A pin serves one terminal."""
    first: dict[int, PinUse] = {}
    for use in wiring.uses:
        other = first.setdefault(use.pin.gpio, use)
        if other is not use:
            yield Finding(
                "pin-conflict", ERROR,
                f"{use.pin.name} already goes to {other.part} ({other.terminal.label})",
                pin_key(wiring, use.part), try_pins(wiring, use), (other.part, use.part))


def pin_function(wiring: Wiring) -> Iterator[Finding]:
    """An ADC or PWM needs a pin that has one."""
    for use in wiring.uses:
        pin = use.pin
        if "adc" in use.hows and not pin.can.adc:
            yield Finding("adc-missing", ERROR,
                          f"{use.part} is analog and {pin.name} has no ADC",
                          pin_key(wiring, use.part), try_pins(wiring, use), (use.part,))
        if "pwm" in use.hows and not _pwm(wiring, pin):
            yield Finding("pwm-missing", ERROR, f"{use.part} needs PWM and {pin.name} has none",
                          pin_key(wiring, use.part), try_pins(wiring, use), (use.part,))


def routed(wiring: Wiring, pin: Pin, use: PinUse) -> bool:
    """Whether the chip can bring a bus's line to the pin; True for what is no line of a bus."""
    return (not use.function or use.function in pin.can.functions
            or use.function.rstrip("_ABCDEFGHIJKLMNOPQRSTUVWXYZ").rstrip("0123456789") in wiring.board.mcu.matrix)


def pin_limit(wiring: Wiring) -> Iterator[Finding]:
    """Input-only, flash, console and strapping pins; a pull where there is none."""
    words = {"input": "be read", "output": "be driven", "pull": "have a pull resistor",
             "adc": "be read"}
    for use in wiring.uses:
        blocked = set()
        for ask in asks(use):
            limit = use.pin.limit(ask)
            if limit and limit.name not in blocked:
                blocked.add(limit.name)
                rule = "pull-missing" if ask == "pull" and limit.name == "input_only" \
                    else f"pin-{limit.name.replace('_', '-')}"
                yield Finding(rule, ERROR,
                              f"{use.part} needs {use.pin.name} to {words[ask]}: {limit.text}",
                              pin_key(wiring, use.part), try_pins(wiring, use), (use.part,))
        for limit in use.pin.can.limits:
            if limit.severity == "avoid" and limit.when in ("", *asks(use)):
                yield Finding(f"pin-{limit.name.replace('_', '-')}", WARNING,
                              f"{use.part} is on {use.pin.name}: {limit.text}",
                              pin_key(wiring, use.part), try_pins(wiring, use), (use.part,))


def _pwm(wiring: Wiring, pin: Pin) -> bool:
    return "PWM" in wiring.board.mcu.matrix or any(
        name.startswith("PWM") for name in pin.can.functions)


RULES = (pin_conflict, pin_function, pin_limit)
