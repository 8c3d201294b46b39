# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a rule has to say about a wiring."""

from __future__ import annotations

from dataclasses import dataclass

ERROR, WARNING, NOTE = "error", "warning", "note"
LEVELS = (ERROR, WARNING, NOTE)


@dataclass(frozen=True)
class Finding:
    """One thing found.

    rule   kebab-case name of the rule, stable
    level  "error" (must not be built), "warning" (works with care) or "note"
    what   part, pin and number against limit; one sentence without a full stop
    where  file and key it comes from
    do     what to change
    parts  names of the recipe's parts it is about
    """

    rule: str
    level: str
    what: str
    where: str
    do: str
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.do}"

    def as_dict(self) -> dict:
        """For --json: strings and one list."""
        return {"rule": self.rule, "level": self.level, "what": self.what, "where": self.where,
                "do": self.do, "parts": list(self.parts)}
