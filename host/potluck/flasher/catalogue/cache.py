# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Firmware on this computer: files with their SHA-256, and the pages that were read.

    CACHE/firmware/NAME          the file as it was published (POTLUCK_FIRMWARE_DIR names another folder)
    CACHE/firmware/pages/ID.json what the build's page listed, and when
    DATA/firmware-hashes.json    NAME → SHA-256 when it was first seen; outlives the cache, so that a
                                 file that is loaded again and differs is noticed
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from pathlib import Path

from potluck import places
from potluck.errors import FirmwareHash
from potluck.flasher.catalogue.page import Release, read_name


class Cache:
    """folder: where the files are; hashes: the file of what is remembered."""

    def __init__(self, folder: Path | None = None, hashes: Path | None = None):
        chosen = os.environ.get("POTLUCK_FIRMWARE_DIR")  # a folder that several people or machines share
        self.folder = folder or (Path(chosen).expanduser() if chosen else places.cache_dir() / "firmware")
        self._hashes = hashes or places.data_dir() / "firmware-hashes.json"

    # -- files ---------------------------------------------------------------------------

    def releases(self) -> list[Release]:
        """What is here, newest first."""
        try:
            names = [path.name for path in self.folder.iterdir() if path.is_file()]
        except OSError:
            return []
        found = [release for release in map(read_name, names) if release]
        return sorted(found, key=lambda release: release.rank, reverse=True)

    def has(self, name: str) -> bool:
        return self.path(name).is_file()

    def path(self, name: str) -> Path:
        return self.folder / name

    def read(self, name: str) -> bytes:
        """The file. Raises FirmwareHash when it is not the one that was kept."""
        data = self.path(name).read_bytes()
        self.check(name, data, where=str(self.path(name)))
        return data

    def keep(self, name: str, data: bytes, *, trusted: bool = False) -> Path:
        """Put a file here, whole or not at all. Raises FirmwareHash when it differs from what is remembered.

        trusted   the maker gave the hash: it replaces what is remembered
        """
        known = self._known()
        if not trusted:
            self.check(name, data, where=name)
        if known.get(name) != digest(data):
            _write(self._hashes, json.dumps({**known, name: digest(data)}, indent=1).encode())
        _write(self.path(name), data)
        return self.path(name)

    def check(self, name: str, data: bytes, *, where: str) -> None:
        """Nothing when the data is what the name was the first time, or the name is new."""
        known = self._known().get(name)
        if known and known != digest(data):
            raise FirmwareHash(
                f"this is not the file that it was: SHA-256 {digest(data)[:16]}… and not {known[:16]}…",
                where=where,
                do="'potluck firmware get' loads it anew; if that differs too, see docs/troubleshooting.md",
            )

    def known_digest(self, name: str) -> str:
        """SHA-256 in hex that is remembered; "" for a new name."""
        return self._known().get(name, "")

    def drop(self, name: str) -> None:
        """Remove a file; what is remembered of it stays."""
        self.path(name).unlink(missing_ok=True)

    def _known(self) -> dict[str, str]:
        found = _read_json(self._hashes)
        return found if isinstance(found, dict) else {}

    # -- pages ---------------------------------------------------------------------------

    def page(self, board: str, url: str) -> tuple[list[Release], float] | None:
        """What the page listed when it was last read, and its age in seconds."""
        found = _read_json(self.folder / "pages" / f"{board}.json")
        try:
            if found["url"] != url:
                return None
            return [Release(*row) for row in found["releases"]], time.time() - found["read_at"]
        except (KeyError, TypeError):
            return None

    def keep_page(self, board: str, url: str, releases: list[Release]) -> None:
        page = {"url": url, "read_at": time.time(), "releases": releases}
        _write(self.folder / "pages" / f"{board}.json", json.dumps(page).encode())


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def _read_json(path: Path):
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
