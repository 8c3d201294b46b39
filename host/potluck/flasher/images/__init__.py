# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a firmware file is, read as plain data before anything on a board is touched.

    image = read_image(data, name="ESP32_GENERIC-20260824-v1.29.0.bin")
    check_fits(image, chip, flash_bytes=4 << 20)
"""

from __future__ import annotations

from potluck.errors import FirmwareWrong
from potluck.flasher.images.esp import MAGIC as ESP_MAGIC
from potluck.flasher.images.esp import EspImage, read_esp
from potluck.flasher.images.fit import check_fits, flash_needed
from potluck.flasher.images.strangers import stranger
from potluck.flasher.images.uf2 import FIRST_MAGIC as UF2_MAGIC
from potluck.flasher.images.uf2 import Uf2Image, read_uf2, with_blank

Image = EspImage | Uf2Image

MOST_BYTES = 64 << 20  # no board that is meant has more flash

__all__ = ["MOST_BYTES", "EspImage", "Image", "Uf2Image", "check_fits", "flash_needed", "read_image", "with_blank"]


def read_image(data: bytes, *, name: str = "firmware") -> Image:
    """The image in a file, all of it checked.

    Raises FirmwareWrong, which says by name what the file is when it is something else.
    """
    if len(data) > MOST_BYTES:
        raise FirmwareWrong(
            f"the file is larger than {MOST_BYTES >> 20} MB: no firmware", where=name, do="is it the right file?"
        )
    if data[:4] == UF2_MAGIC:
        return read_uf2(data, name)
    known = stranger(data)
    if known is None and data[:1] == ESP_MAGIC:
        return read_esp(data, name)
    raise FirmwareWrong(
        f"the file is {known or 'no firmware: neither a UF2 file nor an ESP image'}",
        where=name,
        do="load the .uf2 or .bin of your board from https://micropython.org/download/",
    )
