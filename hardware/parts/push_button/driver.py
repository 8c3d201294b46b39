# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Push-button between a pin with its pull-up and GND. `pressed` is an event: `@app.on(button.pressed)`."""

from time import sleep_ms, ticks_diff, ticks_ms

from micropython import const

_SETTLE_MS = const(8)  # Omron B3F bounces up to 5 ms; sparks of a motor are over long before
_DEAF_MS = const(50)  # edges so soon after a press belong to it


class _Press:
    def __init__(self, pin):
        self._pin = pin
        self._callbacks = []
        self._last_ms = None

    def watch(self, callback):
        """Call it, without arguments, at each press. The interrupt is on from the first watch."""
        self._callbacks.append(callback)
        if len(self._callbacks) == 1:
            self._pin.irq(self._edge, self._pin.IRQ_FALLING)

    def _edge(self, pin):
        # After a long time ticks_diff may be negative: that is not "soon".
        if self._last_ms is not None and 0 <= ticks_diff(ticks_ms(), self._last_ms) < _DEAF_MS:
            return
        # Letting go bounces too, and a long wire catches sparks: only a contact that stays is a press.
        sleep_ms(_SETTLE_MS)
        if pin():
            return
        self._last_ms = ticks_ms()
        for callback in self._callbacks:
            callback()


class PushButton:
    """pin: an input with its pull-up."""

    def __init__(self, pin):
        self._pin = pin
        self.pressed = _Press(pin)

    @property
    def closed(self):
        """True while somebody holds it."""
        return not self._pin()

    async def read(self):
        """1: held, 0: not."""
        return 1 if self.closed else 0
