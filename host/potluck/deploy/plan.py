# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""From what a board holds and what it shall hold: what has to be sent, as orders for the board."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from potluck.deploy import kept
from potluck.deploy.delta import Copy, difference
from potluck.deploy.hashes import new_hash, teller
from potluck.deploy.layout import layout, other, runs, same
from potluck.deploy.refused import MAKE_ROOM
from potluck.deploy.state import ABOUT, BASE, LAUNCHER, POINTER, ROOT, Pointer, State
from potluck.deploy.stream import Orders, fits_offsets, tree_digest
from potluck.errors import DeployFailed, NoSpace

SPARE_BLOCKS = 4  # littlefs needs room to move (measured)
FOLDER_BLOCKS = 2
STARTS = 2  # a new slot may start so often to prove itself: once more after a power cut
NAME_MOST = 255  # bytes of a name: littlefs as MicroPython builds it (LFS2 name_max)

How = Literal["same", "copied", "changed", "new", "gone"]


class Change(NamedTuple):
    """One file of the slot: how it gets there, and how many of its bytes have to be sent for it.

    same: is there already, in the idle slot or in what it stands on; copied: on the board, from elsewhere;
    changed: a difference; new: all of it; gone: was in the slot that runs and is no more.
    """

    path: str
    how: How
    size: int
    sent: int


class Plan(NamedTuple):
    """What a deploy will do.

    slot      where it goes
    changes   every file, and those that go, sorted by path
    orders    for the receiver; b"" when the board has it all and runs it
    blocks    of flash that are needed, at most
    kept_main where the maker's own /main.py goes ("" when there is none)
    launcher  whether /main.py is written
    manifests of what the board will hold
    """

    slot: str
    changes: tuple[Change, ...]
    orders: bytes
    blocks: int
    kept_main: str
    launcher: bool
    manifests: tuple[bytes, ...] = ()

    @property
    def changed(self) -> bool:
        return bool(self.orders)

    @property
    def sent(self) -> int:
        return sum(change.sent for change in self.changes)


def plan(state: State, files: Mapping[str, bytes], about: bytes, launcher: bytes, *, where: str = "") -> Plan:
    """state: one that was asked for these files. files: path in the slot → content. about: what the slot says of
    itself, sent only with changes.

    Raises DeployFailed for a name that no board can hold, NoSpace when it does not fit.
    """
    check_names(files, where)
    tell = teller(state)
    if runs(state, files):
        running = state.pointer.slot
        unchanged = tuple(Change(path, "same", len(files[path]), 0) for path in sorted(files))
        if state.launcher == tell(launcher):
            return Plan(running, unchanged, b"", 0, "", False)
        orders = Orders()
        blocks, kept_main = _launcher(orders, state, launcher, tell)
        _check_room(state, blocks, where)
        return Plan(running, unchanged, orders.done(), blocks, kept_main, True)
    return _staged(state, files, about, launcher, where)


def _staged(state: State, files: Mapping[str, bytes], about: bytes, launcher: bytes, where: str) -> Plan:
    made, orders, kept_main, tell = layout(state, files), Orders(), "", teller(state)
    made.folders[made.slot][ABOUT] = about
    stays = other(made.slot)
    if state.pointer.slot == made.slot:
        # What runs is on trial: first back to the one that is proven, then write over it.
        _point(orders, state, Pointer(state.proven, None, ""))
    blocks = -_unused(orders, state, {*made.bases, *state.bases.get(stays, ())})
    for path in state.old_receivers:
        orders.remove(path)
    written = {path for wanted in made.folders.values() for path in wanted}
    changes = [Change(path, "same", len(files[path]), 0) for path in files if path not in written]
    for name, wanted in made.folders.items():
        more, taken = _fill(orders, state, name, wanted, stays)
        changes += more
        blocks += taken
    changes += [Change(path, "gone", held.size, 0) for path, held in state.slot(stays).items() if path not in files]
    if state.launcher != tell(launcher):
        taken, kept_main = _launcher(orders, state, launcher, tell)
        blocks += taken
    _point(orders, state, Pointer(made.slot, STARTS, state.proven))
    _check_room(state, blocks, where)
    return Plan(
        made.slot, tuple(sorted(change for change in changes if change.path != BASE)), orders.done(), max(blocks, 0),
        kept_main, state.launcher != tell(launcher), tuple(made.manifests(state)),
    )  # fmt: skip


def _fill(orders: Orders, state: State, name: str, files: dict[str, bytes], stays: str) -> tuple[list[Change], int]:
    """Have a folder hold exactly these files, verified; (what happens to each, blocks that it takes).

    stays   the slot that is not written; what can be copied is there or in what it stands on
    """
    root, there, tell = f"{ROOT}/{name}", state.folder(name), teller(state)
    changes, moved, blocks = [], [], _new_folders(state, name, files) - _clear(orders, state, root, files)
    for path in sorted(files):
        content, target = files[path], f"{root}/{path}"
        if path in there and there[path].hash == tell(content):
            changes.append(Change(path, "same", len(content), 0))
            continue
        base, old = _base(state, target, path, content, stays)
        pieces = list(difference(old, content)) if base else [content] * bool(content)
        sent = sum(5 if isinstance(piece, Copy) else len(piece) for piece in pieces)
        how: How = "changed" if base else "new"
        if len(pieces) == 1 and isinstance(pieces[0], Copy):
            how, sent = "copied", 0
        changes.append(Change(path, how, len(content), sent))
        if base == target:
            moved.append(target)
        orders.file(target + ".new" * (base == target), pieces, base)
        blocks += _blocks(len(content), state.block)
        if path in there and base != target:
            blocks -= there[path].size // state.block
    for target in moved:
        orders.rename(target + ".new", target)
    if not same(state, name, files):  # else the board has reckoned its hash a moment ago
        orders.verify(root, tree_digest({f"{root}/{path}": files[path] for path in files}, new_hash(state)))
    return changes, blocks


def _new_folders(state: State, name: str, files: Mapping[str, bytes]) -> int:
    """Blocks that the folders take which are not there yet."""
    inner = {path[:at] for path in files for at, letter in enumerate(path) if letter == "/"}
    wanted = {f"{ROOT}/{name}/", *(f"{ROOT}/{name}/{folder}/" for folder in inner)}
    there = {path[: at + 1] for path in state.files for at, letter in enumerate(path) if letter == "/"}
    return FOLDER_BLOCKS * len(wanted - there - {f"{ROOT}/{told}/" for told in state.others})


def _unused(orders: Orders, state: State, stay: set[str]) -> int:
    """Remove the folders that no slot will stand on; how many blocks that frees."""
    freed = 0
    for name in state.stood_on:
        if name not in stay:
            freed += _clear(orders, state, f"{ROOT}/{name}", {})
            orders.remove(f"{ROOT}/{name}/")
    return freed


def switch_to(state: State, slot: str) -> bytes:
    """Orders that start another slot, on trial."""
    orders = Orders()
    kept_slot = state.pointer.slot if state.pointer.starts is None else ""
    _point(orders, state, Pointer(slot, STARTS, kept_slot))
    return orders.done()


def check_names(files, where: str) -> None:
    """Raises DeployFailed for a path that a board's file system or the stream cannot hold."""
    for path in files:
        longest = max(len(part.encode("utf-8", "surrogateescape")) for part in path.split("/"))
        if longest > NAME_MOST - len(".new") or len(path.encode("utf-8", "surrogateescape")) > 240:
            raise DeployFailed(
                f"the name {path[:60]}… is too long for a board: {longest} bytes",
                where=where, do="give the file a shorter name: a board's file system takes 251 bytes here",
            )  # fmt: skip
        try:
            path.encode()
        except UnicodeEncodeError as wrong:
            raise DeployFailed(
                f"the name {ascii(path)[:60]} is no text that a board can hold",
                where=where, do="rename the file, with letters, digits, - and _",
            ) from wrong  # fmt: skip


def _clear(orders: Orders, state: State, root: str, files: Mapping[str, bytes]) -> int:
    """Remove what a folder must not hold; how many blocks that frees."""
    freed, leads = 0, {path.rpartition("/")[0] for path in files}
    folders = {"/".join(lead.split("/")[: n + 1]) for lead in leads for n in range(lead.count("/") + 1)}
    for path, held in sorted(state.files.items(), reverse=True):  # a folder after what is in it
        inner = path[len(root) + 1 :]
        if not path.startswith(root + "/") or not inner:
            continue
        is_folder = path.endswith("/")
        if inner.rstrip("/") not in (folders if is_folder else files):
            orders.remove(path)
            freed += 0 if is_folder else held.size // state.block
    return freed


def _base(state: State, target: str, path: str, content: bytes, stays: str) -> tuple[str, bytes]:
    """A file on the board that the one at `target` can be made from: the same content, else the same name."""
    wanted, roots = teller(state)(content), [f"{ROOT}/{name}/" for name in (stays, *state.bases.get(stays, ()))]
    for full, held in state.files.items():
        if held.hash == wanted and held.size == len(content) and content and full.startswith(tuple(roots)):
            return full, content
    for full in (*(root + path for root in roots), target):
        if full in state.files and state.has_sha256:
            old = kept.find(state.files[full].hash)
            if old and fits_offsets(old):
                return full, old
    return "", b""


def _launcher(orders: Orders, state: State, launcher: bytes, tell) -> tuple[int, str]:
    """Write /main.py, the maker's own kept aside; (blocks, where the own went)."""
    blocks, kept_main = _blocks(len(launcher), state.block), ""
    aside = LAUNCHER + ".new"
    old = kept.find(state.launcher) if state.has_launcher and state.has_sha256 else None
    if state.launcher and not state.has_launcher:
        kept_main = _free_name(state.own)
        # copied, not renamed: there is no instant without it
        orders.file(kept_main + ".new", [Copy(0, state.main_size)], LAUNCHER)
        orders.rename(kept_main + ".new", kept_main)
        blocks += _blocks(state.main_size, state.block)
    orders.file(aside, difference(old, launcher) if old else [launcher], LAUNCHER if old else "")
    orders.verify(aside, tree_digest({aside: launcher}, new_hash(state)))
    orders.rename(aside, LAUNCHER)
    return blocks, kept_main


def _free_name(taken: tuple[str, ...]) -> str:
    number = 1
    while (name := f"main.own{number if number > 1 else ''}.py") in taken:
        number += 1
    return "/" + name


def _point(orders: Orders, state: State, pointer: Pointer) -> None:
    aside, text = POINTER + ".new", pointer.text().encode()
    orders.file(aside, [text])
    orders.verify(aside, tree_digest({aside: text}, new_hash(state)))
    orders.rename(aside, POINTER)


def _blocks(size: int, block: int) -> int:
    return -(-size // block) + 1


def _check_room(state: State, blocks: int, where: str) -> None:
    need = blocks + SPARE_BLOCKS
    if need > state.free_blocks:
        raise NoSpace(
            f"needs {need * state.block // 1024} KB of flash, "
            f"{state.free_blocks * state.block // 1024} KB are free",
            where=where, do=MAKE_ROOM,
        )  # fmt: skip
