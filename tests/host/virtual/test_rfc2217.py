# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""RFC 2217: every byte value, the auto-reset circuit of an ESP32 DevKit, the DTR of native USB."""

import subprocess
import sys
import time

import pytest
import serial

from potluck.virtual import daemon, registry
from tests.needs import need


@pytest.fixture
def start():
    need("loopback")
    yield lambda board: daemon.start(board=board, rfc2217=True)
    for board in registry.running():
        board.stop()


def opened(url, **lines):
    port = serial.serial_for_url(url, do_not_open=True, baudrate=115200, timeout=5)
    for line, on in lines.items():
        setattr(port, line, on)
    port.open()
    return port


def resets(board):
    return board.control({"do": "status"})["resets"]


def esptool_hard_reset(port):
    """esptool's HardReset: EN low by RTS, then up."""
    port.dtr = False
    port.rts = True
    time.sleep(0.1)
    port.rts = False


def test_an_esp32_is_reset_by_its_lines(start):
    board = start("esp32_devkitc")
    with opened(board.port, dtr=False, rts=False) as port:
        port.write(b"\r")
        port.read_until(b">>> ")
        before = resets(board)
        port.rts = True  # EN is low: the board stands still
        port.write(b"print('never seen')\r\n")
        port.rts = False
        said = port.read_until(b">>> ")
        assert b"MicroPython" in said and b"never seen" not in said
        assert resets(board) == [*before, "pin"]


def test_opening_with_both_lines_resets_nothing(start):
    board = start("esp32_devkitc")
    with opened(board.port) as port:  # pyserial asserts DTR, then RTS
        port.write(b"6*7\r\n")
        assert b"42" in port.read_until(b"42")
    assert "pin" not in resets(board)[2:]


def test_the_way_to_the_bootloader_is_esptools(start):
    """esptool's ClassicReset, line by line: EN low, then EN high with GPIO0 low."""
    board = start("esp32_devkitc")
    with opened(board.port, dtr=False, rts=False) as port:
        port.write(b"\r")
        port.read_until(b">>> ")
        port.dtr = False
        port.rts = True
        time.sleep(0.1)
        port.dtr = True
        port.rts = False
        time.sleep(0.05)
        port.dtr = False
        said = port.read_until(b"waiting for download\r\n")
        assert b"boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))" in said and b"MicroPython" not in said
        assert board.control({"do": "status"})["bootloader"] is True
        esptool_hard_reset(port)
        said = port.read_until(b">>> ")
        assert b"boot:0x13 (SPI_FAST_FLASH_BOOT)" in said and b"MicroPython" in said
        assert resets(board)[-2:] == ["bootloader", "pin"]


def test_every_byte_comes_through(start):
    board = start("pico")
    with opened(board.port) as port:
        port.write(b"import sys; w = sys.stdout.buffer.write(bytes(range(256)) * 20); print('end')\r\n")
        said = port.read_until(b"end\r\n>>> ")
        assert bytes(range(256)) * 20 in said


def test_native_usb_is_silent_without_dtr_and_resets_by_no_line(start):
    board = start("pico")
    with opened(board.port, dtr=False) as port:
        port.timeout = 0.3
        port.write(b"print('lost')\r\n")
        assert port.read(100) == b""
        port.dtr = True
        port.timeout = 5
        port.write(b"print('seen')\r\n")
        assert b"seen\r\n" in port.read_until(b"seen\r\n>>> ")
        esptool_hard_reset(port)
    assert resets(board) == ["power"]


@pytest.mark.parametrize("kind", ["pico", "esp32_devkitc"])
def test_mpremote_works_over_it(start, kind, tmp_path):
    need("mpremote")
    board = start(kind)
    (tmp_path / "file").write_bytes(bytes(range(256)) * 8)

    def mpremote(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "mpremote", "connect", board.port, *arguments],
            capture_output=True, timeout=60, cwd=tmp_path,
        )  # fmt: skip
        assert done.returncode == 0, (done.stdout + done.stderr).decode()
        return done.stdout

    assert mpremote("exec", "print(6 * 7)") == b"42\r\n"
    mpremote("cp", "file", ":file", "+", "cp", ":file", "back")
    assert (tmp_path / "back").read_bytes() == (tmp_path / "file").read_bytes()
