# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The serial ports on USB that this computer has now, each with a key that stays with the board.

The system's own list comes from pyserial. Ports that are not USB (Bluetooth, built-in UARTs) are left
out: opening one by itself may hang, or wake something that is no board.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# Serial numbers that many boards share: Silicon Labs' CP2102 leaves the factory with 0001; every RP2040
# says E0C9125B0D9B in its boot ROM; the rest are examples that were never changed.
_SHARED = {"0001", "e0c9125b0d9b", "123456", "12345678", "0123456789abcdef", "serialnumber", "none"}

# macOS lists a bridge twice when the vendor's driver is installed beside Apple's own: by this name, and again.
_VENDOR_DRIVER = ("cu.wchusbserial", "cu.SLAB_USBtoUART")
_APPLE_DRIVER = "cu.usbserial"


class UsbPort(NamedTuple):
    """One serial port.

    device    what to open
    serial    the USB serial number, as the device says it; "" when it has none
    location  the USB socket ("1-1.2"), without the interface; "" when the system does not say
    product   the device's own words for itself; "" when there are none
    key       the same for the same board at every plugging in: made of its serial number, or of id and
              socket where there is none of its own
    """

    device: str
    vid: int
    pid: int
    serial: str
    location: str
    product: str
    key: str


def usb_ports() -> list[UsbPort]:
    """All of them, in the order of their names (COM9 before COM10)."""
    from serial.tools import list_ports

    listed = [port for port in list_ports.comports() if port.vid is not None and not _is_bluetooth(port)]
    listed = _without_doubles(sorted(listed, key=lambda port: _natural(port.device)))
    seen: dict[str, int] = {}
    ports = []
    for port in listed:
        serial, location = port.serial_number or "", _location(port)
        key = key_of(port.vid, port.pid or 0, serial, location or port.device)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] > 1:  # a second serial interface of the same device
            key = f"{key}#{seen[key]}"
        ports.append(UsbPort(port.device, port.vid, port.pid or 0, serial, location, port.product or "", key))
    return ports


def key_of(vid: int, pid: int, serial: str, location: str) -> str:
    """The board's key. An ESP32-S3 writes its number 24:0A:C4:00:01:10 in one mode and 240ac4000110 in the other."""
    plain = plain_serial(serial)
    return plain or f"{vid:04x}:{pid:04x}@{location}"


def plain_serial(serial: str) -> str:
    """Letters and digits of a serial number, in lower case; "" when it tells no two boards apart."""
    plain = re.sub(r"[^0-9a-z]", "", serial.lower())
    return "" if plain in _SHARED or not plain.strip("0") else plain


def _is_bluetooth(port) -> bool:
    """A USB id does not make it a USB port: Windows gives Bluetooth modems one, too."""
    hwid, device = (getattr(port, "hwid", "") or "").upper(), port.device
    return hwid.startswith("BTHENUM") or "Bluetooth" in device or device.startswith("/dev/rfcomm")


def _location(port) -> str:
    return (getattr(port, "location", None) or "").partition(":")[0]


def _without_doubles(listed: list) -> list:
    """One device, one entry: the vendor's driver wins over Apple's for the same socket."""
    taken = {
        (port.vid, port.pid, _location(port))
        for port in listed
        if any(name in port.device for name in _VENDOR_DRIVER) and _location(port)
    }
    return [
        port
        for port in listed
        if _APPLE_DRIVER not in port.device or (port.vid, port.pid, _location(port)) not in taken
    ]


def _natural(name: str) -> list:
    return [(int(piece), "") if piece.isdigit() else (-1, piece) for piece in re.split(r"(\d+)", name)]
