# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How a chip on I2C says which it is: the [identity] table of a part.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from potluck.model.reader import Table


@dataclass(frozen=True)
class Identity:
    """The register, what it must hold, and chips that are often sold in its place (name -> what theirs holds)."""

    register: int
    id: int
    others: Mapping[str, int]


def read_identity(table: Table) -> Identity:
    """The [identity] table."""
    others = table.table("others", {})
    found = {name: others.integer(name, low=0, high=255) for name in others.keys()}
    others.done()
    identity = Identity(
        table.integer("register", low=0, high=255), table.integer("id", low=0, high=255), MappingProxyType(found)
    )
    table.done()
    return identity
