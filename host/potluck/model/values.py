# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The numbers of a recipe: settings that can be tuned and channels that are reported."""

from __future__ import annotations

from dataclasses import dataclass

from potluck.model import units
from potluck.model.reader import Table, show, suggest

MAX_ENTRIES = 32


@dataclass(frozen=True)
class Setting:
    """A number that a person may tune within [low, high].

    runs  name of the part whose single run it measures (in mL or s), or ""
    """

    name: str
    default: int | float
    low: int | float
    high: int | float
    unit: str
    help: str
    runs: str


@dataclass(frozen=True)
class Channel:
    """Something that is reported. states: words for 0, 1, …, or (); over: its window or ""."""

    name: str
    unit: str
    decimals: int
    range: tuple[float, float] | None
    states: tuple[str, ...]
    over: str
    help: str


def limited(table: Table) -> Table:
    """The table, unless it has more entries than a board can hold."""
    if len(table.keys()) > MAX_ENTRIES:
        raise table.wrong("", f"has more than {MAX_ENTRIES} entries",
                          "a board cannot hold that many")
    return table


def read_settings(table: Table, parts: dict) -> tuple[dict[str, Setting], dict[str, Setting]]:
    """[settings] and [settings.calibration], each by name; no name may be in both."""
    inner = limited(table.table("calibration", {}))
    calibration = {name: _setting(name, sub, parts, help_needed=False)
                   for name, sub in inner.entries()}
    settings = {name: _setting(name, sub, parts) for name, sub in limited(table).entries()}
    for name in settings:
        if name in calibration:
            raise inner.wrong(name, "is a setting as well", "give one of them another name")
    return settings, calibration


def _setting(name: str, table: Table, parts: dict, *, help_needed: bool = True) -> Setting:
    low, high = table.pair("range")
    setting = Setting(
        name=name, default=table.number("default", low=low, high=high), low=low, high=high,
        unit=_unit(table), help=table.text("help", ... if help_needed else ""),
        runs=table.name("runs", ""),
    )
    if setting.runs and setting.runs not in parts:
        raise table.wrong("runs", f'"{setting.runs}" is no part of this recipe',
                          suggest(setting.runs, parts))
    table.done()
    return setting


def _unit(table: Table) -> str:
    unit = table.text("unit", most=20)
    if not units.is_unit(unit):
        raise table.wrong("unit", f"{show(unit)} is not a UCUM code potluck knows",
                          suggest(unit, units.UNITS))
    return unit


def read_channel(name: str, table: Table) -> Channel:
    """One entry of [channels]."""
    states = table.texts("states", (), least=2, most=8)
    if any(len(state) > 20 for state in states):
        raise table.wrong("states", "must be words of at most 20 letters")
    channel = Channel(
        name=name, unit=_unit(table), decimals=table.integer("decimals", 0, low=0, high=6),
        range=table.pair("range", None), states=states, over=table.text("over", "", most=20),
        help=table.text("help", ""),
    )
    if states and (channel.unit != "1" or channel.decimals):
        raise table.wrong("states", 'go with unit = "1" and no decimals')
    table.done()
    return channel
