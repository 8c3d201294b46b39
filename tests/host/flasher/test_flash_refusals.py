# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What is asked and refused before a board is touched: wrong files, wrong boards, no choice, no network, files at risk."""

import pytest
from potluck import flash as flashing
from potluck import link
from potluck.errors import (
    BoardUnable,
    DataAtRisk,
    FirmwareMismatch,
    FirmwareWrong,
    FlashFailed,
    PortAmbiguous,
    PortGone,
    PortNotFound,
    RescueFailed,
)

from tests.host.flasher import image_kit as kit
from tests.host.flasher.desk import ENGINE, RP2350
from tests.host.flasher.test_flash_uf2 import Notes, hear, run


def test_circuitpython_gives_way_when_its_files_may(desk, drive, firmware, monkeypatch):
    """What CircuitPython says of itself; 1200 baud is the way into its bootloader."""
    old = desk.micropython("E66", usb=(0x2E8A, 0x000B))
    about = flashing.ask.About("circuitpython", "9.2.1", "", "Raspberry Pi Pico with rp2040", "")
    monkeypatch.setattr("potluck.flash.detect.ask.about", lambda port, *args, **more: about)
    with pytest.raises(DataAtRisk, match="circuitpython 9.2.1: it and its files give way"):
        flashing.flash(firmware=firmware)
    notes = Notes()
    done = flashing.flash(firmware=firmware, watcher=notes, dry_run=True)
    assert (done.chip, notes.plans[0].board, notes.plans[0].now) == ("RP2040", "Raspberry Pi Pico", "circuitpython 9.2.1")
    assert old.device in notes.plans[0].where


def test_a_drive_of_another_family_is_refused_before_a_byte_is_written(desk, drive, firmware):
    other = drive(name="RP2350", info=RP2350)
    with pytest.raises(FirmwareMismatch, match="RP2040.*RP2350"):
        flashing.flash(firmware=firmware)
    with pytest.raises(FirmwareMismatch, match="you named Raspberry Pi Pico .*RP2350"):
        flashing.flash("pico", firmware=firmware)
    assert sorted(path.name for path in other.folder.iterdir()) == ["INDEX.HTM", "INFO_UF2.TXT"]


def test_no_board_two_boards_and_an_uno(desk, drive, firmware):
    with pytest.raises(PortNotFound):
        flashing.flash(firmware=firmware)
    desk.plug("/dev/ttyACM0", 0x2341, 0x0043, "UNO1")
    with pytest.raises(BoardUnable, match="AVR"):
        flashing.flash(firmware=firmware)
    with pytest.raises(BoardUnable, match="AVR"):
        flashing.flash(port="/dev/ttyACM0", firmware=firmware)
    desk.plug("/dev/ttyACM7", 0x2E8A, 0x0005, "A")
    desk.plug("/dev/ttyUSB3", 0x10C4, 0xEA60, "B")
    drive(mood="stuck")
    with pytest.raises(PortAmbiguous) as caught:
        flashing.flash(firmware=firmware)
    assert all(name in caught.value.what for name in ("/dev/ttyACM7", "/dev/ttyUSB3", "RPI-RP2"))
    assert "/dev/ttyACM0" not in caught.value.what


@pytest.mark.parametrize("goes", [2, 99])
def test_a_board_that_starts_again_and_again_is_asked_between_two_starts(desk, firmware, monkeypatch, goes):
    old, asked, about = desk.micropython("E66"), [], flashing.ask.about

    def restless(port, *args, **more):
        asked.append(port)
        if len(asked) <= goes:
            raise PortGone("the port has gone", where=port)
        return about(port, *args, **more)

    monkeypatch.setattr("potluck.flash.detect.ask.about", restless)
    notes = Notes()
    done = flashing.flash(port=old.device, firmware=firmware, watcher=notes, dry_run=True)
    assert (done.chip, bool(notes.plans[0].now), len(asked)) == ("RP2040", goes == 2, min(goes + 1, 4))


def test_a_virtual_board_and_a_port_in_the_wrong_place(desk, firmware):
    done = run("flash", "/dev/ttyACM0", "--firmware", firmware)
    assert done.exit_code == 1 and "--port /dev/ttyACM0" in done.stderr


def test_a_running_board_goes_on_when_nothing_is_written(desk, drive, firmware):
    board = desk.micropython("E66")
    board.board.flash.write_bytes("/main.py", b"print('main', 'runs')\n")
    with pytest.raises(FirmwareMismatch, match="RP2350.*RP2040"):
        flashing.flash("rp2350", port=board.device, firmware=firmware)
    with link.open_port(board.device) as line:
        assert "main runs" in hear(line, b"main runs")


def test_a_file_that_is_no_firmware_touches_nothing(desk, drive, tmp_path):
    waiting = drive(mood="stuck")
    bad = tmp_path / "x.uf2"
    bad.write_bytes(kit.HTML)
    with pytest.raises(FirmwareWrong, match="web page"):
        flashing.flash(firmware=bad)
    assert len(list(waiting.folder.iterdir())) == 2


@pytest.mark.parametrize("trouble", ["tampered", "login", "changed page", "no such board"])
def test_whatever_is_wrong_with_the_catalogue_nothing_is_erased(desk, drive, server, trouble):
    waiting, board, error = drive(mood="stuck"), "pico", "catalogue-changed"
    if trouble == "tampered":
        assert run("firmware", "get", "pico").exit_code == 0
        cached = flashing.Catalogue().cache.path("RPI_PICO-20260824-v1.29.0.uf2")
        cached.write_bytes(kit.uf2_image(length=21_000))
        error = "firmware-hash"
    elif trouble == "login":
        server.mood = "login"
    elif trouble == "changed page":
        server.pages["RPI_PICO"] = server.pages["CHANGED"]
    else:
        board, error = "RPI_PICO9", "firmware-unknown"
    done = run("flash", board, "--yes")
    assert done.exit_code == 1 and f"error [{error}]" in done.stderr, done.output
    assert len(list(waiting.folder.iterdir())) == 2


def test_without_a_network_the_cache_flashes_and_says_so(desk, drive, server):
    release = "RPI_PICO-20260824-v1.29.0.uf2"
    server.files[release] = kit.uf2_image(version=ENGINE)
    assert run("firmware", "get", "pico").exit_code == 0
    server.close()
    for page in (flashing.Catalogue().cache.folder / "pages").iterdir():
        page.unlink()
    drive(flashed=lambda _: desk.micropython("E66"))
    done = run("flash", "pico")
    assert done.exit_code == 0 and "cannot be loaded" in done.stdout and release in done.stdout, done.output


def test_ctrl_c_while_it_writes_says_what_the_board_is_now(desk, drive, firmware, monkeypatch):
    def stopped(*args):
        raise KeyboardInterrupt

    drive(mood="stuck")
    monkeypatch.setattr("potluck.flash.ways.write_uf2", stopped)
    done = run("flash", "--firmware", firmware)
    assert done.exit_code == 130 and "it is not broken: run the same command again" in done.stdout, done.output


def test_a_person_is_asked_and_a_program_is_not(monkeypatch):
    import sys

    from potluck.cli.flashing import OneBoard
    from potluck.cli.output import Output

    asked = []
    monkeypatch.setattr("click.confirm", lambda text, **options: asked.append(options["default"]) or True)
    assert not OneBoard(Output()).allow(None) and not asked  # no terminal
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    assert not OneBoard(Output(json=True)).allow(None) and not asked
    assert OneBoard(Output()).allow(None) and asked == [False]


def test_files_that_would_be_lost_are_asked_for(desk, drive, tmp_path, monkeypatch):
    monkeypatch.setattr("potluck.flasher.uf2.GONE_S", 0.1)
    nuke = tmp_path / "everything.uf2"
    nuke.write_bytes(kit.uf2_image(length=(2 << 20) - 1000, version=ENGINE))
    drive(mood="stuck")
    for allowed in (False, True):
        notes = Notes()
        notes.allow = lambda plan, allowed=allowed: allowed
        with pytest.raises((DataAtRisk, FlashFailed)) as caught:
            flashing.flash("pico", firmware=nuke, watcher=notes)
        assert caught.type is (FlashFailed if allowed else DataAtRisk)
        if not allowed:
            assert "files" in notes.plans[0].lost[0]


@pytest.mark.parametrize("how", ["asked, no", "asked, yes", "beforehand", "nobody to ask"])
def test_the_last_resort_of_a_rescue_is_an_erase_that_somebody_said_yes_to(desk, drive, server, monkeypatch, how):
    release = "RPI_PICO-20260824-v1.29.0.uf2"
    server.files[release] = kit.uf2_image(version=ENGINE, files=(0x10010000, 0x30000))
    waiting, asked = drive(flashed=lambda _: desk.micropython("E66")), []
    waiting.before = kit.noise(0x40000, seed=5)

    def failed(port, **options):
        raise RescueFailed("no prompt (ctrl-c, raw, window)", where=port, do="run it again")

    monkeypatch.setattr("potluck.rescue.rescue", failed)
    monkeypatch.setattr("potluck.flash.choose", lambda port, drive: flashing.targets.of_drive(waiting.folder))
    monkeypatch.setattr("potluck.cli.rescue._person", lambda: how.startswith("asked"))
    monkeypatch.setattr("click.confirm", lambda text, **options: asked.append(text) or how == "asked, yes")
    done = run("rescue", "/dev/ttyACM0", *(["--erase"] if how == "beforehand" else []))
    assert "error [rescue-failed]" in done.stderr and bool(asked) == how.startswith("asked")
    if how in ("asked, yes", "beforehand"):
        assert done.exit_code == 0 and "Next: potluck deploy" in done.stdout, done.output
        assert waiting.flash[0x10000:] == b"\xff" * 0x30000
    else:
        assert done.exit_code == 1 and waiting.is_alive()
