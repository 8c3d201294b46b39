# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Verbs: list, get, verify and import MicroPython firmware."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from potluck import model
from potluck.errors import FirmwareUnknown, FirmwareWrong, PotluckError
from potluck.flasher.catalogue import Catalogue, Release, digest
from potluck.flasher.images import MOST_BYTES, Image, Uf2Image, read_image
from potluck.flasher.images.fit import family_title
from potluck.model.reader import suggest


@dataclass(frozen=True)
class Verified:
    """What a file is, or what is wrong with it.

    sha256   in hex; "" when the file cannot be read
    known    whether that is what was remembered of a file of this name
    what     one line about the image
    error    None when all is well
    """

    path: Path
    sha256: str
    known: bool
    what: str
    error: PotluckError | None = None


def firmware_of(name: str) -> str:
    """The build for one of potluck's boards, a chip, or an id of MicroPython's own ("RPI_PICO2_W").

    Raises FirmwareUnknown, naming the nearest there is.
    """
    plain = name.lower().replace("-", "_")
    if plain in model.board_names():
        return model.load_board(plain).micropython.firmware
    plain = name.lower().replace("-", "")
    if plain in model.chip_names() and model.load_chip(plain).firmware:
        return model.load_chip(plain).firmware
    if re.fullmatch(r"[A-Z][A-Z0-9_]*(-[A-Z0-9_]+)?", name):
        return name
    port = "/" in name or "\\" in name or re.fullmatch(r"(?i)com\d+|[auc]\d+", name)
    raise FirmwareUnknown(
        f"{name[:40]!r} is neither a board, nor a chip, nor the id of a build",
        where="BOARD",
        do=f"a port goes after --port: --port {name[:40]}" if port
        else suggest(name, [*model.board_names(), *model.chip_names()]),
    )  # fmt: skip


def list_firmware(name: str, catalogue: Catalogue | None = None) -> list[Release]:
    """All releases of a board's build, newest first. Raises what the catalogue raises."""
    return (catalogue or Catalogue()).releases(firmware_of(name))


def get_firmware(
    name: str,
    catalogue: Catalogue | None = None,
    *,
    version: str | None = None,
    kind: str = "",
    again: bool = False,
    sha256: str = "",
    progress=lambda done, total: None,
) -> tuple[Release, Path, Image]:
    """Load a build into the cache; what it is and where. Raises what the catalogue raises."""
    catalogue = catalogue or Catalogue()
    release = catalogue.choose(firmware_of(name), version=version, kind=kind or _kind_of(name))
    data = catalogue.load(release, again=again, sha256=sha256, progress=progress)
    return release, catalogue.cache.path(release.name), read_image(data, name=release.name)


def verify_firmware(path: Path | None = None, catalogue: Catalogue | None = None) -> list[Verified]:
    """Read one file, or all that are in the cache, and say what each is."""
    cache = (catalogue or Catalogue()).cache
    paths = [path] if path else [cache.path(release.name) for release in cache.releases()]
    return [_verify(one, cache) for one in paths]


def import_firmware(path: Path, firmware: str = "", catalogue: Catalogue | None = None) -> Release:
    """Put a file into the cache. Raises FirmwareWrong, FirmwareHash, FirmwareUnknown."""
    build = firmware_of(firmware) if firmware else ""
    return (catalogue or Catalogue()).add(read_file(path), path.name, build)


def read_file(path: Path) -> bytes:
    """The file's bytes, not more than firmware can have. Raises FirmwareWrong."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as wrong:
        raise FirmwareWrong(
            f"the file cannot be read ({wrong.strerror or type(wrong).__name__})", where=str(path), do="is it there?"
        ) from wrong


def describe(image: Image) -> str:
    """One line: MicroPython v1.29.0 for ESP32, full image, needs 4 MB of flash."""
    banner = image.banner
    what = f"MicroPython {banner.version} ({banner.date})" if banner.version else "firmware"
    if isinstance(image, Uf2Image):
        return f"{what} for {family_title(image.family)}, UF2, {image.blocks} blocks"
    flash = f", needs {image.flash_bytes >> 20} MB of flash" if image.flash_bytes and image.kind == "full" else ""
    return f"{what} for {image.chip_title}, {image.kind} image{flash}"


def _kind_of(name: str) -> str:
    """What is written to this board: a chip that takes UF2 files, an ESP32, a board with its own bootloader."""
    plain = name.lower().replace("-", "_")
    if plain in model.board_names():
        return {"uf2": "uf2", "dfu": "app-bin"}.get(model.load_board(plain).flashing.method, "bin")
    plain = name.lower().replace("-", "")
    if plain in model.chip_names():
        return "uf2" if model.load_chip(plain).method == "uf2" else "bin"
    return ""


def _verify(path: Path, cache) -> Verified:
    try:
        data = read_file(path)
    except FirmwareWrong as wrong:
        return Verified(path, "", False, "", wrong)
    found = digest(data)
    try:
        cache.check(path.name, data, where=str(path))
        what = describe(read_image(data, name=str(path)))
    except PotluckError as wrong:
        return Verified(path, found, False, "", wrong)
    return Verified(path, found, cache.known_digest(path.name) == found, what)
