# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""PWM outputs for drivers."""

from machine import PWM, Pin


def make(gpio, safe, hz):
    # Both at once: an ESP32's PWM begins at half duty when it is not told.
    return PWM(Pin(gpio), freq=hz, duty_u16=65535 * safe)
