# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Verb: what is plugged in. Every serial port, boot drive and running virtual board, with what it is.

What runs on a board is learned without a word to it: from its USB id, from a frame that it sends
while we listen, from what was heard of it before. Only a port that sent a valid frame, or a person who
says so (`ask`), makes this verb send anything.
"""

from __future__ import annotations

import functools
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field

from potluck import link as links
from potluck.devs.listen import LISTEN_S, Heard, listen
from potluck.errors import PotluckError
from potluck.flasher.drives import find_drives
from potluck.link import memory
from potluck.link.find import Found
from potluck.link.holder import all_holders
from potluck.link.memory import Facts
from potluck.link.usb_devices import UsbDevice, usb_devices
from potluck.link.usb_ids import lookup

__all__ = ["LISTEN_S", "Device", "devs"]


@dataclass(frozen=True)
class Device:
    """One thing that is plugged in, or pretends to be.

    port      what other commands take as PORT; a drive's folder; "" for a bootloader without either
    kind      "usb", "virtual", "drive" or "bootloader"
    what      for people, in a few words
    name      the maker's own, or ""
    usb, serial, chip, board       as far as known, else ""
    is_board  whether commands may choose it by themselves; note: why not
    facts     what runs there; source: "frame", "asked", "usb" (its id says so), "memory" or ""
    held_by   programs that have the port open, (pid, name)
    """

    port: str
    kind: str
    what: str
    name: str = ""
    usb: str = ""
    serial: str = ""
    chip: str = ""
    board: str = ""
    is_board: bool = True
    note: str = ""
    facts: Facts = field(default_factory=Facts)
    source: str = ""
    held_by: tuple[tuple[int, str], ...] = ()

    def as_dict(self) -> dict:
        """For --json: one level, `seen` as ISO 8601 (UTC) or ""."""
        told = asdict(self)
        facts, told["held_by"] = told.pop("facts"), [{"pid": pid, "program": who} for pid, who in self.held_by]
        at_s = facts.pop("at_s")
        facts.pop("board")
        told |= {("chip_id" if key == "id" else key): value for key, value in facts.items()}
        told["seen"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at_s)) if at_s else ""
        return told


def devs(*, listen_s: float = LISTEN_S, ask: bool = False) -> list[Device]:
    """Everything there is, ports first, then drives.

    listen_s  how long to listen, at all ports at once; 0: open no port
    ask       stop what runs on each board that said nothing, ask it at its prompt, start it again

    Never raises for a port that cannot be opened: it is listed with what is known.
    """
    found = links.find_boards()
    known = memory.recall()
    busy = all_holders([one.port for one in found if one.kind == "usb"])
    free = [one for one in found if one.is_board and not busy.get(one.port)]
    with ThreadPoolExecutor(1) as beside:
        listening = beside.submit(listen, [one.port for one in free] if listen_s > 0 else [], listen_s)
        drives, devices = [_drive(drive) for drive in find_drives()], usb_devices()
        for one in found:  # their boards' files are read while we listen
            _chip(known[one.key].board if one.key in known else one.board)
        heard = listening.result()
    if ask:
        from potluck.devs.ask import asked  # and with it mpremote, which a mere list need not wait for

        heard |= asked([one.port for one in free if not heard.get(one.port, Heard()).facts])
    memory.remember({one.key: heard[one.port].facts for one in free if _facts(heard, one.port)})
    listed = [_device(one, heard.get(one.port, Heard()), known.get(one.key), busy.get(one.port, ())) for one in found]
    return listed + drives + _portless(devices, found, drives)


def _facts(heard: dict[str, Heard], port: str) -> Facts | None:
    return heard[port].facts if port in heard else None


def _device(one: Found, heard: Heard, known: Facts | None, held_by) -> Device:
    facts, source = heard.facts, heard.source
    if facts is None and known is not None and (not one.firmware or one.firmware == known.firmware):
        facts, source = known, "memory"
    if facts is None and one.firmware:
        facts, source = Facts(firmware=one.firmware), "usb"
    note = one.note if not one.is_board else heard.note
    if held_by:
        note = "in use by " + ", ".join(f"{who} (process {pid})" for pid, who in held_by)
    board = (facts.board if facts else "") or one.board
    return Device(
        one.port, one.kind, one.what, one.name, one.usb, one.serial,
        chip=one.chip or _chip(board), board=board, is_board=one.is_board, note=note,
        facts=facts or Facts(), source=source, held_by=tuple(held_by),
    )  # fmt: skip


@functools.cache
def _chip(board: str) -> str:
    """The chip of a board, by potluck's name of it or by what MicroPython calls it ("… with RP2040")."""
    from potluck import model

    if not board:
        return ""
    try:
        machine = model.load_board(board).micropython.machine
    except PotluckError:
        machine = board
    return machine.rpartition(" with ")[2] if " with " in machine else ""


def _drive(drive) -> Device:
    return Device(
        str(drive.path), "drive", f"boot drive: {drive.model}", chip=_CHIPS.get(drive.board_id, ""),
        board=drive.board_id, is_board=False, note="waits for firmware: potluck flash", source="usb",
    )  # fmt: skip


# Board-ID of the two boot ROMs: RP2040 Datasheet 2.8.4, RP2350 Datasheet 5.5
_CHIPS = {"RPI-RP2": "RP2040", "RP2350": "RP2350"}


def _portless(devices: list[UsbDevice], found: list[Found], drives: list[Device]) -> list[Device]:
    """Bootloaders that show neither a port nor a drive: DFU, and drives that nobody has mounted."""
    with_port = {one.usb for one in found}
    with_drive = {drive.chip for drive in drives}
    listed = []
    for device in devices:
        known = lookup(device.vid, device.pid)
        if known and known.boot and device.usb not in with_port and known.chip not in with_drive:
            listed.append(
                Device(
                    "", "bootloader", f"{known.label} [{device.usb}]", usb=device.usb, serial=device.serial,
                    chip=known.chip, is_board=False, note=known.note, source="usb",
                )  # fmt: skip
            )
    return listed
