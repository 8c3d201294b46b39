# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The modules of a board's firmware: their other names, files in front of them, what is not simulated and says so."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from potluck.virtual import rom
from potluck.virtual.session import ProgramFailed, Session

MAX = float("inf")
ALL = ("pico", "pico_w", "esp32_devkitc", "arduino_nano_esp32", "arduino_nano_rp2040_connect")


@pytest.fixture(scope="module")
def boards():
    open_ones = {}

    def board(kind):
        if kind not in open_ones:
            open_ones[kind] = Session(kind, speed=MAX, net=True)
            open_ones[kind].start()
        return open_ones[kind]

    yield board
    for session in open_ones.values():
        session.board.stop()


def failure(board, program):
    with pytest.raises(ProgramFailed) as failed:
        board.run(program)
    return str(failed.value).strip().splitlines()[-1]


@pytest.mark.parametrize("kind", ALL)
def test_old_names_lead_to_the_same_modules(boards, kind):
    names = ["time", "os", "select", "machine", "io", "struct", "json", "re", "random", "errno"]
    program = "".join(f"import {n}, u{n}\nprint({n} is u{n}, hasattr({n}, '__file__'))\n" for n in names)
    assert boards(kind).run(program) == "True False\r\n" * len(names)
    assert boards(kind).run("from umachine import Pin\nimport uasyncio, sys; print(Pin(4), 'machine' in sys.modules)") == (
        "Pin(GPIO4, mode=ALT, pull=PULL_DOWN, alt=31)" if "esp32" not in kind else "Pin(4)"
    ) + " False\r\n"
    if kind != "pico":
        assert boards(kind).run("import usocket, socket; print(usocket.socket is socket.socket)") == "True\r\n"


def test_a_file_comes_before_a_built_in_module_and_can_extend_it():
    """tests/import/builtin_ext.py of MicroPython looks at the same."""
    with Session(speed=MAX) as board:
        board.run(
            "with open('time.py', 'w') as f: f.write('from utime import *\\nextra = 1')\n"
            "with open('sys.py', 'w') as f: f.write('extra = 1')"
        )
        assert board.run("import time, sys; print(time.extra, time.ticks_ms() >= 0, hasattr(sys, 'extra'))") == (
            "1 True False\r\n"
        )
        board.run("import os; os.remove('time.py'); os.remove('sys.py')")


def test_a_program_has_no_way_to_the_host(boards):
    assert failure(boards("pico"), "import host") == "ImportError: no module named 'host'"


@pytest.mark.parametrize(
    ("kind", "module", "said"),
    [
        ("pico", "_thread", "_thread is not simulated"),
        ("pico", "btree", "no module named 'btree'"),
        ("esp32_devkitc", "btree", "btree is not simulated"),
        ("pico", "espnow", "no module named 'espnow'"),
        ("esp32_devkitc", "aioespnow", "aioespnow is not simulated"),
        ("pico", "webrepl", "no module named 'webrepl'"),
        ("pico_w", "webrepl", "webrepl is not simulated"),
        ("pico_w", "lwip", "lwip is not simulated"),
        ("esp32_devkitc", "umqtt.simple", "umqtt is not in the firmware here: `mpremote mip install umqtt.simple`"),
        ("pico_w", "umqtt.simple", "no module named 'umqtt'"),
        ("pico_w", "mip", "mip is not simulated: `mpremote mip install` does it from the computer"),
        ("esp32_devkitc", "aioble", "no module named 'aioble'"),
        ("pico", "esp", "no module named 'esp'"),
        ("pico", "requests", "no module named 'requests'"),
        ("pico", "apa106", "no module named 'apa106'"),
    ],
)
def test_a_module_that_is_not_simulated_says_so_where_a_board_has_it(boards, kind, module, said):
    assert failure(boards(kind), f"import {module}") == f"ImportError: {said}"


def test_every_absent_module_has_its_line(boards):
    for name in rom.ABSENT:
        assert "ImportError" in failure(boards("pico"), f"import {name}")


def test_what_somebody_installs_takes_the_place_of_what_only_says_that_it_is_missing():
    with Session("esp32_devkitc", speed=MAX) as board:
        board.run("import os\nos.mkdir('/lib')\nwith open('/lib/logging.py', 'w') as f: f.write('level = 3')")
        board.run("os.mkdir('/lib/umqtt')\nwith open('/lib/umqtt/simple.py', 'w') as f: f.write('port = 1883')")
        assert board.run("import logging, umqtt.simple; print(logging.level, umqtt.simple.port)") == "3 1883\r\n"


@pytest.mark.parametrize(
    ("kind", "program", "what"),
    [
        ("pico", "import machine; machine.I2S.TX", "machine.I2S"),
        ("pico", "import machine; machine.I2S(0)", "machine.I2S"),
        ("pico", "import machine; machine.USBDevice()", "machine.USBDevice"),
        ("pico", "import machine; machine.I2CTarget(0, 0x20)", "machine.I2CTarget"),
        ("pico", "import rp2\n@rp2.asm_pio(set_init=rp2.PIO.OUT_LOW)\ndef f(): pass", "rp2.PIO"),
        ("pico", "import rp2\n@rp2.asm_pio()\ndef f(): pass", "rp2.asm_pio"),
        ("pico", "import rp2; rp2.StateMachine(0)", "rp2.StateMachine"),
        ("pico", "import rp2; rp2.DMA()", "rp2.DMA"),
        ("esp32_devkitc", "from esp32 import PCNT; PCNT(0, rising=PCNT.INCREMENT)", "esp32.PCNT"),
        ("esp32_devkitc", "from esp32 import Partition; Partition(Partition.RUNNING)", "esp32.Partition"),
        ("esp32_devkitc", "from machine import Counter; Counter(0, 2)", "machine.Counter"),
        ("esp32_devkitc", "import machine; machine.DAC(25)", "machine.DAC"),
        ("esp32_devkitc", "import esp; esp.flash_read(0, bytearray(4))", "esp.flash_read"),
        ("esp32_devkitc", "import network; network.LAN(phy_type=network.PHY_LAN8720)", "network.LAN"),
    ],
)
def test_a_class_that_is_not_simulated_says_so_at_its_first_use(boards, kind, program, what):
    assert failure(boards(kind), program) == f"NotImplementedError: {what} is not simulated"


@pytest.mark.parametrize("way", ["native", "viper", "asm_thumb"])
def test_code_for_the_chip_itself_is_refused_in_the_compilers_words(boards, way):
    """Belay looks for these very words to learn what a board's compiler can do."""
    assert failure(boards("pico"), f"import micropython\n@micropython.{way}\ndef f(): pass") == (
        "SyntaxError: invalid micropython decorator"
    )


def test_a_second_terminal_is_not_simulated(boards):
    assert boards("pico").run("import os; print(os.dupterm(None))") == "None\r\n"
    assert failure(boards("pico"), "os.dupterm(object())").startswith("NotImplementedError: os.dupterm")


@pytest.mark.parametrize("kind", ALL)
def test_help_lists_the_modules_that_can_be_imported(boards, kind):
    told = boards(kind).run("help('modules')")
    assert told.endswith("Plus any modules on the filesystem\r\n")
    names = told[: told.index("Plus")].split()
    assert ("esp32" in names, "rp2" in names) == ("esp32" in kind, "esp32" not in kind)
    assert ("socket" in names) == (kind != "pico")
    assert not any(name.startswith("_vb") or name == "host" for name in names)
    program = "".join(f"import {name.partition('/')[0]}\n" for name in names if name != "__main__")
    boards(kind).run(program)
    assert boards(kind).run("help(5)").startswith("object 5 is of type int\r\n")
    assert boards(kind).run("print(help, type(help)); help(help)") == (
        "<function> <class 'function'>\r\nobject <function> is of type function\r\n"
    )


@pytest.fixture
def web():
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_GET(self):
            if self.path == "/moved":
                self.send_response(302)
                self.send_header("Location", "/here")
                self.end_headers()
                return
            self.answer(b"")

        def do_POST(self):
            self.answer(self.rfile.read(int(self.headers["Content-Length"])))

        def answer(self, body):
            self.send_response(200)
            self.send_header("X-Seen", f"{self.command} {self.path} {self.headers.get('Authorization', '-')}")
            self.end_headers()
            self.wfile.write(body or b'{"soil": 41}')

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


JOIN = "import network, time; w = network.WLAN(); w.active(True); w.connect('potluck', 'potluck-password'); time.sleep(3)\n"


@pytest.mark.parametrize("kind", ["pico_w", "esp32_devkitc"])
def test_requests_talk_to_this_computer(boards, kind, web):
    board = boards(kind)
    board.run(JOIN + f"import requests; at = 'http://127.0.0.1:{web}'")
    assert board.run("r = requests.get(at + '/soil'); print(r.status_code, r.reason, r.json()['soil'])") == "200 OK 41\r\n"
    assert board.run("print(requests.get(at + '/moved').headers['X-Seen'])") == "GET /here -\r\n"
    assert board.run("print(requests.post(at, json={'a': 1}).text)") == '{"a": 1}\r\n'
    assert board.run("print(requests.post(at, data='x=1', auth=('me', 'word')).headers['X-Seen'])") == (
        "POST / Basic bWU6d29yZA==\r\n"
    )
    assert failure(board, "requests.get('https://127.0.0.1/')") == "NotImplementedError: ssl is not simulated"
    assert failure(board, "requests.get('http://10.0.0.1/')").endswith("EHOSTUNREACH")


@pytest.mark.parametrize("kind", ["pico_w", "esp32_devkitc"])
def test_the_time_can_come_from_a_server(boards, kind):
    board = boards(kind)
    board.run(JOIN + "import ntptime, machine")
    nobody = "-2" if kind == "pico_w" else "-202"
    assert failure(board, "ntptime.settime()") == f"OSError: {nobody}"
    board.run("ntptime._time_of  # 2026-11-25 12:00:00 UTC, counted from 1900")
    packet = "bytes(40) + (2208988800 + 1795608000).to_bytes(4, 'big') + bytes(4)"
    assert board.run(f"import time; print(time.gmtime(ntptime._time_of({packet}))[:6])") == "(2026, 11, 25, 12, 0, 0)\r\n"


def test_socket_and_network_have_the_names_of_their_port(boards):
    for kind, (level, member) in {"pico_w": (1, 0x400), "esp32_devkitc": (0xFFF, 3)}.items():
        assert boards(kind).run("import socket; print(socket.SOL_SOCKET, socket.IP_ADD_MEMBERSHIP)") == f"{level} {member}\r\n"
    assert boards("esp32_devkitc").run(
        "import network; print(network.AUTH_WPA2_PSK, network.WLAN.SEC_WPA3, network.STAT_CONNECT_FAIL)"
    ) == "3 6 203\r\n"  # fmt: skip
    assert boards("arduino_nano_rp2040_connect").run("import network; print(network.WLAN.SEC_WEP)") == "3\r\n"
