# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""From what a person writes to an open link."""

from __future__ import annotations

import os
import re

from potluck.errors import BoardNotRunning, PortNotFound
from potluck.link import nicknames
from potluck.link.base import Link
from potluck.link.listing import plain_serial, usb_ports

_SHORTCUTS = {"a": "/dev/ttyACM", "u": "/dev/ttyUSB", "c": "COM"}  # as in mpremote


def open_port(name: str, *, reset: bool = False) -> Link:
    """Open a port for this program alone, without resetting the board (unless reset is asked for).

    name   /dev/ttyACM0, COM3, a0/u0/c0, id:SERIAL, a name given by `potluck name`, virtual:NAME (or
           the NAME of a running virtual board), socket://host:port, rfc2217://host:port
    Raises PortNotFound, PortBusy, PortPermission, PortGone, BoardNotRunning.
    """
    from potluck.link.serial_port import SerialLink

    device = resolve(name)
    line = SerialLink(device, name=name)
    stays = _what_stays(name, device)
    line.look_again = lambda: resolve(stays)
    if reset:
        line.hard_reset()
    return line


def resolve(name: str) -> str:
    """The device path or URL behind a name.

    Raises PortNotFound for an id: nobody has and for a named board that is not plugged in,
    BoardNotRunning for a virtual: that does not run.
    """
    if "://" in name:
        return name
    if name.startswith("port:"):
        return resolve(name[len("port:") :])
    if name.startswith("id:"):
        return _by_serial(name[len("id:") :])
    if name.startswith("virtual:"):
        return _virtual(name[len("virtual:") :])
    shortcut = re.fullmatch(r"([auc])(\d+)", name)
    if shortcut:
        return _SHORTCUTS[shortcut[1]] + shortcut[2]
    if re.fullmatch(r"[a-z0-9_-]+", name):  # no device is named like this, folders may be
        own = nicknames.port_of(name)
        if own:
            return resolve(own)
        running = {board.name: str(board.port) for board in _running()}
        if name in running:
            return resolve(running[name])
    # a virtual board's stable name is a link to its pseudo-terminal
    return os.path.realpath(name) if os.path.islink(name) else name


def _what_stays(name: str, device: str) -> str:
    """A name that leads to the same board wherever it comes back: its USB serial number, or a virtual board's name."""
    if not name.startswith(os.sep):
        return name
    for port in usb_ports():
        if port.device == device and port.serial:
            return f"id:{port.serial}"
    for board in _running():
        if resolve(str(board.port)) == device:
            return f"virtual:{board.name}"
    return name


def _by_serial(serial: str) -> str:
    plain = plain_serial(serial)
    for port in usb_ports():
        if port.serial and (port.serial.lower() == serial.lower() or plain_serial(port.serial) == plain != ""):
            return port.device
    raise PortNotFound(
        "no board with this serial number", where=f"id:{serial}", do="'potluck devs' lists what there is"
    )


def _virtual(name: str) -> str:
    boards = _running()
    for board in boards:
        if board.name == name:
            return resolve(str(board.port))
    there = ", ".join(board.name for board in boards)
    raise BoardNotRunning(
        "no virtual board of this name is running",
        where=f"virtual:{name}",
        do=f"running: {there}" if there else "start one: potluck board start",
    )


def _running():
    from potluck.virtual import registry

    return registry.running()
