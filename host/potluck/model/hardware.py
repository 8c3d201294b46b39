# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How the files in hardware/ are found and opened, whatever they describe."""

from __future__ import annotations

from pathlib import Path

from potluck import places
from potluck.errors import HardwareInvalid, PotluckError
from potluck.model.reader import Table, is_name, read_toml, show, suggest


def known(folder: str, file: str = "") -> list[str]:
    """Names in hardware/FOLDER: files NAME.toml, or folders holding ``file``."""
    root = places.hardware_dir() / folder
    if file:
        return sorted(path.parent.name for path in root.glob(f"*/{file}"))
    return sorted(path.stem for path in root.glob("*.toml"))


def open_named(folder: str, name: str, file: str, error: type[PotluckError], what: str,
               where: str = "") -> tuple[Table, Path]:
    """hardware/FOLDER/NAME.toml (or NAME/FILE) as a table, and its path.

    Raises ``error`` when there is no such name (a name that is no plain word counts as none, so
    that it can never lead out of the folder) and HardwareInvalid when the file is broken.
    """
    path = places.hardware_dir() / folder / (f"{name}/{file}" if file else f"{name}.toml")
    if not isinstance(name, str) or not is_name(name) or not path.is_file():
        raise error(f"there is no {what} {show(name)}", where=where,
                    do=suggest(str(name)[:40], known(folder, file)))
    shown = f"hardware/{folder}/{path.name if not file else name + '/' + file}"
    return Table(read_toml(path, HardwareInvalid, where=shown), shown, HardwareInvalid), path


class Sources:
    """The [sources] table of a hardware file: every ``source = "key"`` must be one of its keys."""

    def __init__(self, table: Table):
        listed = table.table("sources")
        self.texts = {key: listed.text(key) for key in listed.keys()}
        self._used: set[str] = set()
        self._table = listed

    def of(self, table: Table) -> str:
        """The source of the table's facts (its text)."""
        key = table.choice("source", self.texts)
        self._used.add(key)
        return self.texts[key]

    def done(self) -> None:
        """A source that nothing cites is a leftover."""
        for key in self.texts:
            if key not in self._used:
                raise self._table.wrong(key, "is cited by no fact", "cite it or remove it")
