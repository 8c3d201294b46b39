# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A board's download page → the firmware it links to.

The page is HTML for people; what is read of it is the names of the files that it links to, which say
everything: ``BOARD[-VARIANT]-YYYYMMDD-vX.Y.Z[-preview.N.gHASH].EXT`` (micropython.org, as of 2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from potluck.errors import CatalogueChanged

KINDS = ("uf2", "bin", "app-bin")  # what can be written; .elf, .map, .hex, .dfu are for others
_NAME = re.compile(
    r"(?P<firmware>[A-Za-z0-9_]+(?:-[A-Z0-9_]+)?)-(?P<date>\d{8})-(?:unstable-)?"
    r"v(?P<version>\d+\.\d+(?:\.\d+)?)(?P<more>(?:-preview\.\d+\.g[0-9a-f]+|-\d+-g[0-9a-f]+)?)"
    r"\.(?P<kind>[a-z][a-z-]*[a-z0-9]|uf2)"
)


class Release(NamedTuple):
    """One firmware file.

    firmware   the build's id ("RPI_PICO", "ESP32_GENERIC-SPIRAM")
    version    "1.29.0" or "1.30.0-preview.12.g0123abc"
    date       "2026-08-24"
    kind       "uf2", "bin" or "app-bin"
    name       of the file
    url        "" when it was imported
    """

    firmware: str
    version: str
    date: str
    kind: str
    name: str
    url: str = ""

    @property
    def preview(self) -> bool:
        return "-" in self.version

    @property
    def rank(self) -> tuple:
        """Sorts by age: version, then the builds after it, then the day."""
        numbers = tuple(int(part) for part in self.version.split("-")[0].split("."))
        builds = re.search(r"-(?:preview\.)?(\d+)", self.version)
        # 1.30.0-preview.12 comes before 1.30.0, the older spelling 1.18-12-g… after 1.18
        before = self.preview and "preview" in self.version
        return (*numbers, *(0,) * (3 - len(numbers)), not before, int(builds[1]) if builds else 0, self.date)


def read_name(name: str, url: str = "") -> Release | None:
    """The release behind a file's name; None for a name of another form or kind."""
    found = _NAME.fullmatch(name)
    if not found or found["kind"] not in KINDS:
        return None
    day = found["date"]
    date = f"{day[:4]}-{day[4:6]}-{day[6:]}"
    return Release(found["firmware"], found["version"] + found["more"], date, found["kind"], name, url)


def read_page(html: str, url: str) -> list[Release]:
    """All firmware that the page links to, newest first, each file once.

    Raises CatalogueChanged when it links to none.
    """
    found: dict[str, Release] = {}
    for link in _links(html):
        there = urljoin(url, link)
        release = read_name(unquote(urlsplit(there).path.rpartition("/")[2]), there)
        if release:
            found.setdefault(release.name, release)
    if not found:
        raise CatalogueChanged(
            "this page links to no firmware: its form has changed, or it is another page",
            where=url,
            do="update potluck; until then load the file by hand and name it: potluck flash --firmware FILE",
        )
    return sorted(found.values(), key=lambda release: release.rank, reverse=True)


def _links(html: str) -> Iterable[str]:
    reader = _Links()
    reader.feed(html)
    reader.close()
    return reader.found


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]
