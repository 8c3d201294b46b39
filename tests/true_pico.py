# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A Pico that runs official MicroPython: the published UF2 in rp2040py, an emulator of the chip.

POTLUCK_UF2 names the file (see tests/needs.py); neither is ours to bring. It runs at a twentieth of a Pico's speed.
"""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from potluck.flasher.images import read_image

from tests.host.flasher import image_kit as kit
from tests.needs import need, official_uf2

EMULATOR = [sys.executable, "-m", "rp2040py"]


def official() -> tuple[Path, object]:
    """The file, and what potluck reads in it; skips where there is none."""
    need("official-uf2")
    need("rp2040py")
    path = official_uf2()
    return path, read_image(path.read_bytes(), name=path.name)


def start(flash: bytes, folder: Path) -> tuple[subprocess.Popen, str]:
    """The running emulator and its port. flash: all of the chip's, from its first byte."""
    pages = [flash[at : at + 256].ljust(256, b"\xff") for at in range(0, len(flash), 256)]
    image = folder / "flash.uf2"
    image.write_bytes(b"".join(kit.uf2_block(0x10000000 + 256 * n, page, n, len(pages)) for n, page in enumerate(pages)))
    words = [*EMULATOR, "micropython", "--image", str(image), "--pty"]
    emulator = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = []
    for line in emulator.stdout:
        said.append(line)
        if found := re.search(r"/dev/\S+", line):
            threading.Thread(target=emulator.stdout.read, daemon=True).start()
            return emulator, found[0]
    raise AssertionError(f"the emulator did not start: {''.join(said)[-500:]}")


@contextlib.contextmanager
def running(folder: Path) -> Iterator[str]:
    """The port of a Pico with the official firmware and nothing else in its flash."""
    _, image = official()
    emulator, port = start(image.spans[0][1].ljust(2 << 20, b"\xff"), folder)
    try:
        yield port
    finally:
        emulator.kill()
        emulator.wait()
