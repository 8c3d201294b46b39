# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What buying one means: the [buy] table of a part or a board."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from potluck.model.hardware import Sources
from potluck.model.reader import Table

_CURRENCY = re.compile(r"[A-Z]{3}")
_DATE = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Purchase:
    """number: the maker's part number, {ohms} in it as on the part (4K7), or ""; price of one piece.

    currency  ISO 4217; dated: the month of the price, "2026-11"; source says what kind of price it is
    """

    number: str
    price: float
    currency: str
    dated: str
    substitutes: tuple[str, ...]
    source: str

    def number_for(self, options: Mapping) -> str:
        """The part number with an option's value in it."""
        return self.number.replace("{ohms}", ohms_code(options["ohms"]) if "ohms" in options else "{ohms}")


def read_purchase(table: Table, sources: Sources) -> Purchase:
    """The [buy] table."""
    currency, dated = table.text("currency"), table.text("dated")
    if not _CURRENCY.fullmatch(currency):
        raise table.wrong("currency", "is not three capitals", 'write "USD", for example')
    if not _DATE.fullmatch(dated):
        raise table.wrong("dated", "is not a month", 'write "2026-11", for example')
    found = Purchase(
        table.text("number", ""), float(table.number("price", low=0, high=10_000)), currency, dated,
        table.texts("substitutes", ()), sources.of(table),
    )  # fmt: skip
    table.done()
    return found


def ohms_code(ohms: float) -> str:
    """A resistance as makers write it into part numbers (IEC 60062): 220R, 4K7, 1M."""
    for factor, letter in ((1e6, "M"), (1e3, "K"), (1, "R")):
        if ohms >= factor:
            whole, _, rest = f"{ohms / factor:g}".partition(".")
            return f"{whole}{letter}{rest}"
    return f"R{f'{ohms:g}'.partition('.')[2]}"
