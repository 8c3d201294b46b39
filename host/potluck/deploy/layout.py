# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""In which folders of a board the files of a version lie: its slot, and the runtime that it stands on.

Writing a file costs the erasure of a flash block, 45 ms each, and half of the files of a slot would be the same in
the other one. So the runtime has a folder of its own, under its hash, on which both may stand. What is in it never
changes while a slot that is kept stands on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from potluck.deploy import kept
from potluck.deploy.hashes import manifest_of, teller
from potluck.deploy.state import BASE, SLOTS, Held, State, manifest

_PACKAGE = "potluck/"


class Layout(NamedTuple):
    """slot: where a version goes. base: the folder of its runtime ("" when the slot holds that too).
    folders: both → path in it → content; the runtime comes first."""

    slot: str
    base: str
    folders: dict[str, dict[str, bytes]]

    def manifests(self, state: State) -> list[bytes]:
        """What the board will list of each folder, and of all that runs."""
        each = {name: manifest_of(state, name, files) for name, files in self.folders.items()}
        return [*each.values(), each[self.slot] + (each[self.base] if self.base else b"")]


def layout(state: State, files: Mapping[str, bytes]) -> Layout:
    """Where these files (path in a slot → content) go, in the slot that may be written."""
    first, second, _ = _layouts(state.idle, files)
    stays = state.bases.get(other(state.idle), "")
    for made in (first, second):
        if made.base == stays and same(state, stays, made.folders[stays]):
            return made
    return second if first.base == stays else first


def runs(state: State, files: Mapping[str, bytes]) -> bool:
    """Whether what starts has told to be exactly these files, wherever they lie."""
    slot, tell = state.pointer.slot, teller(state)
    return bool(slot) and state.runs in {tell(made.manifests(state)[-1]) for made in _layouts(slot, files)}


def same(state: State, name: str, files: Mapping[str, bytes]) -> bool:
    """Whether a folder has told to hold exactly these files."""
    tell = teller(state)
    return {path: held.hash for path, held in state.folder(name).items()} == {
        path: tell(content) for path, content in files.items()
    }


def other(slot: str) -> str:
    return SLOTS[1 - SLOTS.index(slot)]


def _layouts(slot: str, files: Mapping[str, bytes]) -> Iterator[Layout]:
    """Upon a runtime; upon another one of the same content, for when the first is damaged and may not be touched;
    all in the slot, as they come there by hand."""
    runtime = {path: content for path, content in files.items() if path.startswith(_PACKAGE)}
    own = {path: content for path, content in files.items() if path not in runtime}
    name = "r" + kept.short(manifest("", {path: Held(kept.short(runtime[path]), 0) for path in runtime}))[:12]
    for base in (name, name + "x"):
        yield Layout(slot, base, {base: runtime, slot: {**own, BASE: f"{base}\n".encode()}})
    yield Layout(slot, "", {slot: dict(files)})
