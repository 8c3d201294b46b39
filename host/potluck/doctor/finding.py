# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What the doctor has to say, and how a check is written: a function named after what it finds."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

ERROR, WARNING, NOTE = "error", "warning", "note"
LEVELS = (ERROR, WARNING, NOTE)

Told = tuple[str, str, str]


@dataclass(frozen=True)
class Finding:
    """One thing found.

    id     stable, kebab-case; a heading in docs/doctor.md
    level  "error" (does not work like this), "warning" (works with care, or may be meant) or "note"
    what   one sentence without a full stop
    where  the port, file, part or pin it is about
    do     what to do about it
    """

    id: str
    level: str
    what: str
    where: str
    do: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def check(level: str) -> Callable:
    """Makes a check of a function that yields (what, where, do): `no_driver` finds "no-driver"."""

    def make(function: Callable[..., Iterable[Told]]) -> Callable[..., list[Finding]]:
        id = function.__name__.strip("_").replace("_", "-")

        @functools.wraps(function)
        def run(*facts) -> list[Finding]:
            return [Finding(id, level, *told) for told in function(*facts)]

        run.id = id
        run.level = level
        return run

    return make
