# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Files that people take for firmware and that are something else, recognised by name."""

from __future__ import annotations

import re
import struct

_STARTS = (
    (b"\x7fELF", "an ELF file, which is for debuggers"),
    (b"PK\x03\x04", "a ZIP archive: unpack it first"),
    (b"\x1f\x8b", "a gzip archive: unpack it first"),
    (b"DfuSe", "a DfuSe file, which is for STM32 boards"),
    (b"M\x06", "a compiled MicroPython module (.mpy) and not MicroPython itself"),
    (b"%PDF", "a PDF document"),
    (b"MZ", "a Windows program"),
)
_ESP8266_IRAM = range(0x4010_0000, 0x4011_0000)  # where an ESP8266 begins to run; no ESP32 has code there
_TEXTS = (
    (re.compile(rb"\s*(?:<!doctype html|<html|<\?xml|<head)", re.I), "a web page and not firmware"),
    (re.compile(rb"\s*:[0-9A-Fa-f]{10}"), "an Intel HEX file, which is for other chips"),
    (re.compile(rb"\s*(?:import |from \w+ import |# |def |\"\"\")"), "source code"),
    (re.compile(rb"\s*[{\[]\s*[\"\d\]}]"), "a JSON text"),
)


def stranger(data: bytes) -> str | None:
    """What the data is, in words that follow "is"; None when it may be firmware."""
    if not data:
        return "empty"
    for start, words in _STARTS:
        if data.startswith(start):
            return words
    for form, words in _TEXTS:
        if form.match(data[:400]):
            return words
    if data[:1] == b"\xe9" and len(data) >= 16:
        # Espressif's ESP8266 image has eight bytes of header and no chip id (esptool documentation,
        # "Firmware image format"), so that only the entry point tells it from an ESP32's.
        if struct.unpack_from("<I", data, 4)[0] in _ESP8266_IRAM:
            return "an ESP8266 image, which no ESP32 runs"
    sample = data[:512]
    if len(set(data[:65536])) == 1:
        return f"nothing but bytes of 0x{data[0]:02x}"
    if all(byte in b"\t\n\r" or 32 <= byte < 127 for byte in sample):
        return "a text file"
    return None
