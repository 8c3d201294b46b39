# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What is on a board: its kind, its two slots and what they stand on, which of them runs, and every file's hash."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple

ROOT = "/slots"
POINTER = "/slots/active"
LAUNCHER = "/main.py"
SLOTS = ("a", "b")
ABOUT = "slot.json"  # in each slot: who put what there, and when
BASE = "base"  # in a slot: the folders of ROOT that it stands on
FOLDER = re.compile(r"[rm][0-9a-f]{12}x?")  # the name of such a folder: the hash of what is in it, see `layout`
LAUNCHER_MARK = b"# potluck launcher"


class Held(NamedTuple):
    """A file on the board: the first 16 hex digits of its SHA-256 (8 of a CRC-32 without that), bytes."""

    hash: str
    size: int


class Pointer(NamedTuple):
    """/slots/active. slot: the one that starts ("" on a new board); starts: how many it has left to prove
    itself (None: it has); kept: the other one, if it has proven itself ("" when not)."""

    slot: str = ""
    starts: int | None = None
    kept: str = ""

    def text(self) -> str:
        return f"{self.slot} {'=' if self.starts is None else self.starts} {self.kept or '-'}\n"


def read_pointer(content: bytes) -> Pointer:
    """Also of a board that has only a letter there, or nothing that makes sense."""
    words = content.decode("ascii", "replace").split()
    slot = words[0] if words and words[0] in SLOTS else ""
    starts = int(words[1]) if len(words) == 3 and words[1].isdigit() else None
    kept = words[2] if len(words) == 3 and words[2] in SLOTS and words[2] != slot else ""
    return Pointer(slot, starts, kept) if slot else Pointer()


class State(NamedTuple):
    """What a board told: at first, what it is and runs; then, when it was asked for more, what it holds.

    mpy        the .mpy version it loads (0: none); id: the chip's unique id in hex
    has_sha256, has_deflate   what its MicroPython can do
    launcher   /main.py's hash ("" when there is none); has_launcher: it is a launcher of ours; main_size: bytes
    runs       hash of the manifests of the slot that the pointer names and of what it stands on

    and of more, which is 0 or empty before:

    block      bytes of a flash block; free_blocks; free_heap: bytes
    own        files /main.own*.py; old_receivers: paths of those that are not the one that answers
    bases      slot → the folders that it stands on, nearest first; none when it has everything itself
    others     folder → hash of its manifest, of those that `runs` is not about
    files      path → Held for everything in the slots, folders with a "/" at the end; without slot.json where it
               was known from the hashes
    texts      the small files that were asked for: path → text or None
    """

    name: str
    version: tuple[int, ...]
    mpy: int
    platform: str
    machine: str
    id: str
    has_sha256: bool
    has_deflate: bool
    pointer: Pointer
    launcher: str
    has_launcher: bool
    main_size: int
    runs: str
    block: int = 0
    free_blocks: int = 0
    free_heap: int = 0
    own: tuple[str, ...] = ()
    old_receivers: tuple[str, ...] = ()
    bases: Mapping[str, tuple[str, ...]] = {}
    others: Mapping[str, str] = {}
    files: Mapping[str, Held] = {}
    texts: Mapping[str, str | None] = {}

    def folder(self, name: str) -> dict[str, Held]:
        """The files in a slot's own folder, or in one that slots stand on, by their path in it."""
        root = f"{ROOT}/{name}/"
        return {path[len(root) :]: held for path, held in self.files.items()
                if path.startswith(root) and not path.endswith("/")}  # fmt: skip

    def slot(self, slot: str) -> dict[str, Held]:
        """What starts with a slot: its own files and those that it stands on, without those about the slot."""
        found = self.folder(slot)
        for name in self.bases.get(slot, ()):
            hidden = {unit(path) for path in found}
            found |= {path: held for path, held in self.folder(name).items() if unit(path) not in hidden}
        return {path: held for path, held in found.items() if path not in (ABOUT, BASE)}

    @property
    def stood_on(self) -> list[str]:
        """The folders that are there for slots to stand on."""
        names = {path.split("/")[2] for path in self.files} | self.others.keys()
        return sorted(name for name in names if FOLDER.fullmatch(name))

    @property
    def proven(self) -> str:
        """The slot to go back to if the next one fails; "" when none has proven itself."""
        return self.pointer.slot if self.pointer.starts is None else self.pointer.kept

    @property
    def idle(self) -> str:
        """The slot that may be written: never the one that is proven, nor the only one there is."""
        return "b" if (self.proven or self.pointer.slot) == "a" else "a"


def unit(path: str) -> str:
    """What is in one folder or in another as a whole: a file, or a package with all that is in it.

    MicroPython looks for a package's modules in the first folder of that name only.
    """
    return path.partition("/")[0]


def manifest(slot: str, files: Mapping[str, Held]) -> bytes:
    """A folder's files as the board lists them: "HASH SIZE PATH" in lines, sorted, folders too,
    slot.json not.

    files   path in the folder → Held. The hash of this text is what a board tells of it.
    """
    lines = {f"{ROOT}/{slot}/{path}": f"{held.hash} {held.size}" for path, held in files.items() if path != ABOUT}
    for path in files:
        for at, letter in enumerate(path):
            if letter == "/":
                lines[f"{ROOT}/{slot}/{path[: at + 1]}"] = "- 0"
    return "".join(f"{lines[path]} {path}\n" for path in sorted(lines, key=str.encode)).encode()


def files_hash(files) -> str:
    """12 hex digits over the path and hash of every file."""
    text = "".join(f"{path} {files[path].hash}\n" for path in sorted(files))
    return sha256(text.encode()).hexdigest()[:12]


def read_state(line: str) -> State:
    """From the line with which firmware/boot/receiver.py begins. Raises ValueError when it is none."""
    try:
        (name, version, mpy, platform, machine, id, sha, deflate, pointer, main, runs) = ast.literal_eval(line)
        return State(
            name, tuple(version), mpy, platform, machine, id.decode(), sha, deflate,
            read_pointer(pointer), main[0].decode() if main else "",
            bool(main) and main[2].startswith(LAUNCHER_MARK), main[1] if main else 0, runs.decode(),
        )  # fmt: skip
    except (SyntaxError, TypeError, IndexError, AttributeError) as wrong:
        raise ValueError(f"no state of a board: {wrong}") from wrong


def read_more(state: State, line: str, receiver: str) -> State:
    """The state with what the board's answer to "m" adds. receiver: the module that answers. Raises ValueError."""
    try:
        block, free, heap, own, names, *bases, others = ast.literal_eval(line)
        return state._replace(
            block=block, free_blocks=free, free_heap=heap, own=tuple(own),
            bases={slot: tuple(filter(FOLDER.fullmatch, names)) for slot, names in zip(SLOTS, bases, strict=True)},
            others={name: hash.decode() for name, hash in others},
            old_receivers=tuple(f"{ROOT}/{name}" for name in names if name.startswith("rx_") and name != f"{receiver}.mpy"),
        )  # fmt: skip
    except (SyntaxError, TypeError, AttributeError) as wrong:
        raise ValueError(f"no state of a board: {wrong}") from wrong


def read_files(state: State, lines: Iterable[str], asked: tuple[str, ...] = ()) -> State:
    """The state with the files of these lines (manifests, or the answer to "l") and the texts behind them.

    Raises ValueError.
    """
    files, texts = {}, []
    for line in lines:
        if line.startswith("= "):
            texts.append(line[2:])
        elif line == "=":
            texts.append(None)
        elif not texts:
            hash, size, path = line.split(" ", 2)
            files[path] = Held("" if hash == "-" else hash, int(size))
    bases = state.bases
    if not bases and state.pointer.slot:  # not told yet; the lines are in that order
        below = dict.fromkeys(path.split("/")[2] for path in files)
        bases = {state.pointer.slot: tuple(filter(FOLDER.fullmatch, below))}
    return state._replace(files=files, bases=bases, texts=dict(zip(asked, texts, strict=False)))
