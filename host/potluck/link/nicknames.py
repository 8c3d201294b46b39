# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Names that the maker gave to boards: `potluck name /dev/ttyACM0 balcony`, then `potluck watch balcony`.

A name belongs to the board and not to the socket: it is kept with the board's key (listing.UsbPort.key),
in data_dir()/names.json.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from potluck import places
from potluck.errors import NameInvalid, NameTaken, PortNotFound
from potluck.link import kept
from potluck.link.listing import usb_ports

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_SHORTCUT = re.compile(r"[auc]\d+|com\d+")


class Named(NamedTuple):
    """key: the board's; a "virtual:NAME" or a network address is its own. what: the board as it was then."""

    name: str
    key: str
    what: str


def all_names() -> list[Named]:
    """Every name there is, in the order of the alphabet."""
    return [
        Named(name, str(held.get("key", "")), str(held.get("what", "")))
        for name, held in sorted(kept.read(_file()).items())
    ]


def by_key() -> dict[str, str]:
    """key → name."""
    return {named.key: named.name for named in all_names()}


def give(name: str, key: str, what: str) -> None:
    """Name a board. A board has one name: an older one of its own goes.

    Raises NameInvalid, and NameTaken when another board has the name.
    """
    if not _NAME.fullmatch(name) or _SHORTCUT.fullmatch(name):
        raise NameInvalid(
            f"{name!r} cannot be a board's name",
            do="use up to 32 small letters, digits, '-' and '_'; a0, u0, c0 and com1 mean ports",
        )
    names = kept.read(_file())
    held = names.get(name)
    if held and held.get("key") != key:
        raise NameTaken(
            f"another board has the name '{name}': {held.get('what', '')}".rstrip(": "),
            do=f"choose another, or take it away there: potluck name --forget {name}",
        )
    names = {other: held for other, held in names.items() if held.get("key") != key}
    names[name] = {"key": key, "what": what}
    kept.write(_file(), names)


def forget(name: str) -> Named:
    """Take a name away; what had it. Raises PortNotFound when nothing is named so."""
    names = kept.read(_file())
    if name not in names:
        there = ", ".join(names)
        raise PortNotFound(
            f"no board has the name '{name}'", do=f"there are: {there}" if there else "no board was given a name yet"
        )
    held = names.pop(name)
    kept.write(_file(), names)
    return Named(name, str(held.get("key", "")), str(held.get("what", "")))


def port_of(name: str) -> str | None:
    """The port at which the board of that name is now; None when no board is named so.

    Raises PortNotFound when the board is not plugged in.
    """
    held = kept.read(_file()).get(name)
    if not held:
        return None
    key = str(held.get("key", ""))
    if key.startswith("virtual:") or "://" in key:
        return key
    for port in usb_ports():
        if port.key == key:
            return port.device
    raise PortNotFound(
        f"the board '{name}' is not plugged in: {held.get('what', key)}",
        where=name,
        do="plug it in; 'potluck devs' lists what is there",
    )


def _file():
    return places.data_dir() / "names.json"
