# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Buses: lines of the board that several parts share, named as the board numbers them (``i2c0``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from potluck.model.board import Pin

# kind -> its lines. A part's terminal on a bus is named after its line; a UART's lines cross, so
# that a part's rx meets the board's tx.
BUSES: dict[str, tuple[str, ...]] = {
    "i2c": ("sda", "scl"),
    "spi": ("sck", "mosi", "miso"),
    "uart": ("tx", "rx"),
    "onewire": ("dq",),
}

_NAME = re.compile(rf"({'|'.join(BUSES)})(\d)")
_CHIPS_WORD = {"mosi": "TX", "miso": "RX"}            # the RP2040's tables say it like this


@dataclass(frozen=True)
class Bus:
    """One bus on one board.

    number  as in its name; that of the chip's I2C, SPI or UART
    pins    line -> pin of the board
    parts   names of the recipe's parts on it, in the recipe's order
    khz     what all of them can take (i2c, spi; a UART's baud / 1000), else 0
    """

    name: str
    kind: str
    number: int
    pins: Mapping[str, Pin]
    parts: tuple[str, ...]
    khz: float


def bus_kind(name: str) -> str:
    """``i2c0`` -> "i2c"; "" for what is no bus's name."""
    found = _NAME.fullmatch(name)
    return found[1] if found else ""


def bus_number(name: str) -> int:
    """``i2c0`` -> 0."""
    return int(name[-1])


def line_of(kind: str, terminal: str) -> str:
    """The bus's line that a part's terminal of that name meets."""
    if kind == "uart":
        return {"tx": "rx", "rx": "tx"}[terminal]
    return terminal


def function_of(name: str, line: str) -> str:
    """What a chip's table calls this line: ``i2c0, sda`` -> "I2C0_SDA"; "" when any pin will do."""
    if bus_kind(name) == "onewire":
        return ""
    return f"{name.upper()}_{_CHIPS_WORD.get(line, line.upper())}"
