# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a board says by itself: an ESP32's own lines at its starts, and a Pico that goes off USB with each of its own."""

import time

import pytest
from potluck import link as links
from potluck.doctor import examine
from potluck.doctor.computer import Computer
from potluck.errors import PortGone, PortNotFound
from potluck.link.repl import Repl

pytestmark = pytest.mark.usefixtures("no_releases_known")


@pytest.mark.parametrize(
    ("main_py", "ids", "words"),
    [
        (b"import machine, time\ntime.sleep(1)\nmachine.reset()\n", {"boot-loop"}, "SW_CPU_RESET"),
        (b"import machine\nmachine.WDT(timeout=1000)\nwhile True: pass\n", {"watchdog-reset"}, "a watchdog reset the board"),
        (b"import sys\nprint('on')\n1/0\n", {"program-crashes"}, "ZeroDivisionError"),
    ],
)
def test_what_an_esp32_says_as_it_starts_is_understood(board, main_py, ids, words):
    session = board("esp32_devkitc", main_py=main_py)
    report = examine(link=session.link, listen_s=0.4, seen=Computer("linux"))
    found = {finding.id: finding for finding in report.findings}
    assert ids <= set(found) <= ids | {"no-recipe", "boot-loop"}, found
    assert any(words in finding.what for finding in report.findings)


def test_an_esp32_that_waits_for_a_download_and_one_whose_supply_breaks_down(board):
    session = board("esp32_devkitc")
    session.read_until(">>> ")
    session.board.power.brownout()
    report = examine(link=session.link, listen_s=0.2, seen=Computer("linux"))
    assert "brownout" in {finding.id for finding in report.findings} and not report.well
    session.board.pin("GPIO0").hold(0.0)
    session.board.hard_reset()
    report = examine(link=session.link, listen_s=0.2, seen=Computer("linux"))
    assert [finding.id for finding in report.findings] == ["download-mode"]


class Restless:
    """A board with native USB whose program resets it: each link to it ends after a moment."""

    name, has_reset, opened = "/dev/ttyACM0", False, 0

    def __init__(self, goes_at=99, comes_back=True):
        self.goes_at, self.comes_back, self.reads = goes_at, comes_back, 0

    def again(self, name, **_):
        self.opened += 1
        if self.opened > 1 and not self.comes_back:
            raise PortNotFound("no such port", where=name)
        self.reads = 0
        return self

    def read(self, timeout_s):
        self.reads += 1
        time.sleep(0.01)
        if self.reads > 2 and self.opened <= self.goes_at:
            raise PortGone("the port has gone", where=self.name)
        return b""

    def write(self, data):
        raise PortGone("the port has gone", where=self.name)

    def hard_reset(self):
        return False

    def close(self):
        pass


def test_a_pico_in_a_boot_loop_goes_off_usb_and_that_is_said(monkeypatch):
    line = Restless()
    monkeypatch.setattr(links, "open_port", line.again)
    report = examine(line.name, listen_s=0.5, seen=Computer("linux"))
    (finding,) = report.findings
    assert finding.id == "boot-loop" and "left USB and came back 2 times" in finding.what and "rescue" in finding.do


def test_a_board_that_went_once_is_asked_all_the_same(monkeypatch):
    monkeypatch.setattr("potluck.doctor.hearing._ONCE_MORE_S", 0.1)
    line = Restless(goes_at=1)
    monkeypatch.setattr(links, "open_port", line.again)
    (finding,) = examine(line.name, listen_s=0.2, seen=Computer("linux")).findings
    assert finding.id == "no-prompt" and "went off USB" in finding.what and "rescue" in finding.do


def test_a_board_that_does_not_come_back_is_an_error(monkeypatch):
    monkeypatch.setattr("potluck.doctor.hearing.BACK_S", 0.2)
    line = Restless(comes_back=False)
    monkeypatch.setattr(links, "open_port", line.again)
    with pytest.raises(PortGone, match="did not come back"):
        examine(line.name, listen_s=0.5, seen=Computer("linux"))


def test_a_board_that_says_nothing_is_reset_to_hear_its_boot_rom(monkeypatch):
    """An ESP32 with an empty flash: silent, until its reset line is pulled."""
    attempt = Repl._try_raw
    monkeypatch.setattr(Repl, "_try_raw", lambda self, patience_s, seen: attempt(self, patience_s / 50, seen))
    monkeypatch.setattr(Repl, "_try_raw_while_booting", lambda self, patience_s, seen: False)

    class Empty:
        name, has_reset, out = "/dev/ttyUSB0", True, b""

        def read(self, timeout_s):
            time.sleep(min(timeout_s, 0.02))
            out, self.out = self.out, b""
            return out

        def write(self, data):
            pass

        def hard_reset(self):
            self.out = b"rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n" + b"invalid header: 0xffffffff\r\n" * 8
            return True

    report = examine(link=Empty(), listen_s=0.1, seen=Computer("linux"))
    assert [finding.id for finding in report.findings] == ["no-valid-firmware"]
    assert "what the board says as it starts" in report.looked
