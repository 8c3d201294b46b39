# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""From the generated configuration to ready drivers, and from any of them to its safe state."""

from config import PARTS
from machine import ADC, Pin

_ready = {}  # name -> driver
_actuators = []


def _object(how):
    """What a driver receives: ("adc", 26) -> ADC, ("out", 15, 0) -> Pin … as the generator says it."""
    if isinstance(how, int):
        return how
    kind, gpio = how[0], how[1]
    if kind == "adc":
        if hasattr(ADC, "ATTN_11DB"):  # ESP32: the whole range up to its supply
            return ADC(Pin(gpio), atten=ADC.ATTN_11DB)
        return ADC(Pin(gpio))
    if kind == "pin":
        return Pin(gpio, Pin.IN)
    if kind == "in_up":
        return Pin(gpio, Pin.IN, Pin.PULL_UP)
    if kind == "in_down":
        return Pin(gpio, Pin.IN, Pin.PULL_DOWN)
    if kind == "out":
        return Pin(gpio, Pin.OUT, value=how[2])
    # What not every recipe has is a file of its own, in connect/.
    return __import__("potluck.connect." + kind, None, None, ("make",)).make(*how[1:])


def part(name):
    """The driver of a part, made at the first call. ValueError: the recipe has no such part."""
    if name not in PARTS:
        raise ValueError("no part '%s'; there are: %s" % (name, ", ".join(PARTS)))
    if name not in _ready:
        module, kind, objects, options = PARTS[name]
        driver = getattr(__import__("drivers." + module, None, None, (kind,)), kind)
        arguments = {argument: _object(how) for argument, how in objects.items()}
        arguments.update(options)
        made = driver(**arguments)
        if hasattr(made, "safe"):
            _actuators.append(made)
            made.safe()
        _ready[name] = made
    return _ready[name]


def safe():
    """Every actuator to its safe state, by its driver, and then by its bare pins whatever the driver did."""
    for actuator in _actuators:
        try:
            actuator.safe()
        except Exception:
            pass  # a driver promises not to raise; the pins below do not depend on it
    for _, _, objects, _ in PARTS.values():
        for how in objects.values():
            if not isinstance(how, int) and how[0] == "out":  # a PWM's pin stays its driver's
                Pin(how[1], Pin.OUT, value=how[2])
