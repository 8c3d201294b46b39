# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A reset takes native USB off the bus and brings it back; a UART's bridge notices nothing of it."""

import os
import socket
import time

import pytest

from potluck.virtual import daemon, registry
from potluck.virtual.board import VirtualBoard
from potluck.virtual.ports.tcp import TcpPort

serial = pytest.importorskip("serial")
posix = pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are POSIX's")


def until(condition, timeout_s=10.0):
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)


@pytest.fixture
def on_pty(tmp_path):
    """make(kind) -> a running board with a terminal, and that terminal's port."""
    from potluck.virtual.ports.pty import PtyPort

    undo = []

    def make(kind, boot=b"", moves=False):
        board, port = VirtualBoard(kind), PtyPort(tmp_path / "board")
        board.flash.write_bytes("/boot.py", boot)
        port.moves = moves
        board.attach(port)
        port.open()
        undo.append((board, port))
        board.start()
        assert board.wait_ready()
        return board, port

    yield make
    for board, port in undo:
        board.stop()
        port.close()


def prompt(line):
    line.write(b"\r\x03\x02'he' + 're'\r")
    assert line.read_until(b"'here'\r\n>>> ").endswith(b">>> ")


@posix
def test_usb_goes_with_a_reset_and_comes_back_after_boot_py(on_pty):
    board, port = on_pty("pico", boot=b"import time\ntime.sleep(0.4)\nprint('never seen')")
    with serial.serial_for_url(port.name, timeout=5) as line:
        prompt(line)
        device = os.readlink(port.name)
        line.write(b"import machine; machine.reset()\r")
        until(lambda: not os.path.lexists(port.name))  # while boot.py runs there is no USB
        with pytest.raises((serial.SerialException, OSError)):
            while line.read(100) or True:
                line.write(b"\r")
    until(lambda: os.path.lexists(port.name))
    with serial.serial_for_url(port.name, timeout=5) as line:
        prompt(line)
        line.write(b"machine\r")
        assert b"NameError" in line.read_until(b">>> ")
        assert os.readlink(port.name).startswith("/dev/") and device.startswith("/dev/")
        line.write(b"\x04")  # a soft reset leaves the bus alone
        assert b"soft reboot" in line.read_until(b"reboot")
        assert b"never seen" in line.read_until(b">>> ")  # and here the port is there while boot.py runs
    assert list(board.resets) == ["power", "reset", "soft"]


@posix
def test_a_bridge_stays(on_pty):
    board, port = on_pty("esp32_devkitc")
    with serial.serial_for_url(port.name, timeout=5) as line:
        prompt(line)
        line.write(b"import machine; machine.reset()\r")
        assert b"MicroPython v" in line.read_until(b'information.\r\n>>> ')
        line.write(b"machine\r")
        assert b"NameError" in line.read_until(b">>> ")


@posix
def test_it_can_come_back_under_another_name(on_pty):
    board, port = on_pty("pico", moves=True)
    before = port.name
    moved = []
    port.on_move = lambda: moved.append(port.name)
    board.reset()
    until(lambda: moved)
    assert moved == [before + ".1"] and not os.path.lexists(before)
    with serial.serial_for_url(moved[0], timeout=5) as line:
        prompt(line)


def test_tcp_hangs_up_and_listens_again_at_the_same_number():
    board, port = VirtualBoard("pico"), TcpPort()
    board.attach(port)
    port.open()
    board.start()
    assert board.wait_ready()
    try:
        number = port.number
        with socket.create_connection(("127.0.0.1", number), timeout=5) as line:
            until(port.connected)
            board.reset()
            said = b"x"
            while said:
                said = line.recv(1000)  # what was under way, then the end
        until(lambda: port._running)
        assert port.number == number
        with socket.create_connection(("127.0.0.1", number), timeout=5) as line:
            line.sendall(b"\r\x02")
            said = b""
            while b">>> " not in said:
                said += line.recv(1000)
    finally:
        board.stop()
        port.close()


@posix
def test_a_pulled_cable_stays_pulled_over_a_reset(on_pty):
    board, port = on_pty("pico")
    port.unplug()
    board.reset()
    until(lambda: list(board.resets) == ["power", "pin"])
    time.sleep(0.2)
    assert not os.path.lexists(port.name)
    port.plug()
    with serial.serial_for_url(port.name, timeout=5) as line:
        prompt(line)


@posix
def test_the_bootloader_waits_for_the_button(monkeypatch, tmp_path):
    monkeypatch.setenv("POTLUCK_RUNTIME_DIR", str(tmp_path / "r"))
    board = daemon.start()
    try:
        with serial.serial_for_url(board.port, timeout=5) as line:
            prompt(line)
            line.write(b"import machine; machine.bootloader()\r")
            until(lambda: not os.path.lexists(board.port))
        until(lambda: board.control({"do": "status"})["bootloader"])
        assert board.control({"do": "status"})["resets"] == ["power", "bootloader"]
        time.sleep(0.1)
        assert not os.path.lexists(board.port)
        board.control({"do": "reset"})
        until(lambda: os.path.lexists(board.port))
        with serial.serial_for_url(board.port, timeout=5) as line:
            prompt(line)
        assert not board.control({"do": "status"})["bootloader"]
    finally:
        board.stop()


@posix
def test_a_moved_port_is_found_by_the_boards_name(monkeypatch, tmp_path):
    monkeypatch.setenv("POTLUCK_RUNTIME_DIR", str(tmp_path / "r"))
    board = daemon.start(moving_port=True)
    try:
        board.control({"do": "reset"})
        until(lambda: registry.find(board.name).port != board.port)
        now = registry.find(board.name).port
        with serial.serial_for_url(now, timeout=5) as line:
            prompt(line)
    finally:
        board.stop()
    assert not os.path.lexists(now)


def test_an_esp32_has_no_bootloader_to_call():
    from potluck.virtual.session import Session

    for kind, has in (("esp32_devkitc", False), ("arduino_nano_esp32", True), ("pico", True)):
        with Session(kind) as board:
            assert board.run("import machine\nprint(hasattr(machine, 'bootloader'))") == f"{has}\r\n"
