# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Which USB ids are boards, and how their serial line behaves.

Sources: raspberrypi/usb-pid (2e8a), espressif/usb-pids and esp-idf's USB docs (303a), the Linux
drivers cp210x, ch341 and ftdi_sio, arduino/ArduinoCore-* boards.txt (2341).
"""

from __future__ import annotations

from typing import NamedTuple


class UsbId(NamedTuple):
    """label for people; board: may run MicroPython; note: what to say when it cannot."""

    label: str
    board: bool = True
    note: str = ""


# (vid, pid) first, then (vid, None) for the rest of a vendor
USB_IDS: dict[tuple[int, int | None], UsbId] = {
    (0x2E8A, 0x0005): UsbId("Raspberry Pi Pico family, MicroPython"),
    (0x2E8A, 0x000B): UsbId(
        "Raspberry Pi Pico, CircuitPython", board=False, note="runs CircuitPython, not MicroPython"
    ),
    (0x2E8A, 0x0009): UsbId(
        "Raspberry Pi Pico, C program", board=False, note="runs a C program, not MicroPython"
    ),
    (0x2E8A, 0x000A): UsbId(
        "Raspberry Pi Pico, C program", board=False, note="runs a C program, not MicroPython"
    ),
    (0x2E8A, 0x0004): UsbId("Raspberry Pi Picoprobe", board=False, note="is a debug probe, not a board"),
    (0x2E8A, 0x000C): UsbId("Raspberry Pi Debug Probe", board=False, note="is a debug probe, not a board"),
    (0x2E8A, None): UsbId("RP2040 or RP2350 board"),
    (0x303A, 0x1001): UsbId("Espressif, built-in USB"),
    (0x303A, 0x4001): UsbId("ESP32, MicroPython"),
    (0x303A, None): UsbId("Espressif board"),
    (0x10C4, 0xEA60): UsbId("CP210x USB bridge, usually an ESP32"),
    (0x1A86, 0x7523): UsbId("CH340 USB bridge, usually an ESP32"),
    (0x1A86, 0x55D4): UsbId("CH9102 USB bridge, usually an ESP32"),
    (0x0403, 0x6001): UsbId("FTDI USB bridge"),
    (0x0403, 0x6015): UsbId("FTDI USB bridge"),
    (0x2341, 0x056B): UsbId("Arduino Nano ESP32"),
    (0x2341, 0x025E): UsbId("Arduino Nano RP2040 Connect"),
    (0x2341, 0x0043): UsbId("Arduino UNO", board=False, note="an AVR UNO cannot run MicroPython"),
    (0x2341, None): UsbId("Arduino board"),
    (0x239A, None): UsbId("Adafruit board"),
}

# USB-to-UART bridges: behind them DTR and RTS are real wires, often to an ESP32's reset circuit.
# Everything else on USB is native, where DTR only says that somebody listens.
BRIDGE_VENDORS = {0x10C4, 0x1A86, 0x0403, 0x067B}


def lookup(vid: int | None, pid: int | None) -> UsbId | None:
    """What is known about an id; None for a stranger."""
    if vid is None:
        return None
    return USB_IDS.get((vid, pid)) or USB_IDS.get((vid, None))
