# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The bill of materials: what to buy, as CSV and as a table for a README."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from potluck import checks
from potluck.model import Component, Wiring
from potluck.model.purchase import Purchase

_HEAD = ("quantity", "references", "part", "value", "part number", "price each", "currency", "price of", "substitutes")


@dataclass(frozen=True)
class Line:
    """One kind of thing. purchase None: nobody has said.

    references  in the schematic ("A1"); names: in the picture ("soil"; of a circuit's part "R1")
    """

    quantity: int
    references: tuple[str, ...]
    names: tuple[str, ...]
    title: str
    value: str
    number: str
    purchase: Purchase | None


def bom(wiring: Wiring) -> list[Line]:
    """The board first, then each kind of part in the order of the drawings."""
    checks.require(wiring)
    board = wiring.board
    buy = board.purchase
    lines = [Line(1, ("board",), ("board",), "Board", board.title, buy.number if buy else "", buy)]
    kinds: dict[tuple, list[Component]] = {}
    for component in wiring.components:
        kinds.setdefault((component.part.kind, component.value), []).append(component)
    for (_, value), same in kinds.items():
        part = same[0].part
        number = part.purchase.number_for(same[0].options) if part.purchase else ""
        refs = tuple(component.ref for component in same)
        names = tuple(component.ref if "." in component.owner else component.owner for component in same)
        lines.append(Line(len(same), refs, names, part.title, value, number, part.purchase))
    return lines


def bom_csv(wiring: Wiring) -> str:
    """Comma-separated, one line a kind, with a head; unknown cells are empty."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_HEAD)
    for line in bom(wiring):
        buy = line.purchase
        price = (f"{buy.price:.2f}", buy.currency, buy.dated, "; ".join(buy.substitutes)) if buy else ("",) * 4
        rows.writerow((line.quantity, " ".join(line.references), line.title, line.value, line.number, *price))
    return text.getvalue()


def bom_markdown(wiring: Wiring) -> str:
    """The same as a Markdown table with its sum, for a README."""
    lines = bom(wiring)
    rows = ["| | what | value | part number | each | instead |", "|---:|---|---|---|---:|---|"]
    for line in lines:
        buy = line.purchase
        refs = "" if line.references == ("board",) else f" ({', '.join(line.references)})"
        each, instead = (f"{buy.price:.2f} {buy.currency}", ", ".join(buy.substitutes)) if buy else ("", "")
        rows.append(f"| {line.quantity} | {line.title}{refs} | {line.value} | {line.number} | {each} | {instead} |")
    return "\n".join(rows) + "\n\n" + total(lines) + "\n"


def total(lines: list[Line]) -> str:
    """What it all costs, in a sentence; one for each currency and the months in which prices were taken."""
    sums: dict[str, float] = {}
    for line in lines:
        if line.purchase:
            sums[line.purchase.currency] = sums.get(line.purchase.currency, 0) + line.quantity * line.purchase.price
    months = sorted({line.purchase.dated for line in lines if line.purchase})
    if not sums:
        return "Nobody has noted prices yet."
    shown = " and ".join(f"{price:.2f} {currency}" for currency, price in sums.items())
    when = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
    return f"Together about {shown}: estimates of {when} for single pieces, no offers."
