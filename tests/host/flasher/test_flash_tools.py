# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""dfu-util and picotool. dfu-util itself runs as far as it goes without a board; what a board would see is
played by programs on PATH that check their arguments and say what the real ones say."""

import os
import shutil
import subprocess
import threading

import pytest
from potluck import flash as flashing
from potluck.errors import DfuAtRisk, FirmwareMismatch, FlashCut, FlasherMissing, FlashFailed
from potluck.flash.targets import Target
from potluck.flasher import dfu, picotool, tool

from tests.host.flasher import image_kit as kit
from tests.host.flasher.desk import ENGINE
from tests.host.flasher.esp_board import EspBoard
from tests.host.flasher.esp_rom import EspRom
from tests.host.flasher.test_flash_uf2 import Notes
from tests.needs import need

DFU = """#!/bin/sh
echo "$@" >> "$0.said"
case " $* " in *" --device ,2341:0070 "*) ;; *) echo "which device?"; exit 64 ;; esac
case " $* " in
*" --list "*)
    [ -e "$0.waits" ] || exit 0
    echo 'Found DFU: [2341:0070] ver=0100, devnum=9, cfg=1, intf=0, path="1-2", alt=0, name="RP2", serial="3030F9"'
    ;;
*" --download "*)
    for last; do :; done
    [ -s "$last" ] || { echo "no file"; exit 66; }
    printf 'Download\\t[=====                    ]  20%%\\r'
    [ -e "$0.fails" ] && { echo 'Error sending dfu download'; exit 74; }
    printf 'Download\\t[=========================] 100%%\\n'
    cp "$last" "$0.flash"
    ;;
esac
"""
PICOTOOL = """#!/bin/sh
echo "$@" >> "$0.said"
[ "$1" = erase ] && exit 0
[ "$1 $2 $3" = "load --verify --execute" ] || exit 64
echo 'Loading into Flash:   [===============               ]  50%'
echo 'Loading into Flash:   [==============================]  100%'
cp "$4" "$0.flash"
"""

# An ESP32's MicroPython reads the partition that it runs from. A virtual one has none: its boot.py puts this file there.
PARTITION = b"""
import esp32
class Partition:
    RUNNING = 1
    def __init__(self, which):
        self.file = open("/app.bin", "rb")
    def readblocks(self, block, into):
        self.file.seek(4096 * block)
        self.file.readinto(into)
esp32.Partition = Partition
"""


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    need("posix")
    folder = tmp_path / "bin"
    folder.mkdir()

    def make(name, text):
        path = folder / name
        path.write_text(text)
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return path

    return make


@pytest.fixture
def nano(desk, stand_in, tmp_path):
    """A Nano ESP32 that runs MicroPython, dfu-util's stand-in, and the app image for it."""
    board = desk.micropython("3030F9", (0x2341, 0x056B), "arduino_nano_esp32")
    program = stand_in("dfu-util", DFU)
    app = tmp_path / "nano.app-bin"
    app.write_bytes(kit.app_image("esp32s3", 60_000, version=ENGINE))

    def go():
        if not board.port.wait_bootloader(board.board, 20, done.is_set):
            return
        desk.unplug(board.device)
        program.with_name("dfu-util.waits").touch()
        while not program.with_name("dfu-util.flash").exists():
            if done.wait(0.02):
                return
        desk.micropython("3030F9", (0x2341, 0x056B), "arduino_nano_esp32", files=board.files)

    done = threading.Event()
    thread = threading.Thread(target=go, daemon=True)
    thread.start()
    board.program, board.app, board.files = program, app, {}
    yield board
    done.set()
    thread.join(10)


def test_a_nano_esp32_gets_the_app_and_keeps_its_bootloader(nano):
    notes = Notes()
    done = flashing.flash(firmware=nano.app, watcher=notes, back_s=10)
    assert (done.version, done.board) == (ENGINE, "Arduino Nano ESP32") and done.port != nano.device
    assert nano.program.with_name("dfu-util.flash").read_bytes() == nano.app.read_bytes()
    said = nano.program.with_name("dfu-util.said").read_text().splitlines()
    assert said[-1].startswith("--device ,2341:0070 --serial ,3030F9 --reset --download ")
    assert notes.bytes[-1] == (nano.app.stat().st_size,) * 2 and not notes.helped
    assert done.verified == "version" and "could not be compared" in notes.said[-1]  # no partitions on a virtual board


@pytest.mark.parametrize("broken_at", [None, 33_000])
def test_a_nano_esp32_reads_the_partition_that_it_runs_from(nano, broken_at):
    flash = bytearray(nano.app.read_bytes().ljust(0x10000, b"\xff"))
    if broken_at is not None:
        flash[broken_at] ^= 4
    nano.files.update({"/boot.py": PARTITION, "/app.bin": bytes(flash)})
    if broken_at is None:
        assert flashing.flash(firmware=nano.app, back_s=10).verified == "sha256"
    else:
        with pytest.raises(FlashFailed, match="differs from the file at 0x8000"):
            flashing.flash(firmware=nano.app, back_s=10)


def test_a_nano_esp32_that_waits_already(nano, desk):
    nano.program.with_name("dfu-util.waits").touch()
    desk.unplug(nano.device, another_name=False)
    threading.Timer(0.5, desk.micropython, ("3030F9", (0x2341, 0x056B), "arduino_nano_esp32")).start()
    done = flashing.flash(firmware=nano.app, back_s=10)
    assert (done.version, done.board) == (ENGINE, "Arduino Nano ESP32")


def test_a_nano_esp32_without_its_bootloader_is_a_bare_esp32s3(nano, desk, tmp_path):
    need("esptool")
    from potluck.virtual.ports.pty import PtyPort

    data = kit.full_image("esp32s3", 60_000, version=ENGINE)
    full = tmp_path / "nano.bin"
    full.write_bytes(data)
    made = []

    class Hand(Notes):
        def help_in(self, picture, words):
            super().help_in(picture, words)
            desk.unplug(nano.device, another_name=False)
            board = EspBoard(PtyPort(tmp_path / "s3"), EspRom("esp32s3"), expected=data, offset=0, kind="arduino_nano_esp32")
            made.append(board)
            board.reset(boot_held=True)
            desk.plug(board.port.device, 0x303A, 0x1001, "3030F9")

    notes = Hand()
    try:
        done = flashing.flash(
            port=nano.device, firmware=full, erase=True, yes=True, lose_dfu=True, watcher=notes, back_s=10
        )
        assert done.version == ENGINE and "B1 and GND" in notes.helped[0][1]
        assert made[0].rom.flash[: len(data)] == data and 0xD0 in made[0].rom.commands
    finally:
        for board in made:
            board.close()


def test_its_factory_bootloader_is_not_erased_by_the_way(nano, tmp_path):
    with pytest.raises(DfuAtRisk, match="factory bootloader"):
        flashing.flash("arduino_nano_esp32", port=nano.device, firmware=nano.app, erase=True, yes=True)
    full = tmp_path / "full.bin"
    full.write_bytes(kit.full_image("esp32s3", version=ENGINE))
    with pytest.raises(FirmwareMismatch, match="full image.*app image"):
        flashing.flash("arduino_nano_esp32", port=nano.device, firmware=full)
    assert not nano.program.with_name("dfu-util.said").exists()


def test_dfu_util_that_fails_is_said_so(nano):
    nano.program.with_name("dfu-util.fails").touch()
    with pytest.raises((FlashFailed, FlashCut), match="Error sending dfu download"):
        flashing.flash(port=nano.device, firmware=nano.app)


def test_dfu_util_itself_takes_our_words(tmp_path):
    need("dfu-util")
    assert dfu.waiting() == []
    app = tmp_path / "nano.app-bin"
    app.write_bytes(kit.app_image("esp32s3"))
    ran = dfu.write(app, serial="3030F9")
    # EX_IOERR or EX_NOINPUT: no such device; EX_USAGE (64) would be a word that it does not know
    assert ran.status not in (0, 64) and any("No DFU capable USB device" in line for line in ran.lines), ran
    unknown = subprocess.run([shutil.which("dfu-util"), "--no-such-word"], capture_output=True, text=True)
    assert unknown.returncode == 64


def test_picotool_writes_where_the_drive_cannot_be_mounted(desk, stand_in, tmp_path, monkeypatch):
    program = stand_in("picotool", PICOTOOL)
    firmware = tmp_path / "pico.uf2"
    firmware.write_bytes(kit.uf2_image(version=ENGINE))
    device = tmp_path / "RPI-RP2"
    notes = Notes()

    def back(*args, **options):
        desk.micropython("E66")
        return real(*args, **options)

    real = flashing.wait_back
    monkeypatch.setattr("potluck.flash.wait_back", back)
    done = flashing.flash(
        target=Target(device=device, label="RPI-RP2, not mounted"), firmware=firmware, watcher=notes, erase=True,
        yes=True, back_s=10,
    )  # fmt: skip
    assert done.version == ENGINE and notes.plans[0].method == "picotool" and notes.plans[0].chip == "RP2040"
    said = program.with_name("picotool.said").read_text().splitlines()
    assert said[0] == "erase --all" and said[1].startswith("load --verify --execute ")
    assert program.with_name("picotool.flash").read_bytes() == firmware.read_bytes()


def test_a_running_board_whose_drive_nobody_mounts_is_written_to_by_picotool(desk, drive, stand_in, firmware, monkeypatch):
    """A computer without a desktop: the drive is a block device, and stays one."""
    program = stand_in("picotool", PICOTOOL)
    old = desk.micropython("E66")
    there = []
    monkeypatch.setattr("potluck.flasher.drives.unmounted", lambda volumes: there if volumes == ["RPI-RP2"] else [])
    monkeypatch.setattr("potluck.flash.arrival.MOUNT_S", 0.3)

    def go():
        old.port.wait_bootloader(old.board, 10)
        desk.unplug(old.device)
        there.append(firmware.with_name("RPI-RP2"))
        while not program.with_name("picotool.flash").exists():
            if ended.wait(0.02):
                return
        there.clear()
        desk.micropython("E66")

    ended = threading.Event()
    thread = threading.Thread(target=go, daemon=True)
    thread.start()
    notes = Notes()
    try:
        done = flashing.flash(port=old.device, firmware=firmware, watcher=notes, back_s=10)
    finally:
        ended.set()
        thread.join(10)
    assert (done.version, done.verified) == (ENGINE, "picotool") and not notes.helped
    assert program.with_name("picotool.flash").read_bytes() == firmware.read_bytes()


def test_a_nano_esp32_that_does_not_come_by_itself_is_tapped_twice(nano, monkeypatch):
    monkeypatch.setattr("potluck.flash.bootloader.ask.enter_bootloader", lambda port: False)
    monkeypatch.setattr("potluck.flash.bootloader.touch", lambda port: False)

    class Hand(Notes):
        def help_in(self, picture, words):
            super().help_in(picture, words)
            nano.board.resets.append("bootloader")  # what the second tap leads to

    notes = Hand()
    done = flashing.flash(port=nano.device, firmware=nano.app, watcher=notes, back_s=10)
    assert done.version == ENGINE and notes.helped[0][0] == "double_tap" and "twice" in notes.helped[0][1]


def test_without_the_programs_the_way_to_get_them_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FlasherMissing, match="apt install dfu-util"):
        dfu.waiting()
    with pytest.raises(FlasherMissing, match="udisksctl mount"):
        picotool.words()


def test_a_program_is_run_without_a_shell_and_not_at_all_in_a_dry_run(tmp_path):
    need("posix")
    lines = []
    ran = tool.run(["printf", "a\\rb %s\\n", "$(touch x); echo"], heard=lines.append)
    assert ran.ok and lines == ["a", "b $(touch x); echo"] == list(ran.lines)
    assert tool.run(["/no/such/program"], dry_run=True).ok
    with pytest.raises(FlasherMissing):
        tool.run(["/no/such/program"])
    assert tool.run(["sleep", "20"], silence_s=0.1).status == -1
    assert tool.run(["false"]).status == 1
