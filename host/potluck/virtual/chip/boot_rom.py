# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What an ESP32 does before its firmware: it looks at its strapping pins and says so on UART0.

Sources: ESP32 Series Datasheet, section 2.4 (strapping pins), ESP32 Technical Reference Manual, register GPIO_STRAP;
esptool documentation, "Boot Mode Selection", which explains these lines.
"""

from __future__ import annotations

from collections.abc import Callable

from potluck.model.board import Board
from potluck.virtual.chip.pins import PULL_DOWN, PULL_UP, Pin, Pins
from potluck.virtual.resets import HardReset

_GPIO_STRAP = (5, 15, 4, 2, 0, 12)  # ESP32: which pin is which bit of the register, lowest first
_BOOT, _BOOT_2 = 0, {"esp32": 2, "esp32s3": 46}  # both low at the reset: the ROM waits for a download
_PULLS = {"up": PULL_UP, "down": PULL_DOWN}
_LATCHES = ("power", "pin")  # the resets that look at the pins again
_REASONS = {
    "power": "0x1 (POWERON_RESET)", "pin": "0x1 (POWERON_RESET)", "deepsleep": "0x5 (DEEPSLEEP_RESET)",
    "watchdog": "0xc (SW_CPU_RESET)", "fault": "0xc (SW_CPU_RESET)", "reset": "0xc (SW_CPU_RESET)",
}  # fmt: skip
_FLASH = (
    "configsip: 0, SPIWP:0xee\r\n"
    "clk_drv:0x00,q_drv:0x00,d_drv:0x00,cs0_drv:0x00,hd_drv:0x00,wp_drv:0x00\r\n"
    "mode:DIO, clock div:2\r\n"
)


_NONE = "invalid header: 0xffffffff\r\n" * 8


class BootRom:
    """text: what it says on the board's line. waits: it starts no firmware until the next reset. bare: it finds none."""

    def __init__(self, board: Board, pins: Pins) -> None:
        self._board = board
        self._pins = pins
        self.text = ""
        self.waits = False
        self.bare = False
        self.has_firmware: Callable[[], bool] = lambda: True
        self.pressed = False  # for the next start: a bridge holds GPIO0 low by its DTR
        self._straps = 0x13

    def start(self, cause: HardReset) -> None:
        """The chip comes out of a reset, all its pins as the reset left them."""
        self.text, name = "", self._board.mcu.name
        if cause.kind in _LATCHES:
            self.waits = name in _BOOT_2 and not self._high(_BOOT) and not self._high(_BOOT_2[name])
            if name == "esp32":
                self._straps = sum(self._high(gpio) << bit for bit, gpio in enumerate(_GPIO_STRAP))
        else:
            self.waits = False
        self.pressed = False
        self.bare = not self.waits and not self.has_firmware()
        if name == "esp32":
            edges = f"{'R' if self._straps & 2 else 'F'}EI_{'R' if self._straps & 1 else 'F'}EO"
            mode = f"DOWNLOAD_BOOT(UART0/UART1/SDIO_{edges}_V2)" if self.waits else "SPI_FAST_FLASH_BOOT"
            self.text = (
                f"ets Jul 29 2019 12:21:46\r\n\r\nrst:{_REASONS[cause.kind]},boot:{self._straps:#x} ({mode})\r\n"
                + ("waiting for download\r\n" if self.waits else _NONE if self.bare else _FLASH)
            )  # fmt: skip

    def _high(self, gpio: int) -> bool:
        if gpio == _BOOT and self.pressed:
            return False
        pull = _PULLS.get(self._board.mcu.pins[gpio].boot, 0)
        volts = self._pins.volts(Pin(gpio, pull=pull))
        return volts is not None and volts > self._pins.supply_v / 2
