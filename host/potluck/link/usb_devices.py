# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What is plugged in at USB, ports or no ports: how a bootloader, a missing driver or a dead cable shows.

Linux tells it in /sys at once. macOS and Windows are asked through a program of their own (`slow`).
"""

from __future__ import annotations

import json
import plistlib
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple
from xml.parsers.expat import ExpatError

_SYSFS = Path("/sys/bus/usb/devices")
_ASK_S = 15.0


class UsbDevice(NamedTuple):
    """vid, pid, serial and product as the device says them; location: its socket ("1-1.2").

    driver   what takes care of it ("cdc_acm", "ch341"), "" for nothing, None when not known
    problem  Windows' error code for it (28: no driver), 0 for none
    """

    vid: int
    pid: int
    serial: str
    product: str
    location: str
    driver: str | None = None
    problem: int = 0

    @property
    def usb(self) -> str:
        return f"{self.vid:04x}:{self.pid:04x}"


def usb_devices(*, slow: bool = False) -> list[UsbDevice]:
    """All but hubs. Without `slow` only what costs a few milliseconds: on macOS and Windows nothing."""
    if sys.platform == "linux":
        return from_sysfs(_SYSFS)
    if not slow:
        return []
    if sys.platform == "darwin":
        return from_ioreg(_said("ioreg", "-p", "IOUSB", "-l", "-w", "0", "-a"))
    if sys.platform == "win32":
        return from_cim(_said("powershell", "-NoProfile", "-NonInteractive", "-Command", _CIM))
    return []


_CIM = (
    "Get-CimInstance Win32_PnPEntity -Filter \"DeviceID LIKE 'USB\\\\VID_%'\" | "
    "Select-Object DeviceID,Name,Service,ConfigManagerErrorCode | ConvertTo-Json -Compress"
)


def from_sysfs(root: Path) -> list[UsbDevice]:
    """What Linux shows below /sys/bus/usb/devices (Documentation/ABI/testing/sysfs-bus-usb)."""
    devices = []
    try:
        folders = sorted(root.iterdir())
    except OSError:
        return []
    for folder in folders:
        if ":" in folder.name or folder.name.startswith("usb"):
            continue
        try:
            vid, pid = (int(_line(folder / name), 16) for name in ("idVendor", "idProduct"))
        except ValueError:
            continue  # pulled out meanwhile
        if _line(folder / "bDeviceClass") == "09":
            continue  # a hub
        drivers = [
            (interface / "driver").resolve().name
            for interface in root.glob(f"{folder.name}:*")
            if (interface / "driver").exists()
        ]
        devices.append(
            UsbDevice(
                vid, pid, _line(folder / "serial"), _line(folder / "product"), folder.name, drivers[0] if drivers else ""
            )
        )
    return devices


def from_ioreg(plist: bytes) -> list[UsbDevice]:
    """What macOS' `ioreg -p IOUSB -l -a` says: a property list, a tree of devices."""
    try:
        tree = plistlib.loads(plist) if plist.strip() else []
    except (plistlib.InvalidFileException, ExpatError, ValueError):
        return []
    found: list[UsbDevice] = []

    def walk(node) -> None:
        for inner in node if isinstance(node, list) else [node]:
            if not isinstance(inner, dict):
                continue
            vid, pid = inner.get("idVendor"), inner.get("idProduct")
            if isinstance(vid, int) and isinstance(pid, int) and inner.get("bDeviceClass") != 9:
                said = [str(inner.get(key) or "") for key in ("USB Serial Number", "USB Product Name")]
                found.append(UsbDevice(vid, pid, *said, f"{inner.get('locationID', 0):08x}"))
            walk(inner.get("IORegistryEntryChildren", []))

    walk(tree)
    return found


def from_cim(text: bytes) -> list[UsbDevice]:
    """What Windows' Win32_PnPEntity says of USB devices, as JSON (one object, or a list of them)."""
    try:
        rows = json.loads(text) if text.strip() else []
    except ValueError:
        return []
    devices = []
    for row in rows if isinstance(rows, list) else [rows]:
        ids = re.match(r"USB\\VID_([0-9A-F]{4})&PID_([0-9A-F]{4})(?:&MI_\d\d)?\\(.*)", str(row.get("DeviceID")), re.I)
        if ids and row.get("Service") not in ("USBHUB3", "usbhub"):
            serial = ids[3] if re.fullmatch(r"\w+", ids[3]) else ""  # "5&2c…&0&1" is Windows' own
            problem = row.get("ConfigManagerErrorCode")
            devices.append(
                UsbDevice(
                    int(ids[1], 16), int(ids[2], 16), serial, str(row.get("Name") or ""), "",
                    row.get("Service") or "", problem if isinstance(problem, int) else 0,
                )  # fmt: skip
            )
    return devices


def _line(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _said(*words: str) -> bytes:
    try:
        return subprocess.run(words, capture_output=True, timeout=_ASK_S).stdout
    except (OSError, subprocess.TimeoutExpired):
        return b""
