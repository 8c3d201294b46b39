# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Every port carries bytes both ways, bounded, for clients that come, go, stall and crowd."""

import os
import socket
import threading
import time

import pytest

from potluck.errors import PortGone
from potluck.virtual.ports.memory import MemoryPort
from potluck.virtual.ports.tcp import TcpPort

serial = pytest.importorskip("serial")
posix = pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are POSIX's")

ALL_BYTES = bytes(range(256))


class Board:
    """Answers what comes in, takes at most `bite` bytes at once, or only remembers."""

    def __init__(self, port, *, echo=True, bite=None):
        self.port, self.echo, self.bite = port, echo, bite
        self.got = bytearray()
        port.bind(self)

    def feed(self, data):
        taken = data if self.bite is None else data[: self.bite]
        self.got += taken
        if self.echo:
            self.port.write(taken)
        return None if self.bite is None else len(taken)


def until(condition, timeout_s=5.0):
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.002)


def make_pty(tmp_path, **options):
    from potluck.virtual.ports.pty import PtyPort

    return PtyPort(tmp_path / "run" / "pico-1", **options)


@pytest.fixture(params=[pytest.param("pty", marks=posix), "tcp"])
def port(request, tmp_path):
    made = make_pty(tmp_path, stall_s=0.05) if request.param == "pty" else TcpPort(stall_s=0.05)
    made.open()
    yield made
    made.close()


def client(port):
    line = serial.serial_for_url(port.name, 115200, timeout=5)
    until(lambda: port.connected() is not False)
    return line


def knows_clients(port):
    return port.connected() is not None


def test_every_byte_value_comes_back(port):
    Board(port)
    with client(port) as line:
        line.write(ALL_BYTES * 8)
        assert line.read(256 * 8) == ALL_BYTES * 8


def test_clients_come_and_go(port):
    board = Board(port)
    for turn in range(5):
        with client(port) as line:
            text = b"hello %d" % turn
            line.write(text)
            assert line.read(len(text)) == text
        if knows_clients(port):
            until(lambda: not port.connected())
    assert board.got == b"".join(b"hello %d" % turn for turn in range(5))


def test_with_nobody_there_the_board_never_waits(port):
    Board(port)
    if not knows_clients(port):
        pytest.skip("this system does not tell who has a terminal open")
    port.stall_s = 10.0
    started = time.monotonic()
    assert port.write(b"x" * 1_000_000) == 1_000_000
    assert time.monotonic() - started < 5
    with client(port) as line:
        line.write(b"now")
        assert line.read(3) == b"now"  # and nothing of what was said before


def test_leftovers_are_not_for_the_next_client(port):
    Board(port, echo=False)
    if not knows_clients(port):
        pytest.skip("this system does not tell who has a terminal open")
    with client(port):
        port.write(b"old" * 3000)
    until(lambda: not port.connected())
    with client(port) as line:
        port.write(b"new")
        assert line.read(3) == b"new"


def test_a_client_that_does_not_read_costs_bytes_and_not_the_board(port):
    Board(port, echo=False)
    with client(port) as line:
        block = ALL_BYTES * 64
        accepted = total = 0
        while accepted == total:
            assert total < 50_000_000, "something grows without bound"
            total += len(block)
            accepted += port.write(block)
        assert port.dropped == total - accepted > 0
        port.stall_s = 10.0
        started = time.monotonic()
        assert port.write(b"y" * 100) == 0  # has waited once, does not wait again
        assert time.monotonic() - started < 5
        got = bytearray()
        while len(got) < accepted:
            got += line.read(min(65536, accepted - len(got)))
        assert bytes(got) == (ALL_BYTES * (accepted // 256 + 1))[:accepted]
        until(lambda: port.write(b"again") == 5)
        assert line.read(5) == b"again"


def test_a_slow_client_loses_nothing(port):
    port.stall_s = 5.0
    Board(port, echo=False)
    data = os.urandom(300_000)
    with client(port) as line:
        writer = threading.Thread(target=port.write, args=(data,))
        writer.start()
        got = bytearray()
        while len(got) < len(data):
            got += line.read(min(7_000, len(data) - len(got)))
        writer.join()
        assert bytes(got) == data
        assert port.dropped == 0


@posix
def test_a_client_that_reads_byte_by_byte_is_no_client_that_stalls(tmp_path):
    # the system reports room in steps of kilobytes; this client takes longer than stall_s for one
    port = make_pty(tmp_path, stall_s=0.3)
    port.open()
    Board(port, echo=False)
    data = os.urandom(40_000)
    with client(port) as line:
        writer = threading.Thread(target=port.write, args=(data,))
        writer.start()
        got = bytearray()
        while len(got) < len(data):
            piece = line.read(32)
            assert piece, f"{len(got)} came, {port.dropped} were dropped"
            got += piece
            time.sleep(0.001)
        writer.join()
        assert bytes(got) == data
    port.close()


def test_a_board_that_takes_little_gets_everything_in_order(port):
    board = Board(port, echo=False, bite=100)
    data = os.urandom(5_000)
    with client(port) as line:
        line.write(data)
        until(lambda: len(board.got) >= len(data))
    assert bytes(board.got) == data


def test_unplug_and_plug_keep_the_name(port):
    Board(port)
    name = port.name
    line = client(port)
    port.unplug()
    if name.startswith("socket:"):
        with pytest.raises(serial.SerialException):
            line.read(1)
    else:
        assert not os.path.lexists(name)
        with pytest.raises((serial.SerialException, OSError)):
            line.read(1)
            line.write(b"x")
    line.close()
    port.write(b"the board runs on")
    with pytest.raises(serial.SerialException):
        serial.serial_for_url(name, timeout=1)
    port.plug()
    assert port.name == name
    with client(port) as line:
        line.write(b"back")
        assert line.read(4) == b"back"


def test_unplugging_frees_a_board_that_waits(port):
    port.stall_s = 30.0
    Board(port, echo=False)
    with client(port):
        writer = threading.Thread(target=port.write, args=(b"x" * 20_000_000,))
        writer.start()
        time.sleep(0.05)
        port.unplug()
        writer.join(5)
        assert not writer.is_alive()


def test_closing_twice_and_opening_twice(port):
    port.open()
    port.close()
    port.close()
    port.open()
    Board(port)
    with client(port) as line:
        line.write(b"x")
        assert line.read(1) == b"x"


@posix
def test_pty_does_not_replace_a_file_of_yours(tmp_path):
    port = make_pty(tmp_path)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "pico-1").write_text("mine")
    with pytest.raises(FileExistsError):
        port.open()
    assert (tmp_path / "run" / "pico-1").read_text() == "mine"


@posix
def test_pty_replaces_the_link_of_a_board_that_died(tmp_path):
    port = make_pty(tmp_path)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "pico-1").symlink_to("/dev/pts/99999")
    port.open()
    assert os.readlink(port.name) == port.device
    port.close()
    assert os.listdir(tmp_path / "run") == []


@posix
def test_pty_is_raw_for_a_client_that_sets_nothing(tmp_path):
    port = make_pty(tmp_path)
    port.open()
    Board(port)
    line = os.open(port.name, os.O_RDWR | os.O_NOCTTY)
    until(lambda: port.connected() is not False)
    os.write(line, b"\x03\x04\r\n\x11\x13\x1a")
    got = b""
    while len(got) < 7:
        got += os.read(line, 100)
    os.close(line)
    port.close()
    assert got == b"\x03\x04\r\n\x11\x13\x1a"


def test_tcp_has_one_client_and_is_this_machines_alone():
    port = TcpPort()
    port.open()
    try:
        Board(port)
        assert port.name.startswith("socket://127.0.0.1:")
        with client(port) as line:
            second = socket.create_connection(("127.0.0.1", port.number), timeout=5)
            assert second.recv(1) == b""
            second.close()
            line.write(b"still here")
            assert line.read(10) == b"still here"
    finally:
        port.close()


def test_memory_is_a_link():
    port = MemoryPort()
    board = Board(port, bite=3)
    link = port.link
    link.write(b"hello")
    assert link.read(1) == b"hello"
    assert link.read(0) == b""
    assert board.got == b"hello"
    port.unplug()
    for use in (lambda: link.read(1), lambda: link.write(b"x")):
        with pytest.raises(PortGone):
            use()
    port.plug()
    link.write(b"x")
    assert link.read(1) == b"x"
    link.close()
    assert port.write(b"nobody hears") == 12


def test_memory_is_bounded():
    port = MemoryPort(capacity=100, stall_s=0.01)
    assert port.write(b"x" * 150) == 100
    assert port.dropped == 50
    assert port.link.read(0) == b"x" * 100
