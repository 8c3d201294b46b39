# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a person sees on a terminal of 80 columns: the picture, the bar, a line for each of several boards."""

import io
import json
import os
import re
import shutil
import sys

import pytest
from potluck import flash as flashing
from potluck.cli.flashing import METHODS, STEPS, OneBoard, SeveralBoards
from potluck.cli.output import Output
from potluck.cli.pictures import PICTURES
from potluck.flash.targets import Target

from tests.host.flasher.test_flash_uf2 import run


def terminal(monkeypatch):
    """A terminal of 80 columns for stdout; called, it gives all that was written to it.

    No fixture: pytest puts its own stdout there between a fixture and its test.
    """

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    made = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", made)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *_: os.terminal_size((80, 24)))
    return made.getvalue


def rows(text):
    """The lines that stand on the screen in the end: CR, ESC[K and ESC[nA are all that is used of it."""
    there, at = [""], 0
    for part in re.split(r"(\r|\n|\x1b\[K|\x1b\[\d+A|\x1b\[\d*m)", text):
        if part == "\n":
            at += 1
            there += [""] * (at + 1 - len(there))
        elif part == "\x1b[K":
            there[at] = ""
        elif found := re.fullmatch(r"\x1b\[(\d+)A", part):
            at -= int(found[1])
        elif part not in ("", "\r") and not part.startswith("\x1b"):
            there[at] += part
    return there


PLAN = flashing.Plan("Raspberry Pi Pico", "RP2040", "/media/me/RPI-RP2", "", "RPI_PICO-20260824-v1.29.0.uf2", "v1.29.0",
                     700_000, "uf2", doubt="is it another?")  # fmt: skip


def test_one_board_has_a_plan_a_bar_that_does_not_go_back_and_nothing_left_over(monkeypatch):
    screen = terminal(monkeypatch)
    watcher = OneBoard(Output())
    watcher.plan(PLAN)
    watcher.step("write")
    for done in (0, 350_000, 700_000, 10):
        watcher.progress(done, 700_000)
        assert all(len(line) < 80 for line in rows(screen()))
    assert "  [########################] writing" in screen() and "[............" in screen()
    watcher.step("back")
    watcher.close()
    left = [line for line in rows(screen()) if line]
    assert left == [
        "Raspberry Pi Pico (RP2040) at /media/me/RPI-RP2",
        "  now:   nothing that answers",
        "  then:  MicroPython v1.29.0",
        "  file:  RPI_PICO-20260824-v1.29.0.uf2, 684 KB, copied onto its boot drive",
        "  note:  is it another?",
    ]


@pytest.mark.parametrize("name", PICTURES)
def test_a_board_that_needs_a_hand_gets_its_picture_and_its_own_words(monkeypatch, name):
    screen = terminal(monkeypatch)
    watcher = OneBoard(Output())
    watcher.step("enter")
    watcher.help_in(name, "Hold the button that is marked B.")
    shown = rows(screen())
    assert all(line in shown for line in PICTURES[name].strip("\n").splitlines()) and PICTURES[name].isascii()
    assert "  Hold the button that is marked B." in shown and "Waiting" in shown[-2]
    assert max(map(len, shown)) <= 80


def test_a_program_hears_of_it_too(monkeypatch):
    screen = terminal(monkeypatch)
    OneBoard(Output(json=True)).help_in("bootsel", "Hold BOOTSEL.")
    assert json.loads(screen()) == {"needs_hand": {"picture": "bootsel", "words": "Hold BOOTSEL."}}


def test_every_chip_that_needs_a_hand_has_a_picture():
    from potluck import model

    assert {chip.picture for chip in model.all_chips()} <= set(PICTURES)
    assert set(METHODS) == {chip.method for chip in model.all_chips()} | {"dfu", "picotool"}


def test_several_boards_keep_their_lines_however_long(monkeypatch):
    screen = terminal(monkeypatch)
    lines = SeveralBoards(Output())
    boards = [lines.watch(Target(port=port)) for port in ("/dev/ttyACM0", "/dev/tty.usbmodem-of-a-long-name-14101", "COM7")]
    for step in STEPS:
        for board in boards:
            board.step(step)
    boards[0].progress(30, 100)
    boards[1].help_in("boot_en", "Hold BOOT, press EN, let go of BOOT; most boards need no button at all, they say.")
    shown = [line for line in rows(screen()) if line]
    assert len(shown) == 3 and all(len(line) < 80 for line in shown)
    assert shown[0].split() == ["/dev/ttyACM0", "[###.......]", "30", "%"]
    assert "f-a-long-name-14101" in shown[1] and "needs your hand: Hold BOOT" in shown[1]
    assert shown[2].split()[0] == "COM7"


def test_no_colour_where_none_is_wanted(monkeypatch):
    screen = terminal(monkeypatch)
    monkeypatch.setenv("NO_COLOR", "1")
    OneBoard(Output()).plan(PLAN)
    assert "\x1b[3" not in screen() and "note:" in screen()


def test_two_boards_are_told_with_the_command_that_names_one(desk, drive, firmware):
    drive(mood="stuck")
    desk.plug("/dev/ttyUSB3", 0x10C4, 0xEA60, "B")
    said = run("flash", "--firmware", firmware)
    assert said.exit_code == 1 and "potluck flash --port /dev/ttyUSB3; or" in said.stderr and "--all" in said.stderr
