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
