# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Tell an AVR Arduino behind a nameless USB bridge from an ESP32: its bootloader answers to STK500.

Source: Atmel application note AVR061, "STK500 Communication Protocol": GET_SYNC (0x30) and
CRC_EOP (0x20) are answered by INSYNC (0x14) and OK (0x10).
"""

from __future__ import annotations

import contextlib
import time

_GET_SYNC, _IN_SYNC = b"\x30\x20", b"\x14\x10"
_BAUDS = (115_200, 57_600)  # optiboot; the older Nano's


def answers(port: str) -> bool:
    """Whether an AVR's bootloader answers at the port. Resets what is there by DTR."""
    import serial

    if "://" in port:
        return False
    for baud in _BAUDS:
        with contextlib.suppress(OSError, ValueError), serial.Serial(port, baud, timeout=0.1) as line:
            with contextlib.suppress(OSError):
                line.dtr = False
                time.sleep(0.05)
                line.dtr = True
            end = time.monotonic() + 0.8
            while time.monotonic() < end:
                line.write(_GET_SYNC)
                if _IN_SYNC in line.read(16):
                    return True
    return False
