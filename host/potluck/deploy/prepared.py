# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A recipe made ready for one kind of board: checked, and as the files of a slot.

Reading all the parts, checking the wiring and compiling is most of the time of a deploy that sends little, and gives
the same until the wiring changes. So what came of it is kept in the cache folder, under a hash of everything that it
was made from: the recipe's files but for its program, and size and time of every file of hardware/, firmware/ and of
the code here that reads them. The program is read each time; what its modules compile to is kept too, in mpy.py.
"""

from __future__ import annotations

import json
import os
import sys
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from potluck import __version__, places
from potluck.deploy.build import CONFIG, program_files, wiring_files
from potluck.deploy.mpy import compiler_stamp
from potluck.deploy.state import State
from potluck.model import folder as folders

_HARDWARE = ("boards", "chips", "circuits", "mcu", "parts")
_CODE = ("checks", "deploy", "generate", "model")
_MODULES = "modules"
_MOST_MODULES = 200  # of one recipe, of some bytes
_MOST_KEPT = 40  # recipes, of about 50 KB


class Prepared(NamedTuple):
    """recipe, version, hash: what the board will say of itself. folder: the recipe's folder's name.
    files         path in the slot → content
    world         configuration of the simulated world, for a virtual board
    findings      warnings and notes of the checks
    needs_sample  whether it must send one to be alive, within first_sample_s
    """

    recipe: str
    version: str
    hash: str
    folder: str
    board: str
    files: dict[str, bytes]
    world: dict
    findings: tuple
    first_sample_s: float
    needs_sample: bool


def launcher() -> bytes:
    """The text of /main.py."""
    return (places.firmware_dir() / "boot" / "main.py").read_bytes()


class _Wired(NamedTuple):
    """What is kept: as Prepared, of all but the program. config_hash: the recipe's hash in config.mpy.
    files, findings: in a form that JSON has. accepts: the findings that the recipe puts up with."""

    recipe: str
    version: str
    board: str
    files: dict[str, str]
    config_hash: str
    world: dict
    findings: list
    accepts: dict[str, str]
    first_sample_s: float
    needs_sample: bool


class Source:
    """A recipe that can be read and parses. Making one raises what load_recipe and build.program_files raise."""

    def __init__(self, recipe: str):
        self.folder = folders.find(recipe)
        self._loaded = None
        self._read()
        if not self._kept.is_dir() or "main.py" not in self._contents:
            self._load()
        self._program = program_files(self._contents, self.folder.name)

    def for_kind(self, board: str) -> Prepared:
        """For a board of this kind. Raises what wire, checks.require and build.slot_files raise."""
        return self._recalled(board) or self._made(board, board)

    def for_board(self, state: State) -> Prepared:
        """For the board that has told this. Raises UnknownBoard too."""
        who = f"{state.platform} {state.machine}"
        ready = self._recalled(who)
        if ready is None:
            from potluck.deploy.target import board_of

            ready = self._made(board_of(state, self._load()), who)
        return ready

    def _read(self):
        self._contents = folders.contents(self.folder)
        self.hash = folders.hash_of(self._contents)
        modules, data = folders.board_files(self._contents, self.folder.name)
        program = {"main.py", *modules.values(), *data}
        rest = {name: content for name, content in self._contents.items() if name not in program}
        self._kept = _kept(self.folder, folders.hash_of(rest))

    def _load(self):
        if self._loaded is None:
            from potluck import model

            self._loaded = model.load_recipe(self.folder)
            if self._loaded.content_hash != self.hash:
                self._read()  # it was saved at this very moment
        return self._loaded

    def _made(self, board: str, who: str) -> Prepared:
        from potluck import checks, generate, model

        loaded = self._load()
        wiring = model.wire(loaded, board)
        findings = checks.require(wiring)
        wired = _Wired(
            loaded.name, loaded.version, wiring.board.name,
            {path: _text(content) for path, content in wiring_files(wiring).items()}, loaded.content_hash,
            generate.world_config(wiring), [finding.as_dict() for finding in findings], dict(loaded.accepts),
            loaded.first_sample_s, bool(loaded.channels and loaded.first_sample_s),
        )  # fmt: skip
        # what was saved meanwhile belongs under another hash
        if loaded.content_hash == self.hash == folders.content_hash(self.folder):
            _keep(self._kept / _file_name(who), wired)
        return self._with_program(wired)

    def _recalled(self, who: str) -> Prepared | None:
        try:
            return self._with_program(_Wired(**json.loads((self._kept / _file_name(who)).read_bytes())))
        except (OSError, ValueError, TypeError, KeyError):
            return None  # not made before, or not by this version

    def _with_program(self, wired: _Wired) -> Prepared:
        modules = [one for found in self._module_findings(wired.recipe) for one in found]
        findings = _again(wired, modules) if wired.findings or modules else []
        files = {path: a2b_base64(content) for path, content in wired.files.items()} | self._program
        old, new = wired.config_hash.encode(), self.hash.encode()
        if files[CONFIG].count(old) != 1:
            raise ValueError(f"{CONFIG} does not hold the hash")
        files[CONFIG] = files[CONFIG].replace(old, new)
        return Prepared(wired.recipe, wired.version, self.hash, self.folder.name, wired.board, files, wired.world,
                        tuple(findings), wired.first_sample_s, wired.needs_sample)  # fmt: skip


    def _module_findings(self, recipe: str) -> Iterator[list[dict]]:
        """What the checks say of each module of the program; that is kept too, as most deploys change one of them."""
        for name in folders.top_modules(self._contents):
            key = sha256(repr((recipe, name)).encode() + self._contents[name]).hexdigest()[:32]
            path = self._kept / _MODULES / key
            try:
                yield json.loads(path.read_bytes())
            except (OSError, ValueError):
                from potluck.checks.source import of_module

                found = [finding.as_dict() for finding in of_module(f"{recipe}/{name}", self._contents[name])]
                if _write(path, found):
                    _prune(path.parent, _MOST_MODULES)
                yield found


def _again(wired: _Wired, modules: list[dict]) -> list:
    from potluck import checks
    from potluck.checks.finding import Finding

    known, now = ([Finding(**{**one, "parts": tuple(one["parts"])}) for one in some] for some in (wired.findings, modules))
    return checks.again(known, now, wired.accepts)


def _text(content: bytes) -> str:
    return b2a_base64(content, newline=False).decode()


def _keep(path: Path, wired: _Wired) -> None:
    """What cannot be written is made again next time."""
    if _write(path, wired._asdict()):
        _prune(path.parent.parent, _MOST_KEPT)


def _write(path: Path, content: object) -> bool:
    with suppress(OSError, TypeError):  # TypeError: a value that JSON has no form for, as a date in [world]
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.{os.getpid()}")
        aside.write_text(json.dumps(content, separators=(",", ":")))
        os.replace(aside, path)
        return True
    return False


def _prune(folder: Path, most: int) -> None:
    """Leave the newest."""
    kept = sorted(os.scandir(folder), key=lambda entry: entry.stat().st_mtime)
    if len(kept) <= most:
        return
    import shutil

    for entry in kept[:-most]:
        if entry.is_dir():
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            Path(entry.path).unlink(missing_ok=True)


def _file_name(who: str) -> str:
    return sha256(who.encode()).hexdigest()[:16]


def _kept(recipe: Path, rest_hash: str) -> Path:
    """The folder of what was made of this recipe with the potluck that runs now."""
    about = (__version__, sys.version, compiler_stamp(), recipe.resolve().name, rest_hash)
    digest, code = sha256(repr(about).encode()), Path(__file__).parent.parent
    for root in (
        *(places.hardware_dir() / name for name in _HARDWARE), places.firmware_dir(), *(code / name for name in _CODE),
    ):  # fmt: skip
        for path, size, time_ns in sorted(_files(str(root))):
            digest.update(f"{path}\0{size}\0{time_ns}\0".encode("utf-8", "surrogateescape"))
    return places.cache_dir() / "prepared" / digest.hexdigest()[:32]


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    """(path, bytes, time in ns) of every file below that somebody wrote."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files(entry.path)
        else:
            with suppress(OSError):
                told = entry.stat()
                yield entry.path, told.st_size, told.st_mtime_ns
