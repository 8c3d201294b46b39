# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Hobby servo: an angle by the length of a pulse, fifty times a second."""

from micropython import const

_HZ = const(50)


class Servo:
    """pwm: an output. min_us, max_us: pulses at 0 and at `degrees`."""

    def __init__(self, pwm, *, min_us=500, max_us=2400, degrees=180):
        if not 400 <= min_us < max_us <= 2600:
            raise ValueError("servo: %s to %s us is no range of pulses" % (min_us, max_us))
        self._pwm = pwm
        self._min_us = min_us
        self._span_us = max_us - min_us
        self.degrees = degrees
        self.angle = None  # where it was sent; None: no pulses, it holds by friction only
        pwm.freq(_HZ)
        self.safe()

    @property
    def on(self):
        """True while it gets pulses."""
        return self.angle is not None

    def turn(self, angle):
        """Go to that angle, 0 … degrees, and hold it. ValueError, and no move: it cannot go there."""
        if not 0 <= angle <= self.degrees:  # also nan
            raise ValueError("a servo of %d degrees cannot turn to %s" % (self.degrees, angle))
        self._pwm.duty_ns(int(1000 * (self._min_us + self._span_us * angle / self.degrees)))
        self.angle = angle

    def safe(self):
        """No pulses: it stops holding."""
        try:
            self._pwm.duty_u16(0)
        except Exception:
            pass  # a PWM that was ended gives no pulses either
        self.angle = None
