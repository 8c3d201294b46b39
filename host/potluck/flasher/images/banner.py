# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Which MicroPython is in an image: the line that it prints at its prompt is in there as text.

Source: MicroPython py/mpconfig.h, MICROPY_BANNER_NAME_AND_VERSION.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_BANNER = re.compile(rb"MicroPython (v\d+\.\d+[\w.+-]{0,60}) on (\d{4}-\d\d-\d\d)(?:; ([ -~]{1,80}))?")


class Banner(NamedTuple):
    """version "v1.29.0", date "2026-08-24", machine "Raspberry Pi Pico with RP2040"; "" for what is not there."""

    version: str = ""
    date: str = ""
    machine: str = ""


def find_banner(data: bytes) -> Banner:
    """The first such line in the data."""
    found = _BANNER.search(data)
    if not found:
        return Banner()
    return Banner(*(part.decode("ascii") if part else "" for part in found.groups()))
