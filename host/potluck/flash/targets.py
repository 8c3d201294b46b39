# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What is plugged in that firmware could be written to: serial ports, boot drives, waiting bootloaders."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from potluck import model
from potluck.deploy.target import virtual_board
from potluck.errors import BoardUnable, DriveUnusable, PortAmbiguous, PortNotFound
from potluck.flasher import dfu, drives
from potluck.link import resolve
from potluck.link.listing import usb_ports
from potluck.link.usb_ids import BRIDGE_VENDORS, lookup

@dataclass(frozen=True)
class Target:
    """One board to write to.

    port      as link.open_port takes it; "" for a drive
    drive     its boot drive, when it waits in a UF2 bootloader
    usb       (vid, pid); None for what is no USB port
    serial    USB serial number; "" when unknown
    device    block device of a boot drive that nobody mounted (Linux); None else
    label     for people
    """

    port: str = ""
    drive: drives.Drive | None = None
    usb: tuple[int, int] | None = None
    serial: str = ""
    device: Path | None = None
    label: str = ""

    @property
    def name(self) -> str:
        return self.port or str(self.drive.path if self.drive else self.device or self.serial or self.label)

    @property
    def is_bridge(self) -> bool:
        """Whether a USB-to-UART bridge is between: DTR and RTS are wires to the chip."""
        return self.usb is None or self.usb[0] in BRIDGE_VENDORS


def ports() -> list[Target]:
    """The serial ports on USB that may be boards, as the system lists them now."""
    found = []
    for port in usb_ports():
        known = lookup(port.vid, port.pid)
        label = known.label if known else (port.product or "USB serial port")
        found.append(Target(port.device, usb=(port.vid, port.pid), serial=port.serial, label=label))
    return found


def targets() -> list[Target]:
    """Everything that firmware could be written to, without opening any of it."""
    boards = [one for one in ports() if is_avr(one) or _may_be_board(one)]
    found = [Target(drive=drive, label=drive.model) for drive in drives.find_drives()]
    volumes = [chip.volume for chip in model.all_chips() if chip.volume]
    bare = [Target(device=path, label=f"{path.name}, not mounted") for path in drives.unmounted(volumes)]
    return boards + found + bare + _in_dfu()


def _in_dfu() -> list[Target]:
    """Nano ESP32s that wait in their DFU bootloader: no port, no drive."""
    if shutil.which("dfu-util") is None:
        return []
    usb = tuple(int(part, 16) for part in dfu.USB.split(":"))
    return [Target(usb=(usb[0], usb[1]), serial=serial, label="waits for dfu-util") for serial in dfu.waiting()]


def choose(port: str | None = None, drive: Path | None = None) -> Target:
    """The target that was named, or the only one there is.

    Raises PortNotFound, PortAmbiguous (which lists them), DriveUnusable, BoardUnable.
    """
    if drive:
        return of_drive(drive)
    if port:
        return of_port(port)
    found = targets()
    able = [one for one in found if not is_avr(one)]
    if len(able) == 1:
        return able[0]
    if able:
        listed = ", ".join(f"{one.name} ({one.label})" for one in able)
        first = next((f"--port {one.port}" if one.port else f"--drive {one.name}" for one in able if one.port or one.drive), "")
        raise PortAmbiguous(
            f"there are {len(able)} boards: {listed}",
            do=(f"name one: potluck flash {first}; or " if first else "") + "write to all of them: potluck flash --all",
        )
    if found:
        refuse_avr(found[0])
    raise PortNotFound(
        "no board found: nothing shows up on USB",
        do="try another USB cable first (many only charge); a new Pico: hold BOOTSEL while you plug it in",
    )


def of_port(name: str) -> Target:
    """The target at a port, with what the system knows of it. Raises BoardUnable for an AVR or a virtual board."""
    device = resolve(name)
    found = next((one for one in ports() if os.path.realpath(one.port) == os.path.realpath(device)), None)
    target = found or Target(device if "://" not in name else name, label="serial port")
    if found is None and virtual_board(name):
        raise BoardUnable(
            "this is a virtual board: it runs the one MicroPython that potluck brings along",
            where=name, do="nothing is to be done: potluck deploy puts a recipe on it",
        )  # fmt: skip
    refuse_avr(target)
    return target


def of_drive(folder: Path) -> Target:
    """The target at a folder: a boot drive, or a plain folder that stands in for one. Raises DriveUnusable."""
    if not folder.is_dir():
        raise DriveUnusable("there is no such folder", where=str(folder), do="plug the board in with BOOTSEL held")
    found = drives.read_drive(folder) or drives.Drive(folder, "", "folder", "")
    return Target(drive=found, label=found.model)


def is_avr(target: Target) -> bool:
    known = lookup(*target.usb) if target.usb else None
    return bool(known and known.chip == "AVR")


def refuse_avr(target: Target) -> None:
    """Raises BoardUnable for an AVR board."""
    if is_avr(target):
        raise unable(target.name)


def unable(where: str) -> BoardUnable:
    return BoardUnable(
        "this is an AVR Arduino (UNO, Nano, Mega …): its chip has 2 to 8 KB of memory and cannot run MicroPython",
        where=where,
        do="keep it for Arduino programs; a Raspberry Pi Pico or an ESP32 runs every recipe here",
    )


def chip_of_drive(target: Target) -> model.Chip | None:
    """The chip whose boot ROM shows such a drive; None when the drive does not say."""
    if not target.drive:
        volume = target.device.name if target.device else ""
        return next((chip for chip in model.all_chips() if volume and chip.volume == volume), None)
    board_id = target.drive.board_id
    return next((chip for chip in model.all_chips() if board_id and chip.board_id == board_id), None)


def _may_be_board(target: Target) -> bool:
    known = lookup(*target.usb) if target.usb else None
    # other programs than MicroPython are no reason: they are what is replaced
    return bool(known and (known.board or known.chip not in ("", "AVR") or known.boot))
