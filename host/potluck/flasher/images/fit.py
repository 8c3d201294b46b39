# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Whether a firmware image is for the chip that is there. Asked before anything is erased."""

from __future__ import annotations

import functools

from potluck import model
from potluck.errors import FirmwareMismatch
from potluck.flasher.images.esp import EspImage
from potluck.flasher.images.uf2 import Uf2Image

# Families of chips that potluck does not flash, to name what a file is for.
# Source: https://github.com/microsoft/uf2, utils/uf2families.json
_OTHERS = {
    "68ed2b88": "SAMD21",
    "55114460": "SAMD51",
    "ada52840": "nRF52840",
    "57755a57": "STM32F4",
    "4fb2d5bd": "i.MX RT",
    "7eab61ed": "ESP8266",
    "e48bff58": "RP2350, data only",
    "e48bff5b": "RP2350, non-secure part",
    "00ff6919": "STM32L4",
}


def check_fits(
    image: EspImage | Uf2Image, chip: model.Chip, *, flash_bytes: int = 0, app: bool = False, name: str = "firmware"
) -> None:
    """Nothing, or FirmwareMismatch, which names what the image is for and what is there.

    flash_bytes   how much flash the board has; 0: not known
    app           an app image is wanted (for a board with a bootloader of its own), not a full one
    """
    if isinstance(image, Uf2Image):
        _check_uf2(image, chip, name)
    else:
        _check_esp(image, chip, flash_bytes, app, name)


def flash_needed(image: EspImage) -> int:
    """Bytes of flash that a full image counts on, by its header and its partitions."""
    return max([image.flash_bytes, *(part.offset + part.size for part in image.partitions)])


def family_title(family: str) -> str:
    """A UF2 family in words: "RP2040", or its number."""
    return _families().get(family) or _OTHERS.get(family) or f"the unknown family 0x{family or 0:0>8}"


@functools.cache
def _families() -> dict[str, str]:
    return {family: chip.title for chip in model.all_chips() for family in chip.families}


def _check_uf2(image: Uf2Image, chip: model.Chip, name: str) -> None:
    if chip.method != "uf2":
        raise FirmwareMismatch(
            f"the file is a UF2 file for {family_title(image.family)}; this board has an {chip.title}, which takes a .bin",
            where=name,
            do="take the .bin from the board's page",
        )
    if image.family not in chip.families:
        raise FirmwareMismatch(
            f"the file is for {family_title(image.family)} and this board has an {chip.title}",
            where=name,
            do=_LEAVE_IT_TO_US,
        )
    low, high = chip.flash
    if image.start < low or image.end > high:
        raise FirmwareMismatch(
            f"the file writes to {image.start:#010x}-{image.end:#010x}; "
            f"the flash of an {chip.title} is at {low:#010x}-{high:#010x}",
            where=name,
            do="it runs from memory, or is for another chip; it would not stay on the board",
        )


def _check_esp(image: EspImage, chip: model.Chip, flash_bytes: int, app: bool, name: str) -> None:
    if chip.image_id is None:
        raise FirmwareMismatch(
            f"the file is for {image.chip_title} and this board has an {chip.title}", where=name, do=_LEAVE_IT_TO_US
        )
    if image.chip_id != chip.image_id:
        raise FirmwareMismatch(
            f"the file is for {image.chip_title} and this board has an {chip.title}", where=name, do=_LEAVE_IT_TO_US
        )
    if app and image.kind != "app":
        raise FirmwareMismatch(
            f"the file is a {image.kind} image; this board keeps its own bootloader and takes an app image",
            where=name,
            do="take the .app-bin from the board's page",
        )
    if not app and image.kind != "full":
        what = "an app image, which lacks the bootloader" if image.kind == "app" else "a bootloader without an app"
        raise FirmwareMismatch(
            f"the file is {what}: at {chip.offset:#x}, where a full image belongs, it would leave a board that does not start",
            where=name,
            do="take the .bin and not the .app-bin from the board's page",
        )
    needed = flash_needed(image)
    if not app and flash_bytes and needed > flash_bytes:
        raise FirmwareMismatch(
            f"the file is made for {needed / (1 << 20):g} MB of flash and this board has {flash_bytes / (1 << 20):g} MB",
            where=name,
            do="take a variant for less flash from the board's page",
        )


_LEAVE_IT_TO_US = "leave --firmware away and potluck finds the one for this board"
