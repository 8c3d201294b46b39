# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How long a flash takes beside plain esptool, and how fast the catalogue answers from its cache.

Both write the same 1.7 MB to the same emulated boot ROM, whose line is as slow as a real one at 460,800 baud;
potluck's time includes asking the chip what it is. Then the same with potluck in the second place, and the
better of each, since the first of two runs also warms the computer up.
"""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.rows import Row
from tests.host.flasher import image_kit
from tests.host.flasher.esp_board import EspBoard

BAUD = 460_800
IMAGE_BYTES = 1_700_000
TIMES = 2
LOOKUPS = 50


def measure() -> list[Row]:
    image = image_kit.full_image(length=IMAGE_BYTES - 0xF000)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "firmware.bin"
        path.write_bytes(image)
        plain, ours = [], []
        for turn in range(TIMES):
            for into, flash in ((plain, _plain), (ours, _potluck))[:: 1 if turn % 2 == 0 else -1]:
                with _board(Path(folder), image) as port:
                    into.append(flash(port, path))
        return [
            Row("flash 1.7 MB, esptool alone", min(plain), "s", "", f"best of {TIMES}, emulated ESP32 at {BAUD:,} baud"),
            Row("flash 1.7 MB, potluck flash", min(ours), "s", "", "the same, chip and flash size asked first"),
            Row("potluck flash beside esptool", 100 * (min(ours) / min(plain) - 1), "% more", "≤ 3"),
            _lookup(Path(folder)),
        ]


@contextlib.contextmanager
def _board(folder: Path, image: bytes):
    from potluck.virtual.ports.pty import PtyPort

    port = PtyPort(folder / "esp32")
    board = EspBoard(port, paced=True)
    board.reset(boot_held=True)
    try:
        yield port.device
    finally:
        written = board.rom.flash[0x1000 : 0x1000 + len(image)]
        board.close()
    assert written == image, "what is in flash is not what was written"


def _plain(port: str, path: Path) -> float:
    words = ["--chip", "esp32", "--port", port, "--baud", str(BAUD), "write-flash", "0x1000", str(path)]
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "esptool", *words], check=True, capture_output=True, text=True)
    return time.perf_counter() - began


def _potluck(port: str, path: Path) -> float:
    from potluck.errors import BoardNotBack
    from potluck.flash import Watcher, flash

    took = []

    class Clock(Watcher):
        def step(self, name):
            if name == "back":
                took.append(time.perf_counter() - began)

    began = time.perf_counter()
    with contextlib.suppress(BoardNotBack):  # this chip runs nothing: it ends where esptool does
        flash("esp32", port=port, firmware=path, baud=BAUD, watcher=Clock(), back_s=0)
    return took[0]


def _lookup(folder: Path) -> Row:
    from potluck.flasher.catalogue import Cache, Catalogue
    from tests.host.flasher.catalogue_server import Server

    server = Server()
    server.files["RPI_PICO-20260824-v1.29.0.uf2"] = image_kit.uf2_image(length=330_000)  # as large as the real one
    try:
        cache = Cache(folder / "cache", folder / "hashes.json")
        first = Catalogue(server.address, cache=cache)
        first.load(first.choose("RPI_PICO"))
        times = []
        for _ in range(LOOKUPS):
            began = time.perf_counter()
            catalogue = Catalogue(server.address, cache=cache)
            catalogue.load(catalogue.choose("RPI_PICO", kind="uf2"))
            times.append(1000 * (time.perf_counter() - began))
    finally:
        server.close()
    return Row("catalogue from the cache", statistics.median(times), "ms", "≤ 50", "choose, read, hash; median of 50")
