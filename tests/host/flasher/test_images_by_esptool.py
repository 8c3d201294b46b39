# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Images as esptool makes them are read, and those that the other tests make are good ones for esptool.

What MicroPython publishes is made by the same program: `elf2image` for bootloader and app, `merge-bin` for the whole.
"""

import struct
import subprocess
import sys

import pytest
from potluck import model
from potluck.flasher.images import check_fits, read_image

from tests.host.flasher import image_kit as kit
from tests.needs import need

pytestmark = pytest.mark.long
XTENSA, RISC_V = 0x5E, 0xF3
# Where a program's constants and its fast code lie: ESP-IDF, soc/CHIP/include/soc/soc.h (SOC_DROM_LOW, SOC_IRAM_LOW)
PLACES = {
    "esp32": (XTENSA, 0x3F400020, 0x40080000),
    "esp32s2": (XTENSA, 0x3F000020, 0x40024000),
    "esp32s3": (XTENSA, 0x3C000020, 0x40378000),
    "esp32c3": (RISC_V, 0x3C000020, 0x40380000),
    "esp32c6": (RISC_V, 0x42000020, 0x40800000),
}


@pytest.fixture
def esptool(tmp_path):
    need("esptool")

    def run(*words):
        done = subprocess.run([sys.executable, "-m", "esptool", *map(str, words)], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def elf(machine, sections):
    """A program of the smallest form that there is (System V ABI, ELF32). sections: (name, address, bytes)."""
    names, body, rows = b"\0", b"", [(0,) * 10]
    for name, address, data in sections:
        rows.append((len(names), 1, 6, address, 52 + len(body), len(data), 0, 0, 4, 0))
        names, body = names + name.encode() + b"\0", body + data
    rows.append((len(names), 3, 0, 0, 52 + len(body), len(names) + 10, 0, 0, 1, 0))
    body += names + b".shstrtab\0"
    ident = b"\x7fELF\x01\x01\x01".ljust(16, b"\0")
    head = struct.pack(
        "<HHIIIIIHHHHHH", 2, machine, 1, sections[0][1], 0, 52 + len(body), 0, 52, 0, 0, 40, len(rows), len(rows) - 1
    )
    return ident + head + body + b"".join(struct.pack("<10I", *row) for row in rows)


@pytest.mark.parametrize("chip", PLACES)
def test_what_esptool_makes_is_read(esptool, tmp_path, chip):
    machine, constants, code = PLACES[chip]
    about = struct.pack("<II8x32s32s", 0xABCD5432, 0, b"v1.29.0", b"micropython").ljust(256, b"\0")
    text = kit.BANNER.format(kit.VERSION, "a board").encode() + b"\0" + kit.noise(9_000)
    app, boot, table, whole = (tmp_path / name for name in ("app.bin", "boot.bin", "table.bin", "whole.bin"))
    for path, sections in (
        (app, [(".iram0.text", code, kit.noise(3_000)), (".flash.appdesc", constants, about),
               (".flash.rodata", constants + 256, text + bytes(-len(text) % 4))]),
        (boot, [(".iram0.text", code, kit.noise(1_000))]),
    ):  # fmt: skip
        source = path.with_suffix(".elf")
        source.write_bytes(elf(machine, sections))
        esptool("--chip", chip, "elf2image", "--flash-size", "4MB", "-o", path, source)
    offset = kit.CHIPS[chip][1]
    table.write_bytes(kit.full_image(chip)[0x8000 - offset : 0x8C00 - offset])
    esptool("--chip", chip, "merge-bin", "-o", whole, "--target-offset", hex(offset),
            hex(offset), boot, "0x8000", table, "0x10000", app)  # fmt: skip
    read = {path: read_image(path.read_bytes()) for path in (app, boot, whole)}
    assert [image.kind for image in read.values()] == ["app", "bootloader", "full"]
    assert {image.chip.name for image in read.values()} == {chip}
    assert read[whole].banner.version == read[app].banner.version == kit.VERSION
    assert read[whole].flash_bytes == 4 << 20 and [part.label for part in read[whole].partitions][-1] == "vfs"
    check_fits(read[whole], model.load_chip(chip), flash_bytes=4 << 20)


@pytest.mark.parametrize("chip", ["esp32", "esp32c6"])
def test_what_these_tests_make_is_good_for_esptool(esptool, tmp_path, chip):
    path = tmp_path / "made.bin"
    for made in (kit.app_image(chip), kit.full_image(chip)):
        path.write_bytes(made)
        said = esptool("--chip", chip, "image-info", path)
        assert "(valid)" in said and "invalid" not in said.lower(), said
