# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Official firmware from a boot drive to its prompt: POTLUCK_UF2 names a RPI_PICO-….uf2, rp2040py is the chip.

The emulator needs the file, which is not ours to bring; without it this is skipped, and says so.
"""

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from potluck import flash as flashing
from potluck.flasher.images import read_image

from tests.host.flasher.desk import BootDrive
from tests.needs import need


@pytest.mark.long
@pytest.mark.timeout(400)
def test_an_official_uf2_runs_where_the_drive_took_it(desk, tmp_path):
    chosen = os.environ.get("POTLUCK_UF2")
    if not chosen:
        pytest.skip("POTLUCK_UF2 names no official firmware")
    need("rp2040py")
    firmware = Path(chosen).resolve()
    image = read_image(firmware.read_bytes(), name=firmware.name)
    running = []

    def start(drive):
        # what the drive took, block by block, is what the chip runs
        taken = b"".join(drive.memory[at] for at in sorted(drive.memory))
        assert taken.find(b"MicroPython " + image.banner.version.encode()) >= 0
        words = [sys.executable, "-m", "rp2040py", "micropython", "--image", str(firmware), "--pty"]
        chip = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        running.append(chip)
        for line in chip.stdout:
            if found := re.search(r"/dev/\S+", line):
                desk.plug(found[0], 0x2E8A, 0x0005, "E66")
                break
        threading.Thread(target=chip.stdout.read, daemon=True).start()

    drive = BootDrive(desk, flashed=start)
    try:
        done = flashing.flash("pico", firmware=firmware, back_s=300)
        assert done.version == image.banner.version
    finally:
        drive.stop()
        for chip in running:
            chip.kill()
            chip.wait()
