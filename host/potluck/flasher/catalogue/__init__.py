# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""MicroPython's published firmware: which there is, and the file itself, from the network or the cache.

    catalogue = Catalogue()
    release = catalogue.choose("RPI_PICO", kind="uf2")
    data = catalogue.load(release)
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable

from potluck.errors import CatalogueUnreachable, FirmwareHash, FirmwareUnknown
from potluck.flasher.catalogue import fetch
from potluck.flasher.catalogue.cache import Cache, digest
from potluck.flasher.catalogue.page import Release, read_name, read_page
from potluck.flasher.images import Image, read_image
from potluck.model.reader import suggest

ADDRESS = "https://micropython.org"
FRESH_S = 3600.0  # a page that was read within the hour is not asked for again

__all__ = ["ADDRESS", "Cache", "Catalogue", "Release", "digest", "read_name"]


class Catalogue:
    """address: of the server (None: POTLUCK_FIRMWARE_URL, else micropython.org).

    told       called with a sentence when the network is down and the cache answers instead
    offline    never use the network
    silence_s  how long the server may say nothing
    """

    def __init__(
        self,
        address: str | None = None,
        *,
        cache: Cache | None = None,
        offline: bool = False,
        told: Callable[[str], None] = lambda sentence: None,
        silence_s: float = fetch.SILENCE_S,
    ):
        self.address = (address or os.environ.get("POTLUCK_FIRMWARE_URL") or ADDRESS).rstrip("/")
        self.cache = cache or Cache()
        self.offline = offline
        self._told = told
        self._silence_s = silence_s
        self._one_at_a_time = threading.Lock()  # several boards want the same file at once

    def releases(self, firmware: str, *, fresh_s: float = FRESH_S) -> list[Release]:
        """All releases of a build ("RPI_PICO", "ESP32_GENERIC-SPIRAM"), newest first.

        fresh_s   a page that was read so recently is not asked for again
        Raises FirmwareUnknown, CatalogueUnreachable, CatalogueChanged.
        """
        board = _board(firmware)
        url = f"{self.address}/download/{board}/"
        kept = self.cache.page(board, url)
        if kept and (kept[1] < fresh_s or self.offline):
            return self._of(kept[0], firmware)
        try:
            if self.offline:
                raise CatalogueUnreachable(
                    "the board's page is not in the cache", where=url, do="leave --offline away once, or import the file"
                )
            html = fetch.load(url, silence_s=self._silence_s, most_s=fetch.PAGE_S).decode("utf-8", "replace")
        except CatalogueUnreachable as down:
            listed = self._of(kept[0] if kept else self.cache.releases(), firmware, empty=True)
            if not listed:
                raise
            age = f"its page as it was {_age(kept[1])} ago" if kept else "what was loaded before"
            self._told(f"{down.where} {down.what}; going by {age}")
            return listed
        releases = read_page(html, url)
        self.cache.keep_page(board, url, releases)
        return self._of(releases, firmware)

    def choose(self, firmware: str, *, version: str | None = None, kind: str = "") -> Release:
        """The release to take.

        version   "1.29.0", "1.29" (its newest), "preview" (the newest of these); None: the newest stable
        kind      "uf2", "bin" or "app-bin"; "": whichever
        Raises FirmwareUnknown, which says what there is, and what `releases` raises.
        """
        listed = [one for one in self.releases(firmware) if kind in ("", one.kind)]
        wanted = (version or "").lstrip("v")
        for release in listed:
            if wanted == "preview" and not release.preview:
                continue
            if wanted in ("", "preview") and (release.preview == (wanted == "preview")):
                return release
            if wanted == release.version or (not release.preview and release.version.startswith(f"{wanted}.")):
                return release
        versions = list(dict.fromkeys(one.version for one in listed))
        there = f"there is: {', '.join(versions[:8])}" if versions else f"this build has no .{kind} file"
        if versions and not version:
            there = f"there are only previews so far: --version preview takes {versions[0]}"
        raise FirmwareUnknown(
            f"there is no version {version}" if version else "there is no stable version",
            where=f"{firmware} ({kind or 'any kind'})",
            do=there,
        )

    def load(
        self, release: Release, *, again: bool = False, sha256: str = "", progress: fetch.Progress = lambda *_: None
    ) -> bytes:
        """The file, from the cache if it is there, and checked to be firmware.

        again    load it anew even so
        sha256   what it must be, in hex
        Raises FirmwareHash, FirmwareWrong, FirmwareUnknown, CatalogueUnreachable.
        """
        with self._one_at_a_time:
            return self._load(release, again, sha256, progress)

    def _load(self, release: Release, again: bool, sha256: str, progress: fetch.Progress) -> bytes:
        if self.cache.has(release.name) and not again:
            data = self.cache.read(release.name)
            _check_digest(data, sha256, release.name)
            return data
        if self.offline or not release.url:
            raise CatalogueUnreachable(
                "the file is not in the cache", where=release.name, do="load it while there is a network, or import the file"
            )
        data = fetch.load(release.url, silence_s=self._silence_s, progress=progress)
        _check_digest(data, sha256, release.url)
        read_image(data, name=release.url)  # a log-in page, half a file: never kept
        self.cache.keep(release.name, data, trusted=bool(sha256))
        return data

    def add(self, data: bytes, name: str, firmware: str = "") -> Release:
        """Put a file of the maker's into the cache.

        name       of the file; if it is not of the published form, `firmware` says which build it is
                   and the image's own banner says the version
        Raises FirmwareWrong, FirmwareHash, FirmwareUnknown.
        """
        image = read_image(data, name=name)
        release = read_name(name)
        if release is None or firmware not in ("", release.firmware):
            release = read_name(_name_for(image, firmware)) if firmware else None
        if release is None:
            raise FirmwareUnknown(
                "neither its name nor its content says which firmware it is",
                where=name,
                do="say it with --as BOARD; without a version in it, use potluck flash --firmware instead",
            )
        self.cache.keep(release.name, data)
        return release

    def _of(self, releases: list[Release], firmware: str, *, empty: bool = False) -> list[Release]:
        found = [one for one in releases if one.firmware == firmware]
        if not found and not empty:
            raise FirmwareUnknown(
                "there is no such build on the board's page",
                where=firmware,
                do=suggest(firmware, {one.firmware for one in releases}),
            )
        return found


def _board(firmware: str) -> str:
    """The page's name: variants share their board's."""
    if not re.fullmatch(r"[A-Za-z0-9_]{1,60}(-[A-Za-z0-9_]{1,60})?", firmware):
        raise FirmwareUnknown(
            f"{firmware[:40]!r} is no name of a build", where="BOARD", do="names look like RPI_PICO or ESP32_GENERIC-SPIRAM"
        )
    return firmware.split("-")[0]


def _name_for(image: Image, firmware: str) -> str:
    banner = image.banner
    kind = "uf2" if not hasattr(image, "kind") else "app-bin" if image.kind == "app" else "bin"
    return f"{firmware}-{banner.date.replace('-', '')}-{banner.version}.{kind}"


def _check_digest(data: bytes, sha256: str, where: str) -> None:
    if sha256 and digest(data) != sha256.lower():
        raise FirmwareHash(
            f"its SHA-256 is {digest(data)[:16]}… and should be {sha256.lower()[:16]}…",
            where=where,
            do="do not use it: load it again, from another network if it stays so",
        )


def _age(seconds: float) -> str:
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {unit}{'s' * (count > 1)}"
    return "a moment"
