# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Kinds of argument that several commands take."""

from __future__ import annotations

import click


class Speed(click.ParamType):
    """ "1", "60", "0.5" or "max" → virtual seconds per second (max: infinite)."""

    name = "speed"

    def convert(self, value, param, ctx):
        if isinstance(value, (int, float)):
            return float(value)
        if value.strip() == "max":
            return float("inf")
        try:
            speed = float(value)
        except ValueError:
            speed = 0.0
        if not 0 < speed < 1e9:
            self.fail(f"'{value}' is no speed; write 1, 60 or max", param, ctx)
        return speed


SPEED = Speed()


class Baud(click.ParamType):
    """ "115200" or "max" → bits per second (max: 0, no limit)."""

    name = "baud"

    def convert(self, value, param, ctx):
        if isinstance(value, int):
            return value
        if value.strip() == "max":
            return 0
        if not value.strip().isdecimal() or not 300 <= int(value) <= 10_000_000:
            self.fail(f"'{value}' is no baud rate; write 115200, 921600 or max", param, ctx)
        return int(value)


BAUD = Baud()


class Duration(click.ParamType):
    """20s, 5m, 1.5h, 500ms; a bare number is seconds."""

    name = "duration"
    _UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "": 1.0}

    def convert(self, value, param, ctx) -> float:
        if isinstance(value, int | float):
            return float(value)
        number = value.strip().rstrip("minhsd")
        scale = self._UNITS.get(value.strip()[len(number) :])
        try:
            seconds = float(number) * scale
        except (TypeError, ValueError):
            seconds = -1.0
        if not 0 < seconds < 1e9:
            self.fail(f"'{value}' is no duration; write 20s, 5m or 1h", param, ctx)
        return seconds


DURATION = Duration()
