# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Which USB ids are boards, which chip is behind them, and how their serial line behaves.

Sources, by vendor:
  2e8a        raspberrypi/usb-pid Readme.md; MicroPython ports/rp2/mpconfigport.h
  303a        espressif/usb-pids; ESP-IDF "USB Serial/JTAG Controller" (1001) and "USB DFU" (0002, 0009);
              MicroPython ports/esp32 (4001)
  2341, 2a03  ArduinoCore-avr, -samd, -mbed and -renesas boards.txt; MicroPython's boards ARDUINO_NANO_*
  10c4, 1a86, 0403, 067b  Linux drivers/usb/serial cp210x.c, ch341.c, ftdi_sio_ids.h, pl2303.h; the list of
              linux-usb.org; WCH's ch343 driver (55d2 to 55d8: chips that speak CDC)
  239a        Adafruit: one id per board and firmware, adafruit/uf2-samdx1 and circuitpython
  f055, 0483  MicroPython ports/stm32 (9800 ff.); STMicroelectronics AN2606 (DFU)
"""

from __future__ import annotations

from typing import NamedTuple


class UsbId(NamedTuple):
    """What a USB id says.

    label     for people
    board     may run MicroPython
    note      why not, when it may not
    chip      the microcontroller, when the id says which ("RP2040")
    bridge    the USB-to-UART chip in front of it ("CP210x"); its driver is what a computer needs
    firmware  what runs there, when the id says it ("MicroPython")
    boot      the chip waits in its bootloader, and runs no program
    """

    label: str
    board: bool = True
    note: str = ""
    chip: str = ""
    bridge: str = ""
    firmware: str = ""
    boot: bool = False


_AVR = "cannot run MicroPython: an AVR has 2 to 8 KB of memory"
_OTHER_PROGRAM = "runs another program, not MicroPython"
_PROBE = "is a debug probe, not a board"


def _bridge(name: str) -> UsbId:
    return UsbId(f"{name} USB bridge, usually an ESP32", bridge=name)


def _avr(name: str) -> UsbId:
    return UsbId(f"Arduino {name}", board=False, note=f"an AVR {name} {_AVR}", chip="AVR")


def _boot(name: str, chip: str, how: str) -> UsbId:
    return UsbId(f"{name}, bootloader", board=False, note=f"waits in its bootloader: {how}", chip=chip, boot=True)


def _not(label: str, note: str, chip: str = "", firmware: str = "") -> UsbId:
    return UsbId(label, board=False, note=note, chip=chip, firmware=firmware)


_FLASH = "potluck flash puts MicroPython on it"

# (vid, pid) first, then (vid, None) for the rest of a vendor
USB_IDS: dict[tuple[int, int | None], UsbId] = {
    (0x2E8A, 0x0003): _boot("RP2040", "RP2040", _FLASH),
    (0x2E8A, 0x000F): _boot("RP2350", "RP2350", _FLASH),
    (0x2E8A, 0x0005): UsbId("Raspberry Pi Pico family, MicroPython", firmware="MicroPython"),
    (0x2E8A, 0x000B): _not(
        "Raspberry Pi Pico, CircuitPython", "runs CircuitPython, not MicroPython", "RP2040", "CircuitPython"
    ),
    (0x2E8A, 0x0009): _not("Raspberry Pi Pico, C program", "runs a C program, not MicroPython"),
    (0x2E8A, 0x000A): _not("Raspberry Pi Pico, C program", "runs a C program, not MicroPython", "RP2040"),
    (0x2E8A, 0x0004): _not("Raspberry Pi Picoprobe", _PROBE),
    (0x2E8A, 0x000C): _not("Raspberry Pi Debug Probe", _PROBE),
    (0x2E8A, 0x000D): _not("Raspberry Pi USB hub", "is a hub, not a board"),
    (0x2E8A, 0x000E): _not("Raspberry Pi USB hub", "is a hub, not a board"),
    (0x2E8A, None): UsbId("RP2040 or RP2350 board"),
    (0x303A, 0x0002): _boot("ESP32-S2", "ESP32-S2", _FLASH),
    (0x303A, 0x0009): _boot("ESP32-S3", "ESP32-S3", _FLASH),
    (0x303A, 0x1001): UsbId("Espressif, built-in USB"),
    (0x303A, 0x1002): _not("Espressif ESP-Prog bridge", _PROBE),
    (0x303A, 0x4001): UsbId("ESP32, MicroPython", firmware="MicroPython"),
    (0x303A, None): UsbId("Espressif board"),
    (0x10C4, 0xEA60): _bridge("CP210x"),
    (0x10C4, 0xEA63): _bridge("CP210x"),
    (0x10C4, 0xEA70): _bridge("CP2105"),
    (0x10C4, 0xEA71): _bridge("CP2108"),
    (0x1A86, 0x7522): _bridge("CH340"),
    (0x1A86, 0x7523): _bridge("CH340"),
    (0x1A86, 0x5523): _bridge("CH341"),
    (0x4348, 0x5523): _bridge("CH340"),
    (0x9986, 0x7523): _bridge("CH340"),
    (0x1A86, 0x55D2): _bridge("CH342"),
    (0x1A86, 0x55D3): _bridge("CH343"),
    (0x1A86, 0x55D4): _bridge("CH9102"),
    (0x1A86, 0x55D8): _bridge("CH9101"),
    (0x0403, 0x6001): UsbId("FTDI USB bridge", bridge="FT232R"),
    (0x0403, 0x6010): UsbId("FTDI USB bridge", bridge="FT2232"),
    (0x0403, 0x6011): UsbId("FTDI USB bridge", bridge="FT4232"),
    (0x0403, 0x6014): UsbId("FTDI USB bridge", bridge="FT232H"),
    (0x0403, 0x6015): UsbId("FTDI USB bridge", bridge="FT-X"),
    (0x067B, 0x2303): UsbId("PL2303 USB bridge", bridge="PL2303"),
    (0x067B, 0x23A3): UsbId("PL2303 USB bridge", bridge="PL2303"),
    (0x2341, 0x056B): UsbId("Arduino Nano ESP32", chip="ESP32-S3", firmware="MicroPython"),
    # its DFU bootloader and Arduino programs share this id
    (0x2341, 0x0070): UsbId(
        "Arduino Nano ESP32, bootloader or Arduino program", board=False, chip="ESP32-S3", boot=True,
        note=f"runs no MicroPython: {_FLASH}",
    ),
    (0x2341, 0x025E): UsbId("Arduino Nano RP2040 Connect", chip="RP2040"),
    (0x2341, 0x005E): _not("Arduino Nano RP2040 Connect, Arduino program", _OTHER_PROGRAM, "RP2040"),
    (0x2341, 0x015E): _not("Arduino Nano RP2040 Connect, Arduino program", _OTHER_PROGRAM, "RP2040"),
    (0x2341, 0x0001): _avr("UNO"),
    (0x2341, 0x0043): _avr("UNO"),
    (0x2341, 0x0243): _avr("UNO"),
    (0x2A03, 0x0043): _avr("UNO"),
    (0x2341, 0x0010): _avr("Mega"),
    (0x2341, 0x0042): _avr("Mega"),
    (0x2341, 0x0242): _avr("Mega"),
    (0x2A03, 0x0042): _avr("Mega"),
    (0x2341, 0x0036): _avr("Leonardo"),
    (0x2341, 0x8036): _avr("Leonardo"),
    (0x2341, 0x0037): _avr("Micro"),
    (0x2341, 0x8037): _avr("Micro"),
    (0x2341, 0x0058): _avr("Nano Every"),
    (0x2341, 0x0069): _not("Arduino UNO R4 Minima", "has no MicroPython that potluck knows", "RA4M1"),
    (0x2341, 0x1002): _not("Arduino UNO R4 WiFi", "has no MicroPython that potluck knows", "RA4M1"),
    (0x2341, None): UsbId("Arduino board"),
    (0x239A, None): UsbId("Adafruit board"),
    (0xF055, None): UsbId("MicroPython board", firmware="MicroPython"),
    (0x0483, 0xDF11): _boot("STM32", "STM32", "press reset to leave it"),
}

# USB-to-UART bridges: behind them DTR and RTS are real wires, often to an ESP32's reset circuit.
# Everything else on USB is native, where DTR only says that somebody listens.
BRIDGE_VENDORS = {0x10C4, 0x1A86, 0x0403, 0x067B, 0x4348, 0x9986}
# Native, and yet the chip takes RTS and DTR as a DevKit's two transistors do: ESP32-C3, -C6, -S3
# (Technical Reference Manuals, "USB Serial/JTAG Controller", CDC-ACM reset).
RESETS_BY_LINES = {(0x303A, 0x1001)}


def lookup(vid: int | None, pid: int | None) -> UsbId | None:
    """What is known about an id; None for a stranger."""
    if vid is None:
        return None
    return USB_IDS.get((vid, pid)) or USB_IDS.get((vid, None))
