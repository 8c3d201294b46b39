# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""`potluck devs` and `potluck name`: what is said of each port, and what is (not) sent to it."""

import json
import time

import pytest
from click.testing import CliRunner
from potluck import link as links
from potluck.cli import group
from potluck.devs import devs
from potluck.errors import PortBusy
from potluck.link import memory
from potluck.link.memory import Facts
from potluck.virtual.session import Session
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from tests.host.telemetry.frames import frame, hello, sample


class Line:
    """A board that says `first`, and its hello when it is asked in its own language."""

    def __init__(self, first=b"", *, polite=True):
        self.out, self.polite = first, polite
        self.wrote = b""
        self.name = "line"

    def read(self, timeout_s):
        if not self.out:
            time.sleep(timeout_s)
        out, self.out = self.out, b""
        return out

    def write(self, data):
        self.wrote += data
        if self.polite and b'"do":"hello"' in data:
            self.out += hello(7) + frame(8, 8000, re=json.loads(data[1:])["id"], ok=True)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass


def port(device, vid, pid, serial=None, location=None, product=None):
    made = ListPortInfo(device, skip_link_detection=True)
    made.vid, made.pid, made.serial_number, made.location, made.product = vid, pid, serial, location, product
    return made


PICO = port("/dev/ttyACM0", 0x2E8A, 0x0005, "e66138528351462f", "1-2:1.0")
ESP = port("/dev/ttyUSB0", 0x10C4, 0xEA60, "0001", "1-1.2")
UNO = port("/dev/ttyACM1", 0x2341, 0x0043, "85439303033351E01162", "1-5:1.0")


@pytest.fixture
def bench(monkeypatch):
    """Plug in ports, each with a Line (or an error) behind it; gives device → Line."""
    monkeypatch.setenv("POTLUCK_DRIVES", "")
    monkeypatch.setattr("potluck.devs.usb_devices", list)
    lines = {}

    def opened(name, **_):
        line = lines[name]
        if isinstance(line, Exception):
            raise line
        return line

    monkeypatch.setattr(links, "open_port", opened)

    def plug(ports):
        lines.update(ports and {one.device: line for one, line in ports.items()})
        monkeypatch.setattr(list_ports, "comports", lambda include_links=False: list(ports))
        return lines

    return plug


def run(*args):
    done = CliRunner().invoke(group, list(args), prog_name="potluck")
    assert "Traceback" not in done.output
    return done


def test_a_silent_port_and_a_talking_stranger_are_sent_nothing(bench):
    lines = bench({PICO: Line(), ESP: Line(b"T=21.5\r\n>>> \x1e{not a frame}\n" * 5), UNO: Line(sample(3, 1))})
    found = {one.port: one for one in devs(listen_s=0.02)}
    assert [line.wrote for line in lines.values()] == [b"", b"", b""]
    assert found["/dev/ttyACM0"].source == "usb" and found["/dev/ttyACM0"].facts.firmware == "MicroPython"
    assert found["/dev/ttyUSB0"].source == "" and found["/dev/ttyUSB0"].facts == Facts()
    assert not found["/dev/ttyACM1"].is_board and "AVR" in found["/dev/ttyACM1"].note
    assert lines["/dev/ttyACM1"].out, "what cannot be a board is not even opened"


def test_a_port_that_sends_a_frame_is_asked_for_its_hello(bench):
    lines = bench({PICO: Line(b"half a line\n" + sample(3, 41.5, 1, 0)), ESP: Line(hello(0, recipe="lamp"))})
    found = {one.port: one for one in devs(listen_s=0.05)}
    pico, esp = found["/dev/ttyACM0"], found["/dev/ttyUSB0"]
    assert (pico.facts.recipe, pico.facts.version, pico.board, pico.source) == (
        "plant-waterer", "1.26.1", "pico", "frame",
    )  # fmt: skip
    assert pico.chip == "RP2040", "by the board that the hello names"
    assert lines["/dev/ttyACM0"].wrote.count(b'"do":"hello"') == 1
    assert esp.facts.recipe == "lamp" and lines["/dev/ttyUSB0"].wrote == b""


def test_what_was_heard_is_remembered_until_something_else_is_heard(bench):
    lines = bench({PICO: Line(hello(0))})
    devs(listen_s=0.02)
    (again,) = devs(listen_s=0)
    assert (again.facts.recipe, again.source) == ("plant-waterer", "memory")
    lines["/dev/ttyACM0"].out = hello(0, recipe="lamp", safe="3 starts in a row ended badly")
    (now,) = devs(listen_s=0.02)
    assert (now.facts.recipe, now.source) == ("lamp", "frame") and now.facts.safe
    bench({port("COM7", 0x2E8A, 0x0005, "E66138528351462F"): Line()})
    (moved,) = devs(listen_s=0.02)
    assert moved.facts.recipe == "lamp", "the same board at another port"


def test_memory_of_another_firmware_is_not_believed(bench):
    memory.remember({"e66138528351462f": Facts(firmware="CircuitPython", version="9.2.1", at_s=1.0)})
    bench({PICO: Line()})
    (pico,) = devs(listen_s=0)
    assert pico.facts == Facts(firmware="MicroPython")


def test_ports_are_listened_to_at_the_same_time(bench):
    bench({port(f"/dev/ttyACM{n}", 0x2E8A, 0x0005, f"e6613852835146{n:02x}"): Line() for n in range(8)})
    began = time.monotonic()
    assert len(devs(listen_s=0.2)) == 8
    assert time.monotonic() - began < 0.8


def test_a_port_that_cannot_be_opened_is_listed_with_the_reason(bench):
    bench({PICO: PortBusy("another program has the port open: screen (process 41)")})
    (pico,) = devs(listen_s=0.02)
    assert "screen (process 41)" in pico.note and pico.is_board


def test_asking_stops_the_program_and_starts_it_again(bench, monkeypatch):
    board = Session("pico", speed=float("inf"))
    board.board.flash.write_bytes("/main.py", b"import time\nprint('on')\nwhile True:\n    time.sleep(1)\n")
    with board:
        board.read_until("on")
        bench({PICO: board.link})
        monkeypatch.setattr(board.link, "close", lambda: None)
        (pico,) = devs(listen_s=0, ask=True)
        assert pico.source == "asked" and pico.facts.firmware == "MicroPython"
        assert pico.board == "Raspberry Pi Pico with RP2040" and pico.facts.version.count(".") == 2
        assert len(pico.facts.id) == 16
        board.read_until("soft reboot")
        board.read_until("on")


def test_boot_drives_and_bootloaders_without_a_port_are_listed(bench, tmp_path, monkeypatch):
    from potluck.link.usb_devices import UsbDevice

    (tmp_path / "INFO_UF2.TXT").write_text("UF2 Bootloader v3.0\nModel: Raspberry Pi RP2\nBoard-ID: RPI-RP2\n")
    monkeypatch.setenv("POTLUCK_DRIVES", str(tmp_path))
    there = [UsbDevice(0x2E8A, 3, "E0C9125B0D9B", "RP2 Boot", "1-1"), UsbDevice(0x2341, 0x70, "F4", "", "1-2")]
    bench({})
    monkeypatch.setattr("potluck.devs.usb_devices", lambda: there)
    drive, dfu = devs()
    assert (drive.kind, drive.port, drive.chip) == ("drive", str(tmp_path), "RP2040")
    assert (dfu.kind, dfu.port, dfu.chip) == ("bootloader", "", "ESP32-S3") and "potluck flash" in dfu.note


def test_the_command_for_people_and_for_programs(bench):
    bench({PICO: Line(hello(0)), UNO: Line()})
    assert run("name", "/dev/ttyACM0", "balcony").exit_code == 0
    people = run("devs").stdout
    assert "/dev/ttyACM0  balcony  Raspberry Pi Pico family" in people
    assert "MicroPython 1.26.1, runs plant-waterer 1.0.0" in people and "an AVR UNO" in people
    pico = json.loads(run("devs", "--json", "--listen", "0").stdout.splitlines()[0])
    assert {name: pico[name] for name in ("name", "usb", "serial", "firmware", "version", "recipe", "board")} == {
        "name": "balcony", "usb": "2e8a:0005", "serial": "e66138528351462f", "firmware": "MicroPython",
        "version": "1.26.1", "recipe": "plant-waterer", "board": "pico",
    }  # fmt: skip
    assert pico["source"] == "memory" and pico["seen"].endswith("Z")


def test_a_narrow_terminal_gets_a_few_lines_for_each_board(bench, monkeypatch):
    from types import SimpleNamespace

    from potluck.cli.devs import _show
    from potluck.cli.output import Output

    bench({PICO: Line(hello(0)), UNO: Line()})
    found, said = devs(listen_s=0.05), []
    monkeypatch.setattr(Output, "live", True)
    monkeypatch.setattr(Output, "say", lambda self, text="", **_: said.append(text))
    for columns, lines in ((80, 8), (300, 2)):
        monkeypatch.setattr("shutil.get_terminal_size", lambda columns=columns: SimpleNamespace(columns=columns))
        said.clear()
        _show(Output(), found)
        assert len(said) == lines, said
        assert columns > 80 or said[:2] == ["/dev/ttyACM0", "  Raspberry Pi Pico family, MicroPython [2e8a:0005], pico, RP2040"]
    assert "  MicroPython 1.26.1, runs plant-waterer 1.0.0" in said[0]


def test_a_boards_words_do_not_move_the_cursor(bench):
    bench({PICO: Line(hello(0, recipe="\x1b[2Jlamp\x07"))})
    people = run("devs").stdout
    assert "\x1b" not in people and "\x07" not in people and "·[2Jlamp·" in people


def test_name(bench):
    bench({PICO: Line(), ESP: Line()})
    done = run("name", "u0", "garden", "--json")
    assert json.loads(done.stdout)["by_socket"] is True
    assert "belongs to this USB socket" in run("name", "/dev/ttyUSB0", "garden").stdout
    assert "garden" in run("name").stdout and links.resolve("garden") == "/dev/ttyUSB0"
    assert "error [name-taken]" in run("name", "a0", "garden").stderr
    assert "error [name-invalid]" in run("name", "a0", "Garden!").stderr
    assert "error [port-not-found]" in run("name", "/dev/ttyACM7", "other").stderr
    assert run("name", "socket://127.0.0.1:4000", "far").exit_code == 0
    assert links.resolve("far") == "socket://127.0.0.1:4000"
    assert run("name", "a0").exit_code == 2 and run("name", "a0", "x", "--forget", "y").exit_code == 2
    assert run("name", "--forget", "garden").exit_code == 0
    assert "error [port-not-found]" in run("name", "--forget", "garden").stderr
