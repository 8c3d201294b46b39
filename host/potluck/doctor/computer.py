# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""This side of the cable: what is plugged in, its driver, who may open the port and who has it open."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from potluck import link as links
from potluck.doctor.finding import ERROR, NOTE, WARNING, Told, check
from potluck.flasher.drives import Drive, find_drives
from potluck.link.find import Found
from potluck.link.holder import all_holders, group_advice
from potluck.link.usb_devices import UsbDevice, usb_devices
from potluck.link.usb_ids import UsbId, lookup


@dataclass
class Computer:
    """What can be seen without opening a port.

    system    sys.platform
    refused   port → how its user gets access, for ports that may not be opened
    holders   port → (pid, program) of those who have it open
    """

    system: str
    ports: list[Found] = field(default_factory=list)
    devices: list[UsbDevice] = field(default_factory=list)
    drives: list[Drive] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    holders: dict[str, list[tuple[int, str]]] = field(default_factory=dict)


def look() -> Computer:
    """This computer, now."""
    ports = links.find_boards()
    real = [one.port for one in ports if one.kind == "usb"]
    refused = {}
    if os.name == "posix":
        refused = {port: group_advice(port) for port in real if not os.access(port, os.R_OK | os.W_OK)}
    return Computer(sys.platform, ports, usb_devices(slow=True), find_drives(), refused, all_holders(real, slow=True))


# Bridge → its driver: the Linux kernel's module, the vendor's page for Windows and macOS.
_DRIVERS = {
    "CP21": ("cp210x", "Silicon Labs, 'CP210x USB to UART Bridge VCP Drivers'"),
    "CH34": ("ch341", "WCH, 'CH341SER'"),
    "CH91": ("cdc_acm", "WCH, 'CH343SER'"),
    "FT": ("ftdi_sio", "FTDI, 'VCP Drivers'"),
    "PL23": ("pl2303", "Prolific, 'PL2303 Windows Driver'"),
}
_BY_CDC = ("CH342", "CH343")  # speak the class that every system knows


@check(ERROR)
def nothing_on_usb(seen: Computer) -> Iterator[Told]:
    """No port, no drive, no bootloader: a cable that only charges looks exactly like this."""
    known = [device for device in seen.devices if lookup(device.vid, device.pid)]
    if not any(one.kind == "usb" for one in seen.ports) and not known and not seen.drives:
        yield (
            "no board shows up on USB at all",
            "USB",
            "try another cable first: many only charge. Then another socket, on the computer itself; then hold "
            "BOOTSEL (or BOOT) while plugging in: a board that appears then only lacks firmware",
        )


@check(ERROR)
def no_driver(seen: Computer) -> Iterator[Told]:
    """A bridge is there and there is no port for it."""
    with_port = {one.usb for one in seen.ports}
    for device in seen.devices:
        known = lookup(device.vid, device.pid)
        if not known or not known.bridge or device.usb in with_port or _taken_by_brltty(seen, device):
            continue
        yield (
            f"{known.bridge} [{device.usb}] is plugged in and has no serial port: its driver is missing",
            f"USB {device.location}".strip(),
            _driver_advice(seen.system, known, device),
        )


def _driver_advice(system: str, known: UsbId, device: UsbDevice) -> str:
    module, vendor = next(
        (driver for prefix, driver in _DRIVERS.items() if known.bridge.startswith(prefix)), ("cdc_acm", "its maker")
    )
    if known.bridge in _BY_CDC:
        module = "cdc_acm"
    if system == "linux":
        return f"load it: sudo modprobe {module}; if there is none, install your system's package of extra kernel modules"
    if system == "darwin":
        return (
            f"update macOS, which brings one; else install it ({vendor}) and allow it in System Settings, "
            "Privacy & Security"
        )
    code = f" (Windows says code {device.problem})" if device.problem else ""
    return f"install it{code}: {vendor}; then unplug the board and plug it in again"


@check(ERROR)
def driver_taken(seen: Computer) -> Iterator[Told]:
    """Linux: the program for Braille displays takes every CH340 for one (Debian bug 667616, Ubuntu 1958224)."""
    for device in seen.devices:
        if _taken_by_brltty(seen, device):
            yield (
                f"the CH340 [{device.usb}] is taken by brltty, the program for Braille displays",
                f"USB {device.location}",
                "if you use no Braille display: sudo apt remove brltty, then plug the board in again",
            )


def _taken_by_brltty(seen: Computer, device: UsbDevice) -> bool:
    known = lookup(device.vid, device.pid)
    return (
        seen.system == "linux"
        and device.driver == "usbfs"
        and bool(known and known.bridge.startswith("CH34"))
        and device.usb not in {one.usb for one in seen.ports}
    )


@check(ERROR)
def port_permission(seen: Computer) -> Iterator[Told]:
    """The port's own group decides, whatever it is called on this system."""
    for port, advice in seen.refused.items():
        yield ("you may not open this port", port, advice)


@check(WARNING)
def port_busy(seen: Computer) -> Iterator[Told]:
    """Two programs at one port steal each other's bytes."""
    for port, who in seen.holders.items():
        names = ", ".join(f"{program} (process {pid})" for pid, program in who)
        probing = any("modem" in program.lower() for _, program in who)
        yield (
            f"another program has this port open: {names}",
            port,
            "wait some seconds: it looks whether the board is a modem" if probing else "close it there",
        )


@check(ERROR)
def bootloader_waits(seen: Computer) -> Iterator[Told]:
    """The chip runs its bootloader and no program: BOOTSEL was held, or there is no firmware."""
    for drive in seen.drives:
        yield (
            f"a board ({drive.model}) waits in its bootloader",
            str(drive.path),
            "potluck flash puts MicroPython on it. If it has MicroPython, plug it in again without BOOTSEL; if it "
            "comes up here every time, BOOTSEL is shorted or the flash is empty",
        )
    shown = {_ROM_OF.get(drive.board_id) for drive in seen.drives}
    for device in seen.devices:
        known = lookup(device.vid, device.pid)
        if known and known.boot and device.usb not in shown:
            yield (
                f"{known.label} [{device.usb}] is plugged in",
                f"USB {device.location}".strip(),
                f"{known.note}; press RESET once to leave the bootloader",
            )


_ROM_OF = {"RPI-RP2": "2e8a:0003", "RP2350": "2e8a:000f"}


@check(NOTE)
def no_board(seen: Computer) -> Iterator[Told]:
    """Ports that are known to be something else."""
    for one in seen.ports:
        if not one.is_board and not ((known := lookup(*_ids(one.usb))) and known.boot):
            yield (f"{one.what}: {one.note}", one.port, "name the port in a command if it is your board all the same")


def _ids(usb: str) -> tuple[int | None, int | None]:
    vid, _, pid = usb.partition(":")
    return (int(vid, 16), int(pid, 16)) if vid and pid else (None, None)


CHECKS = (nothing_on_usb, no_driver, driver_taken, port_permission, port_busy, bootloader_waits, no_board)
