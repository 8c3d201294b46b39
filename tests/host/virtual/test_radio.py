# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""network.WLAN against simulated access points, on virtual time."""

import socket
import subprocess
import sys

import pytest

from potluck.virtual import daemon
from potluck.virtual.chip.radio import AccessPoint
from potluck.virtual.session import ProgramFailed, Session

MAX = float("inf")
# What status() says while idle, joining, after a wrong password, without such a network, when up.
STATUS = {
    "pico_w": (0, 1, -3, -2, 3),
    "arduino_nano_rp2040_connect": (False, False, False, False, True),
    "esp32_devkitc": (1000, 1001, 202, 201, 1010),
    "arduino_nano_esp32": (1000, 1001, 202, 201, 1010),
}


@pytest.fixture(params=STATUS)
def board(request):
    with Session(request.param, speed=MAX) as session:
        session.run("import network, time\nw = network.WLAN(network.STA_IF)")
        yield session


def test_join_leave_and_fail(board):
    idle, joining, wrong, none, up = STATUS[board.board.kind.name]
    board.run("w.active(True)")
    tell = "print(w.status(), w.isconnected())"
    join = "w.connect({}, {}); print(w.status()); time.sleep(10); " + tell
    assert board.run(tell) == f"{idle} False\r\n"
    assert board.run(join.format("'potluck'", "'potluck-password'")) == f"{joining}\r\n{up} True\r\n"
    assert board.run("print(w.ifconfig()[0], w.config('ssid'), w.status('rssi'))") == "192.168.4.16 potluck -54\r\n"
    assert board.run("w.disconnect(); " + tell) == f"{idle} False\r\n"
    assert board.run("print(w.ifconfig()[0])") == "0.0.0.0\r\n"
    assert board.run(join.format("'potluck'", "'guess'")) == f"{joining}\r\n{wrong} False\r\n"
    assert board.run(join.format("'elsewhere'", "'any'")) == f"{joining}\r\n{none} False\r\n"
    named = "not hasattr(network, 'STAT_IDLE')" if idle is False else "w.status() == network.STAT_NO_AP_FOUND"
    assert board.run(f"print({named}, network.hostname(), len(w.config('mac')))") == (
        f"True {board.board.kind.radio.hostname} 6\r\n"
    )


def test_an_inactive_radio_refuses(board):
    esp32 = board.board.kind.micropython.platform == "esp32"
    with pytest.raises(ProgramFailed, match="OSError: STA must be active" if esp32 else r"OSError: .*1.*EPERM"):
        board.run("w.scan()")
    if board.board.kind.radio.kind == "nina":  # its driver switches it on by itself
        board.run("w.connect('potluck', 'potluck-password')")
        with pytest.raises(ProgramFailed, match="ValueError: key can't be empty"):
            board.run("w.connect('potluck', '')")
    else:
        with pytest.raises(ProgramFailed, match="OSError: Wifi Not Started" if esp32 else r"OSError: .*1.*EPERM"):
            board.run("w.connect('potluck', 'potluck-password')")
    with pytest.raises(ProgramFailed, match="unknown config param"):
        board.run("w.config('colour')")


def test_the_air_can_change():
    wifi = [{"ssid": "home", "password": "", "rssi": -80, "channel": 11, "bssid": "02:00:00:00:00:07"}]
    with Session("pico_w", speed=MAX, world={"model": "", "options": {}, "parts": [], "wifi": wifi}) as board:
        board.run("import network, time\nw = network.WLAN(); w.active(1)")
        assert board.run("print(w.scan())") == "[(b'home', b'\\x02\\x00\\x00\\x00\\x00\\x07', 11, -80, 0, 1)]\r\n"
        assert board.run("w.connect('home'); time.sleep(4); print(w.isconnected())") == "True\r\n"
        board.board.chip.radio.access_points = [AccessPoint("other")]
        assert board.run("print(w.isconnected(), w.status() == network.STAT_NO_AP_FOUND)") == "False True\r\n"


def test_a_socket_without_a_net_fails_as_on_a_board_without_network():
    with Session("pico_w", speed=MAX) as board:
        with pytest.raises(ProgramFailed, match=r"OSError: -2"):
            board.run("import socket; socket.getaddrinfo('micropython.org', 80)")
        with pytest.raises(ProgramFailed, match=r"OSError: \[Errno 113\] EHOSTUNREACH"):
            board.run("s = socket.socket(); s.connect(('192.0.2.1', 80))")
        assert board.run("print(socket.getaddrinfo('192.0.2.1', 80)[0][-1])") == "('192.0.2.1', 80)\r\n"


@pytest.fixture
def online():
    with Session("pico_w", net=True) as board:
        board.board.chip.radio.access_points = [AccessPoint(password="")]
        board.run("import network, time, socket\nw = network.WLAN(); w.active(1); w.connect('potluck'); time.sleep(2.6)")
        yield board


def test_a_client_reaches_this_computer_and_nothing_else(online):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        port = server.getsockname()[1]
        online.begin(
            f"s = socket.socket(); s.connect(socket.getaddrinfo('localhost', {port})[0][-1])\n"
            "s.send(b'hello\\n'); print(s.readline()); s.settimeout(0.05)\n"
            "try: s.recv(1)\nexcept OSError as e: print(e)\ns.close()"
        )
        other, _ = server.accept()
        with other:
            assert other.recv(100) == b"hello\n"
            other.sendall(b"there\n")
            assert online.finish() == "b'there\\n'\r\n[Errno 110] ETIMEDOUT\r\n"
    for host in ("192.0.2.1", "0.0.0.0", "169.254.169.254", "10.0.0.1"):
        with pytest.raises(ProgramFailed, match="EHOSTUNREACH"):
            online.run(f"s = socket.socket(); s.connect(('{host}', {port}))")
    with pytest.raises(ProgramFailed, match="ECONNREFUSED"):
        online.run(f"s = socket.socket(); s.connect(('127.0.0.1', {port}))")
    with pytest.raises(ProgramFailed, match=r"OSError: -2"):
        online.run("socket.getaddrinfo('example.org', 80)")
    online.run("w.disconnect()")
    with pytest.raises(ProgramFailed, match="EHOSTUNREACH"):
        online.run(f"s = socket.socket(); s.connect(('127.0.0.1', {port}))")


def test_an_asyncio_server_on_the_board_answers(online):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    online.begin(
        "import asyncio\nasync def serve(r, w):\n  line = await r.readline()\n  w.write(b'got ' + line); await w.drain()\n"
        "  w.close(); await w.wait_closed(); done.set()\n"
        "async def main():\n  global done\n  done = asyncio.Event()\n"
        f"  await asyncio.start_server(serve, '0.0.0.0', {port})\n  print('up'); await done.wait()\nasyncio.run(main())"
    )
    online.read_until("up\r\n")
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(b"seed\n")
        assert client.recv(100) == b"got seed\n"
    online.finish()


def test_a_board_in_a_process_of_its_own_may_be_given_the_loopback():
    board = daemon.start(board="pico_w", net=True)
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            program = (
                "import network, time, socket; w = network.WLAN(); w.active(1); w.connect('potluck', 'potluck-password');"
                f" time.sleep(3); socket.socket().connect(('127.0.0.1', {server.getsockname()[1]})); print('in')"
            )
            command = [sys.executable, "-m", "mpremote", "connect", board.port, "exec", program]
            said = subprocess.run(command, capture_output=True, text=True, timeout=30)
    finally:
        board.control({"do": "stop"})
    assert (said.stdout.strip(), said.returncode) == ("in", 0)


def test_datagrams_go_both_ways_and_nowhere_else(online):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind(("127.0.0.1", 0))
        peer.settimeout(5)
        port = peer.getsockname()[1]
        online.run(
            f"u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); print(u.sendto(b'ping', ('127.0.0.1', {port})))\n"
            "u.settimeout(5)"
        )
        data, sender = peer.recvfrom(100)
        assert data == b"ping" and sender[0] == "127.0.0.1"  # bound to the loopback, not to every interface
        peer.sendto(b"a longer answer", sender)
        peer.sendto(b"", sender)
        assert online.run("print(u.recvfrom(8)); print(u.recvfrom(8))") == (
            f"(b'a longer', ('127.0.0.1', {port}))\r\n(b'', ('127.0.0.1', {port}))\r\n"
        )
        online.run("u.setblocking(False)\ntry: u.recvfrom(8)\nexcept OSError as error: assert error.errno == 11")
        online.run(f"u.connect(('127.0.0.1', {port})); u.send(b'again')")
        assert peer.recv(100) == b"again"
        for host in ("192.0.2.1", "255.255.255.255", "0.0.0.0"):
            with pytest.raises(ProgramFailed, match="EHOSTUNREACH"):
                online.run(f"u.sendto(b'x', ('{host}', {port}))")

        port = peer.getsockname()[1]
    online.run(f"s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('', {port}))")  # and as a server
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.settimeout(5)
        peer.sendto(b"hello", ("127.0.0.1", port))
        online.run("data, whom = s.recvfrom(100); s.sendto(data.upper(), whom)")
        assert peer.recv(100) == b"HELLO"
