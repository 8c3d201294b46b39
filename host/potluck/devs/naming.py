# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Verb: give the board at a port a name, list the names, take one away."""

from __future__ import annotations

from typing import NamedTuple

from potluck import link as links
from potluck.errors import BoardNameTaken, PortNotFound
from potluck.link.nicknames import all_names, forget, give

__all__ = ["Given", "all_names", "forget", "name_board"]


class Given(NamedTuple):
    """by_socket: the board has no serial number of its own, so the name belongs to its USB socket."""

    name: str
    key: str
    what: str
    by_socket: bool


def name_board(port: str, name: str) -> Given:
    """Name the board that is at this port now.

    Raises PortNotFound when there is none, NameInvalid, NameTaken when another board has the name, and
    BoardNameTaken when it is that of a running virtual board.
    """
    key, what = _board_at(port)
    virtual = f"virtual:{name}"
    if key != virtual and any(one.key == virtual for one in links.find_boards()):
        raise BoardNameTaken(f"a virtual board that runs is called '{name}'", do="choose another name")
    give(name, key, what)
    return Given(name, key, what, "@" in key and "://" not in key)


def _board_at(port: str) -> tuple[str, str]:
    if "://" in port:
        return port, port
    one = links.board_at(port)
    if one is None:
        raise PortNotFound(
            "no board that could be known again is here",
            where=port,
            do="'potluck devs' lists the ports that can be named",
        )
    return one.key, f"{one.what}, serial number {one.serial}" if one.kind == "usb" and one.serial else one.what
