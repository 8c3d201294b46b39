# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Boards that are there: plugged in, or running virtually."""

from __future__ import annotations

from typing import NamedTuple

from potluck.errors import PortAmbiguous, PortNotFound, PotluckError
from potluck.link import nicknames
from potluck.link.listing import usb_ports
from potluck.link.names import resolve
from potluck.link.usb_ids import lookup


class Found(NamedTuple):
    """One port at which there is, or may be, a board.

    port      what open_port takes
    what      a description for people
    kind      "usb" or "virtual"
    serial    USB serial number or the virtual board's name; "" when unknown
    is_board  whether `choose` may pick it by itself
    note      why not, when it may not
    key       stays the same for the same board (listing.UsbPort.key, "virtual:NAME")
    name      the name that the maker gave it, or ""
    usb       "2e8a:0005", or ""
    chip      the microcontroller, when the USB id says it, or ""
    firmware  what runs there, when the USB id says it, or ""
    board     the kind of a virtual board, or ""
    """

    port: str
    what: str
    kind: str
    serial: str = ""
    is_board: bool = True
    note: str = ""
    key: str = ""
    name: str = ""
    usb: str = ""
    chip: str = ""
    firmware: str = ""
    board: str = ""


def find_boards() -> list[Found]:
    """All USB serial ports and all running virtual boards, real ones first.

    Ports that are not USB (Bluetooth, built-in UARTs) are never listed: opening one by itself may
    hang or wake something that is no board.
    """
    names = nicknames.by_key()
    return [found._replace(name=names.get(found.key, "")) for found in _usb() + _virtual()]


def board_at(port: str) -> Found | None:
    """What is listed at a port, however it is written; None for network addresses and for what is not listed."""
    try:
        device = resolve(port)
    except PotluckError:
        return None
    for one in find_boards():
        if device in (one.port, resolve(one.port) if one.kind == "virtual" else one.port):
            return one
    return None


def choose(port: str | None) -> str:
    """The port that was named, or the only board there is.

    Raises PortNotFound when there is none and PortAmbiguous when there are several.
    """
    if port:
        return port
    found = find_boards()
    boards = [one for one in found if one.is_board]
    if len(boards) == 1:
        return boards[0].port
    if boards:
        names = ", ".join(f"{one.name or one.port} ({one.what})" for one in boards)
        raise PortAmbiguous(f"there are {len(boards)} boards: {names}", do="name one of them")
    if found:
        others = "; ".join(f"{one.port}: {one.note or 'not known as a board'}" for one in found)
        raise PortNotFound("no board found", where=others, do="name the port if one of these is your board")
    raise PortNotFound(
        "no board found: nothing shows up on USB",
        do="try another USB cable first (many only charge), then another socket; "
        "potluck doctor looks closer; without a board: potluck try plant-waterer",
    )


def _usb() -> list[Found]:
    found = []
    for port in usb_ports():
        known = lookup(port.vid, port.pid)
        label = known.label if known else (port.product or "USB serial port")
        usb = f"{port.vid:04x}:{port.pid:04x}"
        found.append(
            Found(
                port.device,
                f"{label} [{usb}]",
                "usb",
                port.serial,
                bool(known and known.board),
                known.note if known else "unknown USB id",
                port.key,
                usb=usb,
                chip=known.chip if known else "",
                firmware=known.firmware if known else "",
            )
        )
    return found


def _virtual() -> list[Found]:
    from potluck.virtual import registry

    return [
        Found(
            f"virtual:{board.name}",
            f"virtual {board.board}",
            "virtual",
            board.name,
            key=f"virtual:{board.name}",
            firmware="MicroPython",
            board=board.board,
        )
        for board in registry.running()
    ]
