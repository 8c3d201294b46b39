# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Which published firmware is for the board that is there."""

from __future__ import annotations

from potluck.errors import FirmwareUnknown
from potluck.flash.detect import Seen
from potluck.flash.watcher import Watcher
from potluck.flasher.catalogue import Catalogue
from potluck.flasher.images import EspImage, Image, flash_needed, read_image


def pick(seen: Seen, version: str | None, catalogue: Catalogue, watcher: Watcher) -> tuple[str, bytes, Image]:
    """Name, bytes and image. For a chip with less flash than the usual build takes: the build for as much as it has.

    Raises what the catalogue and read_image raise.
    """
    firmware = seen.kind.firmware
    found = _load(firmware, seen, version, catalogue, watcher)
    image = found[2]
    if not seen.flash_bytes or not isinstance(image, EspImage) or flash_needed(image) <= seen.flash_bytes:
        return found
    smaller = f"{firmware.partition('-')[0]}-FLASH_{seen.flash_bytes >> 20}M"  # MicroPython's way to call them
    try:
        found = _load(smaller, seen, version, catalogue, watcher)
    except FirmwareUnknown:
        return found  # which is too large: the check that follows says so
    watcher.say(f"it has {seen.flash_bytes >> 20} MB of flash: {smaller} is the build for that")
    return found


def _load(
    firmware: str, seen: Seen, version: str | None, catalogue: Catalogue, watcher: Watcher
) -> tuple[str, bytes, Image]:
    release = catalogue.choose(firmware, version=version, kind=seen.kind.file_kind)
    data = catalogue.load(release, progress=watcher.progress)
    return release.name, data, read_image(data, name=release.name)
