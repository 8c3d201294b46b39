# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""After the writing: the flash read back by the board itself. And erasing by UF2, and what a boot drive cannot tell."""

from types import SimpleNamespace

import pytest
from potluck import flash as flashing
from potluck import link
from potluck.errors import FlasherMissing, PortBusy
from potluck.flasher.images import read_image

from tests.host.flasher import image_kit as kit
from tests.host.flasher.desk import ENGINE, RP2350, RPI_RP2, XIP
from tests.host.flasher.test_flash_uf2 import Notes, hear, run


@pytest.mark.parametrize("broken_at", [None, 36_000, 0])
def test_the_board_hashes_its_own_flash(desk, drive, tmp_path, broken_at):
    firmware = tmp_path / "RPI_PICO-20260602-v1.27.0.uf2"
    firmware.write_bytes(kit.uf2_image(length=40_000, version=ENGINE))

    def start(taken):
        flash = bytearray(taken.flash)
        if broken_at is not None:
            flash[broken_at] ^= 1
        desk.micropython("E66", files={"/boot.py": XIP, "/flash.bin": bytes(flash), "/main.py": b"print('main', 'runs')\n"})

    drive(flashed=start)
    done = run("flash", "--firmware", firmware)
    if broken_at is None:
        assert done.exit_code == 0 and "byte for byte" in done.stdout, done.output
        with link.open_port(next(iter(desk.listed))) as line:  # what is on the board was started again
            assert "main runs" in hear(line, b"main runs")
    else:
        assert done.exit_code == 1 and f"differs from the file at {0x10000000 + broken_at // 32768 * 32768:#x}" in done.stderr


def test_erasing_needs_no_program_of_its_own(desk, drive, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))  # no picotool
    firmware = tmp_path / "RPI_PICO-20260602-v1.27.0.uf2"
    firmware.write_bytes(kit.uf2_image(length=30_000, version=ENGINE, files=(0x10010000, 0x30000)))
    waiting = drive(flashed=lambda _: desk.micropython("E66"))
    waiting.before = kit.noise(0x40000, seed=5)  # an older firmware and its files
    asked = run("flash", "--firmware", firmware, "--erase")
    assert asked.exit_code == 1 and "every file on the board" in asked.stderr and waiting.is_alive()
    tried = run("flash", "--firmware", firmware, "--erase", "--dry-run")
    assert "KB of empty flash" in tried.stdout and len(list(waiting.folder.iterdir())) == 2
    done = run("flash", "--firmware", firmware, "--erase", "--yes")
    assert done.exit_code == 0, done.output
    image = read_image(firmware.read_bytes())
    assert waiting.flash == image.spans[0][1].ljust(0x40000, b"\xff")


def test_erasing_where_the_place_of_the_files_is_not_known_takes_picotool(desk, drive, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    firmware = tmp_path / "mine.uf2"
    firmware.write_bytes(kit.uf2_image(family=0xE48BFF59, version=ENGINE))
    waiting = drive(name="RP2350", info=RP2350)
    with pytest.raises(FlasherMissing, match="picotool"):
        flashing.flash(firmware=firmware, erase=True, yes=True)
    assert len(list(waiting.folder.iterdir())) == 2


@pytest.mark.parametrize(("busy", "known"), [(2, "sha256"), (99, "version")])
def test_another_program_that_looks_at_the_new_port_is_waited_for(desk, drive, firmware, monkeypatch, busy, known):
    answers = [PortBusy("another program has the port open: ModemManager (process 9)")] * busy + [""]

    def compare(*args):
        answer = answers.pop(0)
        if answer:
            raise answer
        return answer

    monkeypatch.setattr("potluck.flash.compare", compare)
    monkeypatch.setattr("potluck.flash.BUSY_S", 0.7)
    drive(flashed=lambda _: desk.micropython("E66"))
    notes = Notes()
    done = flashing.flash(firmware=firmware, watcher=notes, back_s=10)
    assert done.verified == known and ("ModemManager" in "".join(notes.said)) == (known == "version")


def test_what_the_board_itself_writes_is_not_compared():
    from potluck.flash.proof import _spans

    image = SimpleNamespace(spans=((0, b"x" * 5), (5, b"y" * 10), (15, b"z" * 10), (30, b"w")), files=(10, 20))
    assert _spans(image) == [(0, b"xxxxx"), (5, b"yyyyy"), (20, b"zzzzz"), (30, b"w")]
    assert _spans(SimpleNamespace(spans=((0, b"a" * 30),), files=(10, 20))) == [(0, b"a" * 10), (20, b"a" * 10)]
    assert _spans(SimpleNamespace(spans=((12, b"abc"),), files=(10, 20))) == []
    assert _spans(SimpleNamespace(spans=((0, b"abc"),), files=None)) == [(0, b"abc")]


@pytest.mark.parametrize(
    ("named", "info", "words"),
    [
        ([], RPI_RP2, "a Raspberry Pi Pico W looks the same. For Wi-Fi: potluck flash pico_w"),
        (["pico"], RPI_RP2, ""),
        (["pico_w"], RPI_RP2, ""),
        ([], RP2350, "potluck flash RPI_PICO2_W"),
    ],
)
def test_a_pico_and_a_pico_w_are_told_apart_by_nobody_and_that_is_said(desk, drive, server, named, info, words):
    drive(info=info, mood="stuck")
    said = run("flash", *named, "--dry-run").stdout
    assert ("note:" in said) == bool(words) and words in said, said


def test_a_file_of_the_makers_own_or_a_board_that_answers_leaves_no_doubt(desk, drive, firmware, server):
    waiting = drive(mood="stuck")
    assert "note:" not in run("flash", "--firmware", firmware, "--dry-run").stdout
    waiting.pull()
    desk.micropython("E66")
    assert "note:" not in run("flash", "--dry-run").stdout
