# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How a part behaves in a circuit simulator: the [spice] table of a part.toml, numbers only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from potluck.model.reader import Table

# element -> (terminals it must have, its numbers). What it stands is [electrical] max_v.
ELEMENTS = {
    "resistor": ((), ()),
    "diode": (("anode", "cathode"), ("is_a", "n", "rs_ohm", "cjo_pf")),
    "nmos": (("gate", "drain", "source"), ("vto_v", "kp_a_per_v2", "cgs_pf", "cgd_pf", "cds_pf")),
}


@dataclass(frozen=True)
class Spice:
    """element is one of ELEMENTS; numbers by name, in the unit that the name ends with."""

    element: str
    numbers: Mapping[str, float]


def read_spice(table: Table, terminals: Mapping[str, object]) -> Spice:
    """The [spice] table of a part with these terminals."""
    element = table.choice("element", ELEMENTS)
    needed, names = ELEMENTS[element]
    for name in needed:
        if name not in terminals:
            raise table.wrong("element", f'a {element} needs a terminal "{name}"')
    if element == "resistor" and len(terminals) != 2:
        raise table.wrong("element", "a resistor has two terminals")
    numbers = {name: float(table.number(name, low=0, high=1_000_000)) for name in names}
    table.done()
    return Spice(element, MappingProxyType(numbers))
