# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""ESP32 boards, written to by the unmodified esptool against an emulated boot ROM (esp_rom)."""

import ast
import subprocess
import sys
import threading

import pytest
from potluck import flash as flashing
from potluck.errors import (
    BoardNotBack,
    BoardUnable,
    BootloaderSilent,
    DataAtRisk,
    FirmwareMismatch,
    FlasherMissing,
    FlashFailed,
)

from tests.host.flasher import esp_rom
from tests.host.flasher import image_kit as kit
from tests.host.flasher.desk import ENGINE
from tests.host.flasher.esp_board import EspBoard
from tests.host.flasher.esp_rom import EspRom
from tests.host.flasher.test_flash_uf2 import Notes, run
from tests.needs import need

TOUCHES = {esp_rom.FLASH_BEGIN, esp_rom.DEFL_BEGIN, esp_rom.ERASE_FLASH, esp_rom.ERASE_REGION}


@pytest.fixture(autouse=True)
def _esptool():
    need("esptool")
    need("pty")


@pytest.fixture
def boards(desk, tmp_path):
    from potluck.virtual.ports.pty import PtyPort

    made = []

    def make(chip="esp32", *, image=b"", boot=True, rom=None, **options):
        port = PtyPort(tmp_path / f"esp{len(made)}")
        board = EspBoard(port, rom or EspRom(chip), expected=image, offset=kit.CHIPS[chip][1], **options)
        made.append(board)
        board.reset(boot_held=boot)
        return board

    yield make
    for board in made:
        board.close()


def image_file(tmp_path, chip="esp32", **options):
    data = kit.full_image(chip, 60_000, version=ENGINE, **options)
    path = tmp_path / f"{chip}.bin"
    path.write_bytes(data)
    return path, data


def untouched(board):
    return not TOUCHES & set(board.rom.commands) and not board.rom.flash.strip(b"\xff")


@pytest.mark.parametrize("chip", kit.CHIPS)
def test_each_chip_is_asked_written_verified_and_seen_again(boards, tmp_path, chip):
    path, data = image_file(tmp_path, chip)
    board = boards(chip, image=data)
    notes = Notes()
    done = flashing.flash(chip, port=board.port.device, firmware=path, watcher=notes, back_s=10)
    assert (done.version, done.port) == (ENGINE, board.port.device)
    offset = kit.CHIPS[chip][1]
    assert board.rom.flash[offset : offset + len(data)] == data
    assert not board.rom.flash[offset + len(data) + 4096 :].strip(b"\xff")
    assert esp_rom.MD5 in board.rom.commands and board.rom.baud == 460_800
    assert notes.steps == ["write", "back"] and notes.asked == 0 and not notes.helped
    assert notes.bytes and notes.bytes[-1] == (len(data), len(data))


def test_a_board_that_nobody_named_gets_the_newest_from_the_catalogue(boards, server):
    image = kit.full_image("esp32c3", 60_000, version=ENGINE)
    from tests.host.flasher.catalogue_server import page

    server.pages["ESP32_GENERIC_C3"] = page("ESP32_GENERIC_C3", ("bin", "app-bin"))
    server.files["ESP32_GENERIC_C3-20260824-v1.29.0.bin"] = image
    board = boards("esp32c3", image=image)
    done = run("flash", "--port", board.port.device)
    assert done.exit_code == 0, done.output
    assert "ESP32_GENERIC_C3-20260824-v1.29.0.bin" in done.stdout
    assert f"ESP32-C3 runs MicroPython {ENGINE}" in done.stdout


@pytest.mark.parametrize("variant", [True, False])
def test_less_flash_than_the_usual_build_takes_gets_the_build_for_less(boards, server, variant):
    from tests.host.flasher.catalogue_server import page

    small = kit.full_image("esp32", 60_000, version=ENGINE)
    server.pages["ESP32_GENERIC"] = page("ESP32_GENERIC", ("bin", "app-bin"), ("", "-FLASH_4M") if variant else ("",))
    server.files["ESP32_GENERIC-20260824-v1.29.0.bin"] = kit.full_image("esp32", 60_000, size_mb=8)
    server.files["ESP32_GENERIC-FLASH_4M-20260824-v1.29.0.bin"] = small
    board = boards("esp32", image=small)
    done = run("flash", "esp32", "--port", board.port.device)
    if variant:
        assert done.exit_code == 0 and "it has 4 MB of flash: ESP32_GENERIC-FLASH_4M" in done.stdout, done.output
    else:
        assert "error [firmware-mismatch]" in done.stderr and "8 MB" in done.stderr and untouched(board), done.output


@pytest.mark.parametrize(
    ("chip", "image", "words"),
    [
        (None, {"chip": "esp32c3"}, ("ESP32-C3", "ESP32")),
        ("esp32c3", {"chip": "esp32c3"}, ("you named ESP32-C3", "an ESP32")),
        ("esp32", {"size_mb": 8}, ("8 MB", "4 MB")),
        ("arduino_nano_esp32", {}, None),
    ],
)
def test_a_wrong_image_or_board_is_refused_before_anything_is_erased(boards, tmp_path, chip, image, words):
    path, _ = image_file(tmp_path, **image)
    board = boards()
    if words is None:  # has no DFU bootloader to enter and no serial boot ROM that is asked
        with pytest.raises(FirmwareMismatch, match="app image|ESP32-S3"):
            flashing.flash(chip, port=board.port.device, firmware=path, hand_s=0.1)
    else:
        with pytest.raises(FirmwareMismatch) as caught:
            flashing.flash(chip, port=board.port.device, firmware=path)
        assert all(word in caught.value.what for word in words)
    assert untouched(board)


def test_a_line_that_loses_bytes(boards, tmp_path):
    path, data = image_file(tmp_path)
    board = boards(image=data, rom=EspRom(spoil={1, 2, 4}))
    assert flashing.flash("esp32", port=board.port.device, firmware=path, back_s=10).version == ENGINE


def test_a_line_that_is_too_bad_is_tried_slowly_and_then_said_so(boards, tmp_path):
    path, data = image_file(tmp_path)
    board = boards(image=data, rom=EspRom(spoil=set(range(3, 500))))
    notes = Notes()
    notes.say = notes.steps.append
    with pytest.raises(FlashFailed, match="status") as caught:
        flashing.flash("esp32", port=board.port.device, firmware=path, watcher=notes)
    assert "not broken" in caught.value.do
    assert notes.steps[-1] == "writing failed; trying once more, slowly"


def test_a_cable_pulled_in_mid_write_and_a_second_run(boards, tmp_path):
    path, data = image_file(tmp_path)
    board = boards(image=data)
    board.pulled_at, board.pull = 2, board.port.close
    first = board.port.device
    done = run("flash", "esp32", "--port", first, "--firmware", path)
    assert done.exit_code == 1 and "error [flash-cut]" in done.stderr, done.output
    assert "not broken" in done.stderr
    again = boards(image=data, rom=board.rom)  # the same chip, half written
    done = run("flash", "esp32", "--port", again.port.device, "--firmware", path)
    assert done.exit_code == 0, done.output


def test_a_board_that_does_not_answer_shows_boot_and_en(boards, tmp_path):
    path, data = image_file(tmp_path)
    board = boards(image=data, boot=False)

    class Pressing(Notes):
        def help_in(self, picture, words):
            super().help_in(picture, words)
            board.reset(boot_held=True)

    notes = Pressing()
    done = flashing.flash("esp32_devkitc", port=board.port.device, firmware=path, watcher=notes, back_s=10)
    assert done.version == ENGINE
    assert notes.helped == [("boot_en", "Hold BOOT, press EN, let go of BOOT; most boards need no button.")]


def test_an_s3_that_runs_micropython_on_its_own_usb_is_another_device_in_its_boot_rom(boards, desk, tmp_path):
    path, data = image_file(tmp_path, "esp32s3")
    old = desk.micropython("a0b7654d3c2b", (0x303A, 0x4001), "arduino_nano_esp32")
    came = []

    def go():
        old.port.wait_bootloader(old.board, 10)
        desk.unplug(old.device)
        came.append(boards("esp32s3", image=data, kind="arduino_nano_esp32"))
        desk.plug(came[0].port.device, 0x303A, 0x1001, "A0:B7:65:4D:3C:2B")

    threading.Thread(target=go, daemon=True).start()
    notes = Notes()
    done = flashing.flash("esp32s3", port=old.device, firmware=path, watcher=notes, yes=True, back_s=10)
    assert done.port == came[0].port.device and done.version == ENGINE and done.was
    assert came[0].rom.flash[: len(data)] == data and "enter" in notes.steps and not notes.helped
    assert "another place" in notes.plans[0].lost[0]


@pytest.mark.long
def test_nobody_presses_anything(boards, tmp_path):
    path, _ = image_file(tmp_path)
    board = boards(boot=False)
    with pytest.raises(BootloaderSilent):
        flashing.flash("esp32", port=board.port.device, firmware=path, hand_s=0.1)


def test_erasing_is_asked_for(boards, tmp_path):
    path, data = image_file(tmp_path)
    board = boards(image=data)
    board.rom.flash[0x300000:0x300004] = b"mine"
    with pytest.raises(DataAtRisk):
        flashing.flash("esp32", port=board.port.device, firmware=path, erase=True)
    assert not TOUCHES & set(board.rom.commands)
    flashing.flash("esp32", port=board.port.device, firmware=path, erase=True, yes=True, back_s=10)
    assert board.rom.flash[0x300000:0x300004] == b"\xff" * 4


def test_files_stay_without_erasing(boards, tmp_path):
    path, data = image_file(tmp_path)
    board = boards(image=data)
    board.rom.flash[0x300000:0x300004] = b"mine"
    flashing.flash("esp32", port=board.port.device, firmware=path, back_s=10)
    assert board.rom.flash[0x300000:0x300004] == b"mine"


def test_a_dry_run_asks_the_chip_nothing(boards, tmp_path):
    path, _ = image_file(tmp_path)
    board = boards()
    notes = Notes()
    done = flashing.flash("esp32", port=board.port.device, firmware=path, watcher=notes, dry_run=True)
    assert done.dry_run and board.rom.commands == []
    assert "flash-id" in notes.runs[0] and "write-flash" in notes.runs[1] and "0x1000" in notes.runs[1]


def test_a_board_that_does_not_start_says_its_last_words(boards, tmp_path):
    path, _ = image_file(tmp_path)
    board = boards(image=b"something else")
    with pytest.raises(BoardNotBack, match="invalid header: 0xffffffff"):
        flashing.flash("esp32", port=board.port.device, firmware=path, back_s=2)


def test_the_emulated_rom_takes_what_esptool_sends_without_its_loader(boards, tmp_path):
    path, data = image_file(tmp_path)
    board = boards(image=data)
    words = ["--no-stub", "--before", "no-reset", "--after", "no-reset", "write-flash", "0x1000", str(path)]
    done = subprocess.run(
        [sys.executable, "-m", "esptool", "--chip", "esp32", "--port", board.port.device, *words],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0 and "Hash of data verified" in done.stdout, done.stdout
    assert board.rom.flash[0x1000 : 0x1000 + len(data)] == data and not board.rom.stub


def test_esptool_itself_refuses_another_chip(boards, tmp_path):
    from potluck.flasher.esptool import Esptool

    path, _ = image_file(tmp_path, "esp32c3")
    board = boards()
    assert not Esptool.at(board.port.device).write(path, "esp32c3", 0).ok
    assert untouched(board)


def test_esptool_is_run_and_never_imported(root):
    for path in (root / "host").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                assert not any(alias.name.split(".")[0] in ("esptool", "esp_pylib") for alias in node.names), path
            elif isinstance(node, ast.ImportFrom) and not node.level:
                assert node.module.split(".")[0] not in ("esptool", "esp_pylib"), path


def test_without_esptool_the_way_to_get_it_is_said(boards, tmp_path, monkeypatch):
    path, _ = image_file(tmp_path)
    board = boards()
    monkeypatch.setattr("potluck.flasher.esptool.importlib.util.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FlasherMissing, match=r"potluck\[flash\]"):
        flashing.flash("esp32", port=board.port.device, firmware=path)


def test_esptool_4_is_spelt_as_it_wants(tmp_path, monkeypatch):
    need("posix")
    from potluck.flasher.esptool import Esptool

    old = tmp_path / "esptool.py"
    old.write_text('#!/bin/sh\n[ "$1" = version ] && echo esptool.py v4.8.1 && exit\necho "$@" >> "$0.said"\n')
    old.chmod(0o755)
    monkeypatch.setenv("POTLUCK_ESPTOOL", str(old))
    tool = Esptool.at("/dev/ttyUSB0")
    tool.detect()
    path, _ = image_file(tmp_path)
    tool.write(path, "esp32", 0x1000, erase=True)
    said = (tmp_path / "esptool.py.said").read_text().splitlines()
    assert said[0].startswith("--no-stub ") and said[0].endswith(" flash_id")
    assert "--before default_reset --after no_reset " in said[0]
    assert "write_flash --flash_mode keep --flash_size keep --erase-all 0x1000" in said[1]


def test_an_avr_behind_a_nameless_bridge_is_told_kindly(desk, tmp_path):
    from potluck.virtual.ports.pty import PtyPort

    class Optiboot:
        def __init__(self, port):
            self.port = port
            port.bind(self)
            port.open()

        def feed(self, data):
            if data.endswith(b"\x30\x20"):
                self.port.write(b"\x14\x10")
            return len(data)

    path, _ = image_file(tmp_path)
    port = PtyPort(tmp_path / "uno")
    Optiboot(port)
    try:
        with pytest.raises(BoardUnable, match="AVR"):
            flashing.flash("esp32", port=port.device, firmware=path, hand_s=1)
    finally:
        port.close()


@pytest.mark.long
def test_over_rfc_2217_with_lines_that_reset_and_a_chip_that_answers_after_the_second(tmp_path):
    need("loopback")
    from potluck.virtual.ports.rfc2217 import Rfc2217Port

    path, data = image_file(tmp_path)
    port = Rfc2217Port(edges_reset=True, needs_dtr=False)
    board = EspBoard(port, EspRom(), expected=data, mute=1)
    port.on_enable = lambda high, boot: board.enable(high)
    board.reset()
    try:
        notes = Notes()
        done = flashing.flash("esp32", port=port.name, firmware=path, watcher=notes, back_s=20)
        assert done.version == ENGINE and board.resets_into_boot >= 2 and not notes.helped
    finally:
        board.close()


@pytest.mark.long
def test_recipe_goes_on_to_deploy_and_watch(boards, tmp_path):
    path, data = image_file(tmp_path)
    board = boards(image=data)
    done = run(
        "flash", "esp32_devkitc", "--port", board.port.device, "--firmware", path, "--recipe", "plant-waterer", "--for", "12s"
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert f"runs MicroPython {ENGINE}" in done.stdout
    deployed, watched = done.stdout.split("plant-waterer 1.0.0", 2)[1:]
    assert deployed.startswith(" runs on esp32_devkitc") and " on esp32_devkitc " in watched
    assert "0 lost, 0 damaged" in watched
