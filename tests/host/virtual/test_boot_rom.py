# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What an ESP32 says before its firmware, and that GPIO0 low at a reset keeps the firmware from starting.

The lines are those of the chip (esptool documentation, "Boot Mode Selection"; forum posts quote them).
"""

import pytest

from potluck.virtual.session import Session

MAX = float("inf")
WAITS = "rst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))\r\nwaiting for download\r\n"


def test_gpio0_low_at_a_reset_waits_for_a_download():
    with Session("esp32_devkitc", speed=MAX) as board:
        pin = board.board.pin(0)
        board.prompt()
        pin.hold(0.0)
        assert board.run("print(1)") == "1\r\n"  # it is looked at in a reset only
        board.begin("import machine; machine.reset()")
        board.read_until("rst:0xc (SW_CPU_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n")  # by software it is not looked at
        board.prompt()
        board.board.hard_reset()
        assert board.read_until(WAITS).endswith("ets Jul 29 2019 12:21:46\r\n\r\n" + WAITS)
        board.send(b"\r\x03print('never')\r")
        pin.release()
        board.board.hard_reset()
        said = board.prompt()
        assert "rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n" in said
        assert "MicroPython" in said and "never" not in said and "waiting" not in said
        assert list(board.board.resets)[-3:] == ["pin", "bootloader", "pin"]


def test_gpio2_has_a_say_and_the_register_tells_of_every_pin():
    with Session("esp32_devkitc", speed=MAX) as board:
        for gpio, volts in ((0, 0.0), (2, 3.3), (4, 3.3), (5, 0.0)):
            board.board.pin(gpio).hold(volts)
        board.prompt()
        board.board.power_cut()
        board.read_until("boot:0xe (SPI_FAST_FLASH_BOOT)\r\n")


def test_a_deep_sleep_ends_in_the_rom_too():
    with Session("esp32_devkitc", speed=MAX) as board:
        board.begin("import machine; machine.deepsleep(1000)")
        board.read_until("rst:0x5 (DEEPSLEEP_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n")
        board.prompt()


def test_native_usb_is_another_device_meanwhile():
    with Session("arduino_nano_esp32", speed=MAX) as board:
        board.prompt()
        board.board.pin(0).hold(0.0)
        board.board.hard_reset()
        board.board.pin(0).release()
        assert board.board.on_board(lambda: list(board.board.resets))[-1] == "bootloader"
        board.board.hard_reset()
        assert "MicroPython" in board.prompt()


@pytest.mark.parametrize("kind", ["pico", "pico_w"])
def test_an_rp2040_has_no_such_pin(kind):
    with Session(kind, speed=MAX) as board:
        board.board.pin(0).hold(0.0)
        board.board.hard_reset()
        assert "ets" not in board.prompt() + board.prompt()
