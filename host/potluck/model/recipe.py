# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""recipe.toml as data: what there is, which pin it takes, what is measured and can be tuned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from potluck.errors import RecipeInvalid
from potluck.model import folder as folders
from potluck.model.declared import RecipePart, read_part, read_pins, read_wires
from potluck.model.reader import MAX_NUMBER, Table, is_name, is_slug, read_toml, show
from potluck.model.values import Channel, Setting, limited, read_channel, read_settings

FIRST_SAMPLE_S = 20
_VERSION = re.compile(r"\d{1,4}\.\d{1,4}\.\d{1,4}")
_SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+() -]{0,79}")
_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+")
_HASH = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True)
class Ancestor:
    """A recipe this one was made from."""

    parent: str
    version: str
    hash: str
    authors: tuple[str, ...]
    licence: Mapping[str, str]
    repo: str = ""


@dataclass(frozen=True)
class Recipe:
    """The whole declaration. Mappings keep the file's order.

    first_sample_s  seconds within which a new version must have reported its first sample (0: a hello will do)
    pins      board -> part -> terminal -> label of the board's pin
    buses     board -> bus ("i2c0") -> line -> label of the board's pin
    wires     board -> name -> ends that a person joined in [wires] (see model/declared.py)
    accepts   rule of checks -> why its warning is put up with
    lineage   nearest parent first
    repo      where it is worked on, an address; or ""
    """

    name: str
    version: str
    summary: str
    authors: tuple[str, ...]
    licence: Mapping[str, str]
    parts: Mapping[str, RecipePart]
    pins: Mapping[str, Mapping[str, Mapping[str, str]]]
    buses: Mapping[str, Mapping[str, Mapping[str, str]]]
    wires: Mapping[str, Mapping[str, tuple[str, ...]]]
    settings: Mapping[str, Setting]
    calibration: Mapping[str, Setting]
    channels: Mapping[str, Channel]
    accepts: Mapping[str, str]
    world: Mapping[str, int | float | str | bool]
    lineage: tuple[Ancestor, ...]
    folder: Path
    content_hash: str
    first_sample_s: int = FIRST_SAMPLE_S
    repo: str = ""

    @property
    def boards(self) -> tuple[str, ...]:
        """Names of the boards it has pins for."""
        return tuple(self.pins)

    @property
    def main_path(self) -> Path:
        """main.py, which exists."""
        return self.folder / "main.py"

    @property
    def world_path(self) -> Path:
        """world.py, which may not exist."""
        return self.folder / "world.py"

    def calibrates(self, part: str, option: str) -> Setting | None:
        """The calibration value that stands for a part's option: ``soil_dry_v`` for soil, dry_v."""
        return self.calibration.get(f"{part}_{option}")


def load_recipe(path_or_name: str | Path) -> Recipe:
    """Read a recipe.

    Raises RecipeNotFound, RecipeInvalid, UnknownPart, UnknownCircuit, UnknownBoard, and
    HardwareInvalid when a part's own file is broken.
    """
    folder = folders.find(path_or_name)
    file = f"{folder.resolve().name}/{folders.FILE}"
    data = read_toml(folder / folders.FILE, RecipeInvalid, where=file)
    table = Table(data, file, RecipeInvalid)
    about = table.table("recipe")
    name = about.text("name")
    if not is_slug(name):
        raise about.wrong("name", f"{show(name)} cannot name a folder",
                          "use lower case letters, digits and single hyphens, at most 40")
    parts = {key: read_part(key, sub, wires="wires" in data) for key, sub in limited(table.table("parts")).entries()}
    pins, buses = read_pins(table.table("pins"), parts)
    settings, calibration = read_settings(table.table("settings", {}), parts)
    recipe = Recipe(
        name=name, version=_version(about), summary=about.text("summary"),
        authors=about.texts("authors", least=1), licence=_licence(about.table("licence")),
        parts=MappingProxyType(parts), pins=MappingProxyType(pins), buses=MappingProxyType(buses),
        wires=MappingProxyType(read_wires(table, parts, buses)),
        settings=MappingProxyType(settings), calibration=MappingProxyType(calibration),
        channels=MappingProxyType({key: read_channel(key, sub) for key, sub in
                                   limited(table.table("channels")).entries()}),
        accepts=MappingProxyType(_accepts(table.table("accept", {}))),
        world=MappingProxyType(_world(table.table("world", {}))),
        lineage=tuple(_ancestor(sub) for sub in table.tables("lineage", [])),
        folder=folder, content_hash=folders.content_hash(folder), repo=_repo(about),
        first_sample_s=about.integer("first_sample_s", FIRST_SAMPLE_S, low=0, high=86400),
    )
    about.done()
    table.done()
    if not recipe.main_path.is_file():
        raise RecipeInvalid("there is no main.py beside it", where=file,
                            do="write what the recipe does into main.py")
    return recipe


def _version(table: Table) -> str:
    version = table.text("version")
    if not _VERSION.fullmatch(version):
        raise table.wrong("version", f"{show(version)} is not a version", 'write "1.0.0"')
    return version


def _licence(table: Table) -> Mapping[str, str]:
    found = {}
    for key in ("code", "hardware", "docs"):
        if table.has(key):
            found[key] = table.text(key)
            if not _SPDX.fullmatch(found[key]):
                raise table.wrong(key, "is not an SPDX expression", 'write "MIT", for example')
    if "code" not in found:
        table.text("code")
    table.done()
    return MappingProxyType(found)


def _accepts(table: Table) -> dict[str, str]:
    """``[accept]``: "pin-adc2" = "no Wi-Fi in this one"."""
    found = {}
    for key in limited(table).keys():
        if not is_slug(key):
            raise table.wrong(key if key.isprintable() else show(key), "is no rule's name",
                              "write it as potluck check does, in quotation marks")
        found[key] = table.text(key)
    return found


def _world(table: Table) -> dict[str, int | float | str | bool]:
    found = {}
    for key in limited(table).keys():
        if not is_name(key):
            raise table.wrong(key if key.isprintable() else show(key), "is not a name",
                              "use lower case letters, digits and _")
        value = table.peek(key)
        if isinstance(value, bool):
            found[key] = table.flag(key)
        elif isinstance(value, str):
            found[key] = table.text(key)
        else:
            found[key] = table.number(key, low=-MAX_NUMBER, high=MAX_NUMBER)
    return found


def _repo(table: Table) -> str:
    address = table.text("repo", "")
    if address and not _ADDRESS.fullmatch(address):
        raise table.wrong("repo", "is not an address", 'write "https://..."')
    return address


def _ancestor(table: Table) -> Ancestor:
    parent, version = table.text("parent"), _version(table)
    digest = table.text("hash")
    if not is_slug(parent):
        raise table.wrong("parent", "is not a recipe's name")
    if not _HASH.fullmatch(digest):
        raise table.wrong("hash", "must be 12 hex digits")
    found = Ancestor(parent, version, digest, table.texts("authors", least=1),
                     _licence(table.table("licence")), _repo(table))
    table.done()
    return found
