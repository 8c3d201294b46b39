# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""`cp` with mpremote's habits, between this computer and a board and on the board itself.

All is looked at before anything is changed: what goes where, whether it is there already, whether it fits.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from potluck.errors import FileFailed, FileMissing, IsFolder, NotFolder, PotluckError, ReadOnly
from potluck.fs.files import BoardFiles, Entry, Progress, nothing
from potluck.fs.paths import bare, child, is_remote

_MERGES = ("", ".", "..")  # names that say "what is in there"


class Copied(NamedTuple):
    """One file of a copy. source, to: paths as `cp` writes them; same: it was there already, and stayed."""

    source: str
    to: str
    size: int
    same: bool


@dataclass
class _Plan:
    folders: list[str] = field(default_factory=list)
    files: list[tuple[str, str, int]] = field(default_factory=list)  # source, destination, size


def copy(
    files: BoardFiles,
    sources: list[str],
    to: str,
    *,
    recursive: bool = False,
    force: bool = False,
    told: Callable[[Copied], None] = lambda copied: None,
    progress: Progress = nothing,
) -> list[Copied]:
    """Copy files and folders; `:path` is on the board, everything else here.

    to          a file's name, or a folder that is there; ending in "/" it must be such a folder. Several
                sources need one. A folder that is not there is made from a folder (recursive)
    recursive   folders with all that is in them: into `to` if that is there, else as `to`
    force       copy also what is the same already

    Raises ValueError when neither end is on the board; FileMissing, IsFolder, NotFolder, NoSpace, ReadOnly,
    FileNameUnfit, TransferDamaged, FileFailed. Files that were copied by then stay.
    """
    if not is_remote(to) and not all(map(is_remote, sources)):
        raise ValueError("neither is on the board: a path on the board begins with ':'")
    there = _Side(files, is_remote(to))
    plan = _Plan()
    for source in sources:
        _look(_Side(files, is_remote(source)), source, there, to, recursive, len(sources) > 1, plan)
    copies = [_compared(files, force, *one) for one in plan.files]
    if is_remote(to):
        files.check_space(bare(to), [one.size for one in copies if not one.same])
    for folder in plan.folders:
        there.make_folder(folder)
    for one in copies:
        if not one.same:
            _carry(files, one, progress)
        told(one)
    return copies


class _Side:
    """One end of a copy: the board's files or this computer's, asked the same questions. Paths are bare."""

    def __init__(self, files: BoardFiles, remote: bool):
        self.files, self.remote = files, remote

    def kind(self, path: str) -> str:
        if self.remote:
            return self.files.kind(path)
        return "folder" if os.path.isdir(path) else "file" if os.path.exists(path) else ""

    def join(self, folder: str, name: str) -> str:
        if self.remote:
            return posixpath.join(folder, name)
        return os.path.join(folder, name)

    def tree(self, folder: str) -> list[Entry]:
        """Everything below, as paths relative to the folder with "/"."""
        if not self.remote:
            return sorted(_local_tree(folder, "", frozenset()), key=lambda entry: entry.path.split("/"))
        root = self.files.absolute(folder)
        return [entry._replace(path=posixpath.relpath(entry.path, root)) for entry in self.files.walk(folder)]

    def size(self, path: str) -> int:
        if self.remote:
            return self.files.stat(path).size
        return os.path.getsize(path)

    def make_folder(self, path: str) -> None:
        if self.remote:
            self.files.make_folders(path)
            return
        try:
            os.makedirs(path, exist_ok=True)
        except OSError as wrong:
            raise _local_error(wrong, path) from wrong

    def written(self, path: str) -> str:
        return f":{path}" if self.remote else path


def _look(
    here: _Side, source: str, there: _Side, to: str, recursive: bool, several: bool, plan: _Plan
) -> None:
    """Add to the plan what one source means."""
    path, target = bare(source), bare(to)
    must_be_folder = several or (len(target) > 1 and target.endswith(("/", os.sep)) and not recursive)
    path, target = _no_slash(path), _no_slash(target)
    kind, target_kind = here.kind(path), there.kind(target)
    if not kind:
        where = "on the board" if here.remote else "here"
        raise FileMissing(f"there is no such file or folder {where}", where=source, do="is it spelt right?")
    if (must_be_folder and target_kind != "folder") or (kind == "folder" and target_kind == "file"):
        raise NotFolder("the destination is no folder that is there", where=to, do="make it: potluck fs mkdir")
    name = posixpath.basename(path) if here.remote else os.path.basename(path)
    if kind == "file":
        if target_kind == "folder":
            target = there.join(target, name if there.remote else child(name))
        plan.files.append((source, there.written(target), here.size(path)))
        return
    if not recursive:
        raise IsFolder("this is a folder", where=source, do="say -r to copy a folder with all that is in it")
    root = target if not target_kind or name in _MERGES else there.join(target, name)
    plan.folders.append(root)
    for entry in here.tree(path):
        inner = root
        for part in entry.path.split("/"):
            inner = there.join(inner, part if there.remote else child(part))
        if entry.is_folder:
            plan.folders.append(inner)
        else:
            found = here.written(here.join(path, *[entry.path]))
            plan.files.append((found, there.written(inner), entry.size))


def _compared(files: BoardFiles, force: bool, source: str, to: str, size: int) -> Copied:
    """Whether the destination holds this content already."""
    same = False
    if not force:
        try:
            same = _digest(files, to) == _digest(files, source)
        except PotluckError:
            pass  # mostly: not there yet; what is really wrong says the copy itself
    return Copied(source, to, size, same)


def _digest(files: BoardFiles, path: str) -> bytes:
    return files.sha256(bare(path)) if is_remote(path) else sha256(_local_read(path)).digest()


def _carry(files: BoardFiles, one: Copied, progress: Progress) -> None:
    if is_remote(one.source) and is_remote(one.to):
        files.copy(bare(one.source), bare(one.to))
    elif is_remote(one.to):
        files.write(bare(one.to), _local_read(one.source), progress)
    else:
        _local_write(one.to, files.read(bare(one.source), progress))


def _no_slash(path: str) -> str:
    stripped = path.rstrip("/" + os.sep)
    return stripped or path[:1]


# -- this computer -----------------------------------------------------------------------------


def _local_tree(folder: str, inside: str, above: frozenset[str]):
    real = os.path.realpath(folder)
    if real in above:
        return  # a link that leads to where we came from
    try:
        found = list(os.scandir(folder))
    except OSError as wrong:
        raise _local_error(wrong, folder) from wrong
    for entry in found:
        path = posixpath.join(inside, entry.name)
        if entry.is_dir():
            yield Entry(path, True, 0)
            yield from _local_tree(entry.path, path, above | {real})
        else:
            yield Entry(path, False, entry.stat().st_size)


def _local_read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as wrong:
        raise _local_error(wrong, path) from wrong


def _local_write(path: str, content: bytes) -> None:
    """Aside, then renamed: a full disk leaves what was there."""
    aside = Path(f"{path}.potluck-part")
    try:
        aside.write_bytes(content)
        os.replace(aside, path)
    except OSError as wrong:
        with suppress(OSError):
            aside.unlink()
        raise _local_error(wrong, path) from wrong


def _local_error(wrong: OSError, path: str) -> PotluckError:
    if isinstance(wrong, FileNotFoundError):
        return FileMissing("there is no such file or folder here", where=path, do="is it spelt right?")
    if isinstance(wrong, PermissionError):
        return ReadOnly("this computer does not permit it", where=path, do="choose another place")
    return FileFailed(os.strerror(wrong.errno or 0), where=path, do="choose another place")
