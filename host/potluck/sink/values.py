# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Values and times as people read them, and text from a board made safe to show."""

from __future__ import annotations

import re

from potluck.telemetry.events import Channel

# UCUM codes whose usual sign differs; other codes read as they are.
_SIGNS = {
    "1": "",
    "Cel": "°C",
    "[degF]": "°F",
    "deg": "°",
    "Ohm": "Ω",
    "um": "µm",
    "us": "µs",
    "uA": "µA",
    "m3": "m³",
}

# What a terminal would obey instead of showing: ANSI sequences first, then any other control character.
_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

NOTHING = "–"


def number(channel: Channel, value: int | float | None) -> str:
    """At the channel's decimals; as short as it goes when it declares none. "–" for no value."""
    if value is None:
        return NOTHING
    if channel.decimals is not None:
        return f"{value:.{channel.decimals}f}"
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def state(channel: Channel, value: int | float | None) -> str:
    """The state's name, when the channel has states and one is that; "" otherwise."""
    if value is None or not channel.states or value != int(value) or not 0 <= value < len(channel.states):
        return ""
    return shown(channel.states[int(value)])


def unit(channel: Channel) -> str:
    return shown(_SIGNS.get(channel.unit, channel.unit))


def reading(channel: Channel, value: int | float | None) -> str:
    """Value and unit, or the state: "41.5 %", "water", "no value"."""
    if value is None:
        return "no value"
    return state(channel, value) or f"{number(channel, value)} {unit(channel)}".strip()


def since_boot(t_ms: int) -> str:
    """Device time: 00:01:02.345, and days before it when there are any."""
    seconds, ms = divmod(t_ms, 1000)
    minutes, s = divmod(seconds, 60)
    hours, m = divmod(minutes, 60)
    days, h = divmod(hours, 24)
    clock = f"{h:02}:{m:02}:{s:02}.{ms:03}"
    return f"{days} d {clock}" if days else clock


def shown(text: str) -> str:
    """Text from a board without anything that a terminal would obey; tabs and line ends are kept."""
    return _CONTROL.sub("·", _ANSI.sub("", text))
