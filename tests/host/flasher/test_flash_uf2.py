# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A Pico from anything to MicroPython: boot drives in every mood, boards that come back elsewhere."""

import errno
import json
import os
import threading

import pytest
from click.testing import CliRunner
from potluck import flash as flashing
from potluck.cli import group
from potluck.errors import (
    BoardNotBack,
    BootloaderSilent,
    DataAtRisk,
    DriveUnusable,
    FlashFailed,
)

from tests.host.flasher import image_kit as kit
from tests.host.flasher.desk import ENGINE, RP2350
from tests.needs import need


class Notes(flashing.Watcher):
    def __init__(self, allow=False):
        self.plans, self.steps, self.helped, self.bytes, self.runs, self.said, self.asked = [], [], [], [], [], [], 0
        self._allow = allow

    def plan(self, plan):
        self.plans.append(plan)

    def step(self, name):
        if name != "look":  # always first
            self.steps.append(name)

    def progress(self, done, total):
        if self.steps[-1:] != ["verify"]:
            self.bytes.append((done, total))

    def say(self, sentence):
        self.said.append(sentence)

    def help_in(self, picture, words):
        self.helped.append((picture, words))

    def would_run(self, words):
        self.runs.append(words)

    def allow(self, plan):
        self.asked += 1
        return self._allow


def run(*args):
    done = CliRunner().invoke(group, [str(arg) for arg in args], prog_name="potluck")
    assert "Traceback" not in done.output
    return done


def hear(line, mark):
    """What the board says, up to the mark or three silent seconds."""
    said = b""
    while mark not in said and (got := line.read(3)):
        said += got
    return said.decode("utf-8", "replace")


def test_a_bare_pico_in_one_command(desk, drive, firmware):
    waiting = drive(flashed=lambda _: desk.micropython("E66"))
    notes = Notes()
    done = flashing.flash(firmware=firmware, watcher=notes, back_s=10)
    assert (done.version, done.chip, done.port in desk.listed) == (ENGINE, "RP2040", True)
    assert b"".join(waiting.memory[at] for at in sorted(waiting.memory)).count(b"MicroPython v1.27") == 1
    assert notes.steps == ["write", "back", "verify"] and notes.asked == 0 and not notes.helped
    sizes = [done for done, _ in notes.bytes]
    assert sizes == sorted(sizes) and notes.bytes[-1] == (firmware.stat().st_size,) * 2
    assert done.verified == "version" and "could not be compared" in notes.said[0]  # a virtual board has no flash there


def test_a_running_pico_enters_its_bootloader_by_itself_and_comes_back_under_another_name(desk, drive, firmware):
    desk.micropython("OTHER", seed=7)  # another board, which is left alone
    old = desk.micropython("E66", seed=1)
    kept = []

    def go():
        old.port.wait_bootloader(old.board, 10)
        desk.unplug(old.device)
        kept.extend(os.openpty())  # takes the old name, which the system would else give out again
        drive(flashed=lambda _: desk.micropython("E66", seed=1))

    threading.Thread(target=go, daemon=True).start()
    notes = Notes()
    done = flashing.flash(port=old.device, firmware=firmware, watcher=notes, back_s=10)
    assert done.port != old.device and desk.listed[done.port].serial_number == "E66"
    assert done.was == f"micropython {ENGINE}" and done.board == "Raspberry Pi Pico"
    assert notes.steps == ["enter", "write", "back", "verify"] and not notes.helped
    for file in kept:
        os.close(file)


def test_an_arduino_nano_rp2040_connect(desk, drive, tmp_path):
    need("pty")
    firmware = tmp_path / "ARDUINO_NANO_RP2040_CONNECT-20260602-v1.27.0.uf2"
    firmware.write_bytes(kit.uf2_image(version=ENGINE, machine="Arduino Nano RP2040 Connect with RP2040"))
    usb, kind = (0x2341, 0x025E), "arduino_nano_rp2040_connect"
    old = desk.micropython("N1", usb, kind)

    def go():
        old.port.wait_bootloader(old.board, 10)
        desk.unplug(old.device)
        drive(flashed=lambda _: desk.micropython("N1", usb, kind))

    threading.Thread(target=go, daemon=True).start()
    notes = Notes()
    done = flashing.flash(firmware=firmware, watcher=notes, back_s=10)
    assert (done.board, done.version) == ("Arduino Nano RP2040 Connect", ENGINE) and not notes.helped
    assert notes.plans[0].method == "uf2" and notes.plans[0].lost == ()


@pytest.mark.parametrize("family", [0xE48BFF59, 0xE48BFF5A])
def test_a_pico_2_for_its_arm_and_for_its_risc_v_cores(desk, drive, tmp_path, family):
    firmware = tmp_path / "RPI_PICO2-20260602-v1.27.0.uf2"
    firmware.write_bytes(kit.uf2_image(family=family, version=ENGINE, absolute=True, files=(0x10100000, 0x300000)))
    waiting = drive(name="RP2350", info=RP2350, family=family, flashed=lambda _: desk.micropython("E66"))
    done = flashing.flash(firmware=firmware, back_s=10)
    assert (done.chip, done.version) == ("RP2350", ENGINE) and waiting.flash.count(b"MicroPython v1.27") == 1


def test_a_board_without_a_prompt_is_touched_at_1200_baud(desk, drive, firmware, monkeypatch):
    monkeypatch.setattr("potluck.flash.ask.about", lambda port, *args, **more: None)
    monkeypatch.setattr("potluck.flash.ask.enter_bootloader", lambda port: False)
    old = desk.micropython("E66")
    touched = threading.Event()

    def go():
        while not old.port.touched():
            touched.wait(0.01)
        touched.set()
        drive()

    threading.Thread(target=go, daemon=True).start()
    with pytest.raises(BoardNotBack):
        flashing.flash("pico", port=old.device, firmware=firmware, back_s=0.3)
    assert touched.is_set()


def test_a_board_that_nobody_named_and_that_says_nothing_is_known_by_its_drive(desk, drive, server, monkeypatch):
    old, about = desk.micropython("E66"), flashing.ask.about
    monkeypatch.setattr("potluck.flash.ask.about", lambda port, *more, **options: port != old.device and about(port) or None)
    monkeypatch.setattr("potluck.flash.bootloader.ALONE_S", 0.1)
    server.files["RPI_PICO2-20260824-v1.29.0.uf2"] = kit.uf2_image(family=0xE48BFF59, version=ENGINE)

    class Helped(Notes):
        def help_in(self, picture, words):
            super().help_in(picture, words)
            desk.unplug(old.device)
            drive(name="RP2350", info=RP2350, family=0xE48BFF59, flashed=lambda _: desk.micropython("E66"))

    notes = Helped()
    done = flashing.flash(watcher=notes, back_s=10)
    assert (done.chip, done.firmware, notes.helped[0][0]) == ("RP2350", "RPI_PICO2-20260824-v1.29.0.uf2", "bootsel")
    assert notes.plans[0].doubt and notes.plans[0].where == old.device


def test_a_board_that_needs_a_hand_shows_a_picture_and_is_waited_for(desk, drive, firmware, monkeypatch):
    monkeypatch.setattr("potluck.flash.bootloader.ALONE_S", 0.1)
    old = desk.micropython("E66")  # takes machine.bootloader() and starts again: no drive

    class Helped(Notes):
        def help_in(self, picture, words):
            super().help_in(picture, words)
            drive(late_s=0.2, flashed=lambda _: desk.micropython("E66"))

    notes = Helped()
    done = flashing.flash(port=old.device, firmware=firmware, watcher=notes, back_s=10)
    assert done.version == ENGINE
    assert notes.helped == [("bootsel", "Hold BOOTSEL while plugging the USB cable in.")]
    with pytest.raises(BootloaderSilent):
        flashing.flash(port=done.port, firmware=firmware, hand_s=0.2)


def test_a_board_that_does_not_take_the_file_is_said_so(desk, drive, firmware, monkeypatch):
    monkeypatch.setattr("potluck.flasher.uf2.GONE_S", 0.3)
    drive(mood="picky", family=0xE48BFF59)
    with pytest.raises(FlashFailed, match="still there"):
        flashing.flash(firmware=firmware)


def test_a_cable_pulled_in_mid_write_and_a_second_run(desk, drive, firmware, monkeypatch):
    pulled = drive(mood="stuck")
    written = []

    def fsync(handle):
        written.append(handle)
        if len(written) == 3:
            pulled.pull()
            raise OSError(errno.EIO, "the device has gone")

    with monkeypatch.context() as patch:
        patch.setattr("potluck.flasher.uf2.os.fsync", fsync)
        done = run("flash", "--firmware", firmware)
    assert done.exit_code == 1 and "error [flash-cut]" in done.stderr and len(written) == 3
    assert "not broken" in done.stderr and "again" in done.stderr
    drive(flashed=lambda _: desk.micropython("E66"))
    again = run("flash", "--firmware", firmware)
    assert again.exit_code == 0, again.output
    assert f"runs MicroPython {ENGINE}" in again.stdout and "Next: potluck deploy" in again.stdout


@pytest.mark.parametrize("number", ["EIO", "EACCES", "EINVAL"])
def test_a_board_that_goes_with_the_last_piece_before_the_system_has_said_that_it_came(desk, drive, firmware, monkeypatch, number):
    """Linux says EIO, Windows what it calls "not ready"; and the drive's names are there for a moment."""
    waiting = drive(mood="stuck")
    written = []

    def fsync(handle):
        written.append(handle)
        if len(written) == -(-firmware.stat().st_size // (64 * 512)):
            threading.Timer(0.2, waiting.pull).start()
            desk.micropython("E66")
            raise OSError(getattr(errno, number), number)

    monkeypatch.setattr("potluck.flasher.uf2.os.fsync", fsync)
    assert flashing.flash(firmware=firmware, back_s=10).version == ENGINE


def test_a_board_whose_own_main_py_is_deaf_is_sent_to_rescue(desk, drive, firmware):
    deaf = b"import time\nwhile True:\n try:\n  print('busy')\n  time.sleep_ms(5)\n except BaseException: pass\n"
    drive(flashed=lambda _: desk.micropython("E66", files={"/main.py": deaf}))
    with pytest.raises(BoardNotBack, match="busy") as caught:
        flashing.flash(firmware=firmware, back_s=1)
    assert caught.value.do.endswith(f"potluck rescue {next(iter(desk.listed))}")


def test_a_full_drive(desk, drive, firmware):
    need("linux")
    full = drive(mood="stuck")
    (full.folder / "firmware.uf2").symlink_to("/dev/full")
    with pytest.raises(DriveUnusable, match="full"):
        flashing.flash(firmware=firmware)


def test_a_read_only_drive(desk, drive, firmware):
    need("not-root")
    locked = drive(mood="stuck")
    locked.folder.chmod(0o500)
    try:
        with pytest.raises(DriveUnusable, match="read-only"):
            flashing.flash(firmware=firmware)
    finally:
        locked.folder.chmod(0o700)


@pytest.mark.parametrize(("number", "word"), [("EROFS", "read-only"), ("EACCES", "read-only"), ("ENOSPC", "full")])
def test_what_the_system_says_of_a_drive_in_words(desk, drive, firmware, monkeypatch, number, word):
    def refuse(*args):
        raise OSError(getattr(errno, number), number)

    drive(mood="stuck")
    monkeypatch.setattr("potluck.flasher.uf2.os.fsync", refuse)
    monkeypatch.setattr("potluck.flasher.uf2.NOTICE_S", 0.1)
    with pytest.raises(DriveUnusable, match=word):
        flashing.flash(firmware=firmware)


def test_any_folder_may_stand_in_for_the_drive(desk, server, tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    done = run("flash", "pico", "--drive", folder)
    assert done.exit_code == 0, done.output
    assert (folder / "firmware.uf2").read_bytes() == server.files["RPI_PICO-20260824-v1.29.0.uf2"]
    assert "error [unknown-board]" in run("flash", "--drive", folder).stderr
    assert "error [drive-unusable]" in run("flash", "pico", "--drive", tmp_path / "none").stderr


def test_a_build_that_is_named_by_its_id(desk, drive, tmp_path):
    board = desk.micropython("E66")
    firmware = tmp_path / "RPI_PICO_W-20260602-v1.27.0.uf2"
    firmware.write_bytes(kit.uf2_image(version=ENGINE))
    with pytest.raises(DataAtRisk, match="runs RPI_PICO and gets RPI_PICO_W"):
        flashing.flash("RPI_PICO_W", port=board.device, firmware=firmware)
    notes = Notes()
    done = flashing.flash("RPI_PICO2_W_NEW", port=board.device, firmware=firmware, watcher=notes, dry_run=True)
    assert done.chip == "RP2040" and notes.plans[0].method == "uf2"


def test_a_dry_run_says_what_it_would_do(desk, drive, firmware):
    waiting = drive(mood="stuck")
    done = run("flash", "--firmware", firmware, "--dry-run", "--json")
    assert done.exit_code == 0, done.output
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert said[0]["plan"]["method"] == "uf2" and said[1]["would_run"][0] == "copy" and said[2]["dry_run"] is True
    assert len(list(waiting.folder.iterdir())) == 2


def test_a_board_that_comes_back_with_something_else_is_noticed(desk, drive, tmp_path):
    firmware = tmp_path / "RPI_PICO-20260824-v1.29.0.uf2"
    firmware.write_bytes(kit.uf2_image(version="v1.29.0"))
    drive(flashed=lambda _: desk.micropython("E66"))
    with pytest.raises(FlashFailed, match=r"came back with micropython v1\.27.*v1\.29\.0"):
        flashing.flash(firmware=firmware, back_s=10)


def test_all_boards_each_with_its_line(desk, drive, firmware):
    for number in range(3):
        drive(name=f"RPI-RP2-{number}", flashed=lambda _, n=number: desk.micropython(f"E{n}", seed=n))
    desk.plug("/dev/ttyACM0", 0x2341, 0x0043, "UNO1")
    done = run("flash", "--all", "--firmware", firmware)
    assert done.exit_code == 1  # the UNO
    assert done.stdout.count(f"runs MicroPython {ENGINE}") == 3
    assert done.stderr.count("error [board-unable]") == 1
    for number in range(3):
        assert f"RPI-RP2-{number}" in done.stdout
    ports = {line.split(" at ")[1].split(",")[0] for line in done.stdout.splitlines() if "runs MicroPython" in line}
    assert len(ports) == 3
