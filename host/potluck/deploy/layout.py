# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""In which folders of a board the files of a version lie: its slot, and what that stands on.

Writing a file costs the erasure of a flash block, 45 ms each, and most files of a slot would be the same in the other
one. So the runtime has a folder of its own, under its hash, on which both may stand, and so have the modules and
drivers of a recipe, of which a later version then has in its slot what it changed. What is in such a folder never
changes while a slot that is kept stands on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import NamedTuple

from potluck.deploy import kept
from potluck.deploy.hashes import manifest_of, teller
from potluck.deploy.state import BASE, SLOTS, Held, State, manifest, unit

_RUNTIME, _MODULES = "r", "m"  # begin the names of the folders
_FEW = 3  # so many modules and drivers are worth a folder, which costs two erasures itself

Files = Mapping[str, bytes]


class Layout(NamedTuple):
    """slot: where a version goes. bases: the folders that it stands on, nearest first.
    folders: those that are to hold exactly this: name → path in it → content; the slot comes last."""

    slot: str
    bases: tuple[str, ...]
    folders: dict[str, dict[str, bytes]]

    def manifests(self, state: State) -> list[bytes]:
        """What the board will list of each folder, and of all that runs."""
        each = {name: manifest_of(state, name, files) for name, files in self.folders.items()}
        below = [each[name] if name in each else manifest(name, state.folder(name)) for name in self.bases]
        return [*each.values(), each[self.slot] + b"".join(below)]


def layout(state: State, files: Files) -> Layout:
    """Where these files (path in a slot → content) go, around the slot that may be written."""
    runtime, modules, own = _divided(files)
    stays = state.bases.get(other(state.idle), ())
    below = _name(_RUNTIME, runtime, state, stays)
    bases, folders = [below], {below: runtime}
    if modules:
        below = next((name for name in stays if name.startswith(_MODULES) and _serves(state, name, modules)), "")
        if below:
            own = own | _changed(state, below, modules)
        else:
            below = _name(_MODULES, modules, state, stays)
            folders[below] = modules
        bases.insert(0, below)
    return Layout(state.idle, tuple(bases), folders | {state.idle: _with_base(own, bases)})


def runs(state: State, files: Files) -> bool:
    """Whether what starts is exactly these files, wherever they lie, as far as the board has told."""
    slot, tell = state.pointer.slot, teller(state)
    if not slot:
        return False
    if state.files:
        return {path: held.hash for path, held in state.slot(slot).items()} == _told(state, files)
    return state.runs in {tell(made.manifests(state)[-1]) for made in _likely(slot, files)}


def same(state: State, name: str, files: Files) -> bool:
    """Whether a folder has told to hold exactly these files."""
    return {path: held.hash for path, held in state.folder(name).items()} == _told(state, files)


def other(slot: str) -> str:
    return SLOTS[1 - SLOTS.index(slot)]


def _likely(slot: str, files: Files) -> Iterator[Layout]:
    """How these files lie when they came at once: upon one or the other folder, or all in the slot, as by hand."""
    runtime, modules, own = _divided(files)
    names = [_named(_MODULES, modules)] * bool(modules) + [_named(_RUNTIME, runtime)]
    for bases in product(*names):
        folders = dict(zip(bases, [modules] * bool(modules) + [runtime], strict=True))
        yield Layout(slot, bases, folders | {slot: _with_base(own, bases)})
    yield Layout(slot, (), {slot: dict(files)})


def _divided(files: Files) -> tuple[dict[str, bytes], dict[str, bytes], dict[str, bytes]]:
    """(the runtime, modules and drivers, what is always in the slot). Data is found beside the module that reads it, so a
    recipe with data is not divided."""
    runtime = {path: content for path, content in files.items() if unit(path) == "potluck"}
    rest = {path: content for path, content in files.items() if path not in runtime}
    modules = {path: content for path, content in rest.items() if unit(path) not in ("recipe.mpy", "config.mpy")}
    if len(modules) < _FEW or any(not path.endswith(".mpy") for path in rest):
        return runtime, {}, rest
    return runtime, modules, {path: content for path, content in rest.items() if path not in modules}


def _name(kind: str, files: Files, state: State, stays: tuple[str, ...]) -> str:
    """Of the folder for these files: the one that is there and whole; never one that is damaged and stays."""
    first, second = _named(kind, files)
    for name in (first, second):
        if name in stays and same(state, name, files):
            return name
    return second if first in stays else first


def _named(kind: str, files: Files) -> tuple[str, str]:
    """The name of a folder with these files, and another one for when that is damaged and may not be touched."""
    name = kind + _hash({path: kept.short(content) for path, content in files.items()})
    return name, name + "x"


def _hash(hashes: Mapping[str, str]) -> str:
    return kept.short(manifest("", {path: Held(hash, 0) for path, hash in hashes.items()}))[:12]


def _serves(state: State, name: str, modules: Files) -> bool:
    """Whether these can stand on a folder of an earlier version: it is whole, has nothing that is no more, and most of it
    is still the same."""
    there = state.folder(name)
    if not there or name.rstrip("x")[1:] != _hash({path: held.hash for path, held in there.items()}):
        return False
    if {unit(path) for path in there} - {unit(path) for path in modules}:
        return False
    return sum(map(len, _changed(state, name, modules).values())) * 2 <= sum(map(len, modules.values()))


def _changed(state: State, name: str, modules: Files) -> dict[str, bytes]:
    """Of these, the units that the folder has not got like this."""
    told, there = _told(state, modules), state.folder(name)
    paths = told.keys() | there.keys()
    changed = {unit(path) for path in paths if path not in there or there[path].hash != told.get(path)}
    return {path: content for path, content in modules.items() if unit(path) in changed}


def _told(state: State, files: Files) -> dict[str, str]:
    tell = teller(state)
    return {path: tell(content) for path, content in files.items()}


def _with_base(own: Files, bases) -> dict[str, bytes]:
    return {**own, BASE: f"{' '.join(bases)}\n".encode()}
