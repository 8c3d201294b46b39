# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Official firmware from a boot drive to its prompt: POTLUCK_UF2 names a RPI_PICO-….uf2, rp2040py is the chip.

The emulator runs the flash as the boot drive left it; MicroPython in it is asked over its USB serial
line. The file is not ours to bring; without it this is skipped, and says so:

    potluck firmware get pico --version 1.26.1
    POTLUCK_UF2=/where/it/was/kept make test-long ARGS=tests/host/flasher/test_true_firmware.py
"""

import pytest
from potluck import flash as flashing
from potluck import link
from potluck.deploy import deploy
from potluck.doctor import examine
from potluck.errors import FlashFailed
from potluck.link.repl import Repl
from potluck.rescue import rescue

from tests import true_pico
from tests.host.flasher import image_kit as kit
from tests.host.flasher.desk import BootDrive
from tests.host.flasher.test_flash_uf2 import Notes

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
BACK_S = 300


@pytest.fixture
def official():
    """The file, and what potluck reads in it."""
    return true_pico.official()


@pytest.fixture
def chip(desk, tmp_path):
    """Starts an emulated Pico with this in its flash and plugs it in, in the place of the one before."""
    running = []

    def start(flash):
        for emulator in running:
            emulator.kill()
            emulator.wait()
        desk.listed.clear()
        emulator, port = true_pico.start(flash, tmp_path)
        running.append(emulator)
        desk.plug(port, 0x2E8A, 0x0005, "E66")

    yield start
    for emulator in running:
        emulator.kill()
        emulator.wait()


def old_files(image, main_py="print('still', 'here')\n"):
    """A Pico's flash with a file system that holds a main.py, made by littlefs itself."""
    from littlefs import LittleFS

    low, high = image.files
    files = LittleFS(block_size=4096, block_count=(high - low) // 4096, prog_size=256, read_size=32)
    with files.open("/main.py", "w") as file:
        file.write(main_py)
    return kit.noise(low - image.start, seed=3) + bytes(files.context.buffer)


def ask(port, code):
    with link.open_port(port) as line, Repl(line) as repl:
        return repl.exec(code, timeout_s=60).decode()


@pytest.mark.parametrize("erase", [False, True])
def test_an_official_uf2_is_written_verified_by_the_chip_and_runs(desk, official, chip, erase):
    path, image = official
    drive = BootDrive(desk, flashed=lambda drive: chip(drive.flash))
    drive.before = old_files(image)
    notes = Notes()
    try:
        done = flashing.flash("pico", firmware=path, erase=erase, yes=True, watcher=notes, back_s=BACK_S)
    finally:
        drive.stop()
    assert (done.version, done.verified) == (image.banner.version, "sha256"), notes.said
    assert drive.flash[: image.end - image.start] == image.spans[0][1]
    files = ask(done.port, "import os, rp2\nf = rp2.Flash()\nprint(os.listdir(), f.ioctl(4, 0) * f.ioctl(5, 0))")
    assert files.strip() == f"{[] if erase else ['main.py']} {image.files[1] - image.files[0]}"


def test_one_wrong_bit_in_an_official_firmwares_flash_is_found(desk, official, chip):
    path, image = official
    at = image.spans[0][1].index(b"Welcome to MicroPython")  # a text, so that it runs all the same

    def worn(drive):
        flash = bytearray(drive.flash)
        flash[at] ^= 0x20
        chip(bytes(flash))

    drive = BootDrive(desk, flashed=worn)
    try:
        with pytest.raises(FlashFailed, match=f"differs from the file at {0x10000000 + at // 32768 * 32768:#x}"):
            flashing.flash("pico", firmware=path, back_s=BACK_S)
    finally:
        drive.stop()


def test_from_official_firmware_to_a_recipe_that_lives(desk, official, chip):
    """potluck's other commands at the prompt of MicroPython as it is published, on a chip that is not the virtual board's."""
    path, _ = official
    drive = BootDrive(desk, flashed=lambda drive: chip(drive.flash))
    try:
        port = flashing.flash("pico", firmware=path, back_s=BACK_S).port
    finally:
        drive.stop()
    report = examine(port, listen_s=1)
    # the emulator itself is the other program that has the port open
    assert report.well and {one.id for one in report.findings} <= {"port-busy", "no-recipe", "newer-firmware"}, report
    done = deploy("plant-waterer", port, hello_s=120, sample_s=120)  # the emulator is some 20 times slower than the chip
    assert done.board == "pico" and done.port == port
    report = examine(port, listen_s=1)
    assert report.well and report.facts.recipe == "plant-waterer" and "the wires of" in report.looked[-1], report


DEAF = "while True:\n    try:\n        while True:\n            pass\n    except:\n        pass\n"


def test_a_main_py_that_is_deaf_to_ctrl_c_on_official_firmware(official, chip, desk):
    path, image = official
    at = image.files[0] - image.start
    flash = image.spans[0][1].ljust(at, b"\xff") + old_files(image, DEAF)[at:]
    chip(flash)
    (port,) = desk.listed
    # one Ctrl-C in some thousands meets the loop's own jump; if none does, a person presses RESET
    done = rescue(port, hands_s=60, progress=lambda stage, what: chip(flash) if stage == "hands" else None)
    assert done.stage in ("raw", "window", "hands") and done.starts_at_prompt
    assert [(aside.was, aside.now) for aside in done.aside] == [("/main.py", "/main.quarantine.py")]
    (port,) = desk.listed
    assert ask(port, "import os\nprint(os.listdir())").strip() == "['main.quarantine.py']"
