# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Finding boards by USB id, and choosing only when there is exactly one."""

from types import SimpleNamespace

import pytest
from potluck import link
from potluck.errors import PortAmbiguous, PortNotFound
from serial.tools import list_ports


def port(device, vid=None, pid=None, serial=None, product="thing"):
    return SimpleNamespace(
        device=device, vid=vid, pid=pid, serial_number=serial, product=product, description=product
    )


PICO = port("/dev/ttyACM0", 0x2E8A, 0x0005, "E66138528351")
ESP = port("/dev/ttyUSB0", 0x10C4, 0xEA60, "0001")
UNO = port("/dev/ttyACM1", 0x2341, 0x0043)
BLUETOOTH = port("/dev/rfcomm0")
STRANGER = port("/dev/ttyACM2", 0x1234, 0x5678)


@pytest.fixture
def plugged(monkeypatch):
    def plug(*ports):
        monkeypatch.setattr(list_ports, "comports", lambda include_links=False: list(ports))

    monkeypatch.setattr("potluck.link.find._virtual", list)
    return plug


def test_boards_are_told_by_usb_id(plugged):
    plugged(UNO, ESP, PICO, BLUETOOTH, STRANGER)
    found = {one.port: one for one in link.find_boards()}
    assert set(found) == {"/dev/ttyACM0", "/dev/ttyACM1", "/dev/ttyACM2", "/dev/ttyUSB0"}
    assert found["/dev/ttyACM0"].is_board and found["/dev/ttyUSB0"].is_board
    assert not found["/dev/ttyACM1"].is_board and "AVR" in found["/dev/ttyACM1"].note
    assert not found["/dev/ttyACM2"].is_board


def test_the_only_board_is_chosen(plugged):
    plugged(UNO, PICO, BLUETOOTH)
    assert link.choose(None) == "/dev/ttyACM0"
    assert link.choose("/dev/other") == "/dev/other"


def test_two_boards_are_named_and_none_chosen(plugged):
    plugged(PICO, ESP)
    with pytest.raises(PortAmbiguous, match="/dev/ttyACM0.*/dev/ttyUSB0"):
        link.choose(None)


def test_no_board_says_what_to_try(plugged):
    plugged(BLUETOOTH)
    with pytest.raises(PortNotFound) as nothing:
        link.choose(None)
    assert "cable" in nothing.value.do
    plugged(UNO)
    with pytest.raises(PortNotFound) as only_uno:
        link.choose(None)
    assert "AVR UNO" in only_uno.value.where


def test_names(plugged):
    plugged(PICO, ESP)
    assert link.resolve("id:e66138528351") == "/dev/ttyACM0"
    assert link.resolve("a3") == "/dev/ttyACM3"
    assert link.resolve("u0") == "/dev/ttyUSB0"
    assert link.resolve("port:/dev/ttyX") == "/dev/ttyX"
    assert link.resolve("socket://localhost:7") == "socket://localhost:7"
    with pytest.raises(PortNotFound):
        link.resolve("id:none")
