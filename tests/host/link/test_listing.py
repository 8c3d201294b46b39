# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Listings as pyserial gives them on Linux, macOS and Windows: what is listed, under which key; names; memory."""

import json
from pathlib import Path

import pytest
from potluck import link, places
from potluck.errors import NameInvalid, NameTaken, PortNotFound
from potluck.link import kept, memory, nicknames
from potluck.link.holder import from_lsof
from potluck.link.listing import usb_ports
from potluck.link.memory import Facts
from potluck.link.usb_ids import BRIDGE_VENDORS, USB_IDS, lookup
from potluck.model import load_board
from potluck.model.hardware import known
from potluck.telemetry import Hello
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

LISTINGS = Path(__file__).parent / "listings"


def recorded(system):
    """The listing as the objects that pyserial makes."""
    ports = []
    for row in json.loads((LISTINGS / f"{system}.json").read_text("utf-8")):
        port = ListPortInfo(row["device"], skip_link_detection=True)
        for name, value in row.items():
            setattr(port, name, value)
        ports.append(port)
    return ports


@pytest.fixture
def system(monkeypatch):
    def be(name, ports=None):
        listed = recorded(name) if ports is None else ports
        monkeypatch.setattr(list_ports, "comports", lambda include_links=False: list(listed))

    monkeypatch.setattr("potluck.link.find._virtual", list)
    return be


def test_linux(system):
    system("linux")
    ports = {port.device: port for port in usb_ports()}
    assert list(ports) == [
        "/dev/ttyACM0", "/dev/ttyACM1", "/dev/ttyACM2", "/dev/ttyUSB0", "/dev/ttyUSB1", "/dev/ttyUSB2", "/dev/ttyUSB10",
    ]  # fmt: skip
    assert ports["/dev/ttyACM0"].key == "e66138528351462f"
    assert ports["/dev/ttyUSB0"].key == "10c4:ea60@1-1.2", "0001 is every CP2102's number"
    assert ports["/dev/ttyUSB1"].key == "1a86:7523@1-1.3", "a CH340 has none"
    assert ports["/dev/ttyUSB2"].key == "ft5emzam"
    assert ports["/dev/ttyUSB10"].key == "ft5emzam#2", "the second port of one device"


def test_macos(system):
    system("macos")
    ports = {port.device: port for port in usb_ports()}
    assert set(ports) == {
        "/dev/cu.SLAB_USBtoUART", "/dev/cu.wchusbserial1420",
        "/dev/cu.usbmodem11101", "/dev/cu.usbmodem240AC40001101",
    }  # fmt: skip
    assert ports["/dev/cu.usbmodem11101"].key == "e66138528351462f"


def test_windows(system):
    system("windows")
    ports = {port.device: port for port in usb_ports()}
    assert list(ports) == ["COM9", "COM10", "COM11", "COM12"], "by number, without Bluetooth"
    assert ports["COM9"].key == "e66138528351462f"
    assert ports["COM10"].key == "1a86:7523@1-1.3"
    assert ports["COM12"].key == "a5xk3rjta"


@pytest.mark.parametrize("name", ["linux", "macos", "windows"])
def test_the_pico_is_found_and_described_on_every_system(system, name):
    system(name)
    pico = next(one for one in link.find_boards() if one.usb == "2e8a:0005")
    assert pico.is_board and pico.firmware == "MicroPython" and pico.serial.lower() == "e66138528351462f"
    assert link.resolve("id:e66138528351462f") == pico.port


def test_an_s3_is_the_same_board_in_both_of_its_modes(system):
    system("linux")
    nicknames.give("garden", next(p.key for p in usb_ports() if p.pid == 0x1001), "an S3")
    system("macos")
    assert link.resolve("garden") == "/dev/cu.usbmodem240AC40001101"
    assert link.resolve("id:24:0A:C4:00:01:10") == "/dev/cu.usbmodem240AC40001101"


def test_a_name_follows_the_board_to_another_port(system):
    system("linux")
    nicknames.give("balcony", "e66138528351462f", "Pico")
    assert link.resolve("balcony") == "/dev/ttyACM0"
    system("windows")
    assert link.resolve("balcony") == "COM9"
    assert [one.name for one in link.find_boards()] == ["balcony", "", "", ""]
    system("windows", [])
    with pytest.raises(PortNotFound, match="'balcony' is not plugged in: Pico"):
        link.resolve("balcony")


def test_names_are_one_to_one(system):
    nicknames.give("balcony", "k1", "Pico")
    with pytest.raises(NameTaken) as taken:
        nicknames.give("balcony", "k2", "ESP32")
    assert "Pico" in taken.value.what and "--forget balcony" in taken.value.do
    nicknames.give("terrace", "k1", "Pico")
    assert nicknames.by_key() == {"k1": "terrace"}, "the older name goes"
    assert nicknames.forget("terrace").key == "k1"
    with pytest.raises(PortNotFound):
        nicknames.forget("terrace")
    for wrong in ("a0", "u12", "c3", "com4", "", "Big", "a b", "../x", "x" * 33, "virtual:a"):
        with pytest.raises(NameInvalid):
            nicknames.give(wrong, "k1", "Pico")


def test_a_damaged_file_of_names_is_set_aside_and_not_lost():
    file = places.data_dir() / "names.json"
    file.parent.mkdir(parents=True)
    file.write_text('{"balcony": {"key"')
    assert nicknames.all_names() == []
    nicknames.give("garden", "k", "w")
    assert file.with_name("names.json.damaged").read_text() == '{"balcony": {"key"'
    assert kept.read(file) == {"garden": {"key": "k", "what": "w"}}


def test_memory_keeps_the_newest_and_survives_nonsense():
    memory.remember({f"k{n}": Facts(version=str(n), at_s=n) for n in range(250)})
    recalled = memory.recall()
    assert len(recalled) == 200 and recalled["k249"].version == "249" and "k0" not in recalled
    kept.write(places.data_dir() / "seen.json", {"k": {"version": 7, "at_s": "soon", "more": 1, "recipe": "r"}})
    assert memory.recall() == {"k": Facts(recipe="r")}


def test_every_board_that_potluck_knows_has_usb_ids_that_are_known():
    for name in known("boards", ".toml"):
        board = load_board(name)
        for usb in (*board.port.usb, *board.port.boot_usb):
            vid, pid = (int(half, 16) for half in usb.split(":"))
            assert lookup(vid, pid), f"{name}: {usb}"
        vid, pid = (int(half, 16) for half in board.port.usb[0].split(":"))
        assert lookup(vid, pid).board, name


def test_ids_are_of_one_mind():
    for (vid, _), known_id in USB_IDS.items():
        assert known_id.board or known_id.note, known_id.label
        assert not known_id.bridge or vid in BRIDGE_VENDORS, known_id.label


def test_lsof_names_the_holders_of_macos_ports():
    said = "p4711\ncthonny\nf12\nn/dev/cu.usbmodem11101\nf13\nn/dev/cu.usbmodem11101\np90\ncscreen\nf5\nn/dev/cu.usbserial-1\n"
    assert from_lsof(said) == {"/dev/cu.usbmodem11101": [(4711, "thonny")], "/dev/cu.usbserial-1": [(90, "screen")]}
    assert from_lsof("") == from_lsof("lsof: WARNING: can't stat()\n") == {}


def test_a_hello_is_noticed_for_the_board_at_the_port_however_it_is_written(system):
    system("linux")
    nicknames.give("balcony", "e66138528351462f", "Pico")
    for written in ("/dev/ttyACM0", "a0", "id:E66138528351462F", "balcony"):
        memory.noticed(written, Hello(0, 0, recipe=written, micropython="1.26.1"))
        assert memory.recall()["e66138528351462f"].recipe == written
    memory.noticed("socket://127.0.0.1:4000", Hello(0, 0, recipe="far"))
    memory.noticed("/dev/ttyACM9", Hello(0, 0, recipe="gone"))
    assert len(memory.recall()) == 1
