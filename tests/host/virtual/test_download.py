# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A virtual ESP32 in download mode and the unmodified esptool: what it reads, writes and erases, and what starts then."""

import os
import subprocess
import sys

import pytest

from potluck.virtual import daemon
from potluck.virtual.board import VirtualBoard
from potluck.virtual.esp_loader import SerialLoader
from potluck.virtual.session import Session
from tests.needs import need

MAX = float("inf")
FILES_AT = 0x200000


@pytest.fixture
def board():
    """With somebody's finger on BOOT when esptool is called, as its port has no lines."""
    need("esptool")
    need("pty")
    running = daemon.start(board="esp32_devkitc", speed=MAX)
    yield running
    running.stop()


def run(arguments):
    return subprocess.run([sys.executable, "-m", *map(str, arguments)], capture_output=True, text=True, timeout=120)


def esptool(board, *arguments):
    board.control({"do": "reset", "boot": True})
    done = run(["esptool", "--port", board.port, "--before", "no-reset", "--after", "no-reset", *arguments])
    assert done.returncode == 0, done.stdout + done.stderr
    board.control({"do": "reset"})
    return done.stdout


def mpremote(board, *arguments):
    return run(["mpremote", "connect", board.port, *arguments]).stdout


def test_esptool_knows_the_chip_and_micropython_runs_afterwards(board):
    said = esptool(board, "flash-id")
    assert "Detected flash size: 4MB" in said and "Running stub flasher" in said
    assert "Crystal frequency:  40MHz" in said and "ESP32-D0WDQ6" in said
    mac = mpremote(board, "exec", "import network; print(network.WLAN().config('mac').hex(':'))").strip()
    assert f"MAC:                {mac}" in said


def test_what_esptool_writes_is_the_boards_file_system(board, tmp_path):
    other = VirtualBoard("esp32_devkitc")
    other.flash.write_bytes("/note.txt", b"from another board")
    image = tmp_path / "files.bin"
    image.write_bytes(other.flash.image())
    other.stop()
    assert "Hash of data verified" in esptool(board, "--baud", 921600, "write-flash", hex(FILES_AT), image)
    assert mpremote(board, "exec", "print(open('note.txt').read())") == "from another board\n"
    back = tmp_path / "back.bin"
    esptool(board, "read-flash", hex(FILES_AT), hex(0x10000), back)
    assert back.read_bytes() == image.read_bytes()[:0x10000]


def test_without_firmware_it_complains_until_an_image_is_written(board, tmp_path):
    mpremote(board, "exec", "f = open('mine.txt', 'w'); f.write('mine'); f.close()")
    esptool(board, "erase-flash")
    assert board.control({"do": "status"})["bootloader"]
    image = tmp_path / "firmware.bin"
    image.write_bytes(b"\xe9" + os.urandom(20_000))
    keep = ["--flash-mode", "keep", "--flash-freq", "keep", "--flash-size", "keep", "--force"]
    esptool(board, "--no-stub", "write-flash", *keep, "0x1000", image)
    assert mpremote(board, "fs", "ls").split() == ["ls", ":", "75", "boot.py"]  # formatted, as by a first start


@pytest.mark.long
def test_esptool_presses_the_buttons_itself_where_the_port_has_lines():
    need("esptool")
    running = daemon.start(board="esp32_devkitc", speed=MAX, rfc2217=True)
    try:
        done = run(["esptool", "--port", running.port, "chip-id"])
        assert "Hard resetting via RTS pin" in done.stdout, done.stdout + done.stderr
        assert mpremote(running, "exec", "print(6 * 7)") == "42\n"
    finally:
        running.stop()


def bare_board():
    session = Session("esp32_devkitc", speed=MAX)
    session.start()
    session.prompt()
    session.board._flash_chip.erase(0x1000, 4096)
    return session


def test_a_bare_chip_says_so_again_and_again():
    session = bare_board()
    try:
        session.board.hard_reset()
        for _ in range(2):
            session.read_until("boot:0x13 (SPI_FAST_FLASH_BOOT)\r\ninvalid header: 0xffffffff\r\n")
        session.send(b"\r\x03")
        session.board.on_board(lambda: session.board._flash_chip.program(0x1000, b"\xe9"))
        session.board.hard_reset()
        session.prompt()
    finally:
        session.board.stop()


@pytest.mark.parametrize("rubbish", [
    b"\xc0\xc0", b"\xc0\x00\x08\xff\xff\xc0", b"\xc0" + bytes(300) + b"\xc0", b"\xc0\x00\x11\x00\x00\x00\x00\x00\x00\xc0",
    b"\xc0\x00\x02\x10\x00\x00\x00\x00\x00" + b"\xff" * 16 + b"\xc0", b"\xc0\x00\x13\x02\x00\x00\x00\x00\x00ab\xc0",
    b"\xc0\x00\x0f\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\xc0", b"hello\xc0" * 50,
])  # fmt: skip
def test_rubbish_gets_an_error_or_nothing_and_changes_no_flash(rubbish):
    with Session("esp32_devkitc", speed=MAX) as session:
        session.prompt()
        loader = SerialLoader("esp32", session.board._flash_chip, bytes(6))
        before = session.board.flash.image()
        loader.feed(rubbish)
        assert loader.baud > 0 and session.board.flash.image() == before
