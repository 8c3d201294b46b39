# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How firmware gets onto a chip, whatever board it sits on: hardware/chips/NAME.toml."""

from __future__ import annotations

from dataclasses import dataclass

from potluck.errors import UnknownBoard
from potluck.model import hardware
from potluck.model.reader import Table


@dataclass(frozen=True)
class Chip:
    """What a chip's boot ROM takes.

    firmware   MicroPython's build for any board with this chip; "" when there is none
    method     "esptool" or "uf2"
    picture    how it is brought into its bootloader by hand: "bootsel" or "boot_en"
    image_id   chip id in an ESP image's header; None for other chips
    offset     where in flash a full ESP image begins, bytes
    families   UF2 families, eight lower-case hex digits each
    volume     name of its boot drive, board_id: what INFO_UF2.TXT says; "" without one
    twin       build for a board that looks the same in its boot drive and has more (a radio); "": none
    flash      first and last + 1 address of its flash, as UF2 files count; (0, 0) when unknown
    """

    name: str
    title: str
    method: str
    firmware: str
    picture: str
    image_id: int | None = None
    offset: int = 0
    families: tuple[str, ...] = ()
    volume: str = ""
    board_id: str = ""
    twin: str = ""
    flash: tuple[int, int] = (0, 0)


def chip_names() -> list[str]:
    """Names of all chips that potluck can put firmware on."""
    return hardware.known("chips")


def load_chip(name: str, *, where: str = "") -> Chip:
    """The chip of that name. Raises UnknownBoard, HardwareInvalid."""
    table, _ = hardware.open_named("chips", name, "", UnknownBoard, "chip", where)
    sources = hardware.Sources(table)
    about = table.table("chip")
    if about.name("name") != name:
        raise about.wrong("name", "differs from the file's name")
    esp = table.table("esp") if table.has("esp") else None
    uf2 = table.table("uf2")
    chip = Chip(
        name=name,
        title=about.text("title"),
        method=about.choice("method", ("esptool", "uf2")),
        firmware=about.text("firmware", ""),
        picture=about.choice("picture", ("bootsel", "boot_en")),
        image_id=esp.integer("image_id", low=0, high=0xFFFF) if esp else None,
        offset=esp.integer("offset", low=0, high=1 << 24) if esp else 0,
        families=uf2.texts("families", least=1),
        volume=uf2.text("volume", ""),
        board_id=uf2.text("board_id", ""),
        twin=uf2.text("twin", ""),
        flash=_range(uf2),
    )
    for part in filter(None, (about, esp, uf2)):
        sources.of(part)
        part.done()
    table.done()
    sources.done()
    return chip


def all_chips() -> list[Chip]:
    """Every chip, in the order of their names."""
    return [load_chip(name) for name in chip_names()]


def _range(table: Table) -> tuple[int, int]:
    value = table.take("flash", [0, 0])
    if not (isinstance(value, list) and len(value) == 2 and all(type(item) is int for item in value)):
        raise table.wrong("flash", "must be [first address, last address + 1]")
    if not 0 <= value[0] <= value[1] <= 1 << 32:
        raise table.wrong("flash", "must be two rising addresses of 32 bits")
    return value[0], value[1]
