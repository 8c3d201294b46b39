# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The files of a board, one verb each. Paths are the board's; relative ones begin at its current folder."""

from __future__ import annotations

import ast
import posixpath
from base64 import b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from potluck.errors import NoSpace, PotluckError, TransferDamaged
from potluck.fs import failures, paths
from potluck.link import program
from potluck.link.snippet import snippet
from potluck.link.repl import Repl

CHUNK = 768  # bytes per turn: 1,024 characters of base64, a piece of heap that any board has
ASIDE = ".potluck-part"  # a file is written under its name and this, and renamed when it is whole
SILENCE_S = 30.0  # the longest that a board may compute before it answers: a tree of many files, a hash

Progress = Callable[[str, int, int], None]


def nothing(path: str, done: int, total: int) -> None:
    """The progress that nobody looks at."""


class Entry(NamedTuple):
    """path: from "/"; size: bytes, 0 for a folder."""

    path: str
    is_folder: bool
    size: int

    @property
    def name(self) -> str:
        return posixpath.basename(self.path)


class Disk(NamedTuple):
    """One file system. Sizes in bytes."""

    kind: str
    mounted_on: str
    size: int
    used: int
    free: int
    block: int


class BoardFiles:
    """All methods may raise FileMissing, ReadOnly, FileFailed and their sisters, BoardSilent, PortGone."""

    def __init__(self, repl: Repl):
        self._repl = repl
        repl.exec(_snippet())
        self.cwd: str = repl.eval("os.getcwd()")

    def absolute(self, path: str) -> str:
        """Raises FileNameUnfit for a name that a board cannot hold."""
        return paths.absolute(self.cwd, path)

    def stat(self, path: str) -> Entry:
        full = self.absolute(path)
        if full == "/":
            return Entry("/", True, 0)
        ((is_folder, size),) = self._do("info", path, full)
        return Entry(full, is_folder, size)

    def kind(self, path: str) -> str:
        """ "file", "folder", or "" when there is nothing."""
        try:
            return "folder" if self.stat(path).is_folder else "file"
        except (FileNotFoundError, NotADirectoryError):
            return ""

    def ls(self, path: str = "") -> list[Entry]:
        """What is in a folder, by name; a file is listed as itself."""
        there = self.stat(path)
        if not there.is_folder:
            return [there]
        return sorted(
            Entry(posixpath.join(there.path, name), is_folder, 0 if is_folder else size)
            for name, is_folder, size in self._do("ls", path, there.path)
        )

    def walk(self, path: str = "") -> list[Entry]:
        """Everything below a folder, each folder before what is in it.

        Raises NotFolder.
        """
        there = self.stat(path)
        if not there.is_folder:
            raise failures.of(failures.ENOTDIR, path)
        found = [
            Entry(full, is_folder, 0 if is_folder else size)
            for full, is_folder, size in self._do("walk", path, there.path)
        ]
        return sorted(found, key=lambda entry: entry.path.split("/"))

    def read(self, path: str, progress: Progress = nothing) -> bytes:
        """A file's content, proved by the hash that the board takes of it.

        Raises TransferDamaged.
        """
        there = self.stat(path)
        if there.is_folder:
            raise failures.of(failures.EISDIR, path)
        content, rest = bytearray(), bytearray()
        lines = []

        def heard(data: bytes) -> None:
            rest.extend(data)
            whole, _, left = bytes(rest).rpartition(b"\n")
            rest[:] = left
            for line in whole.splitlines():
                try:
                    content.extend(a2b_base64(line, strict_mode=True))
                except Base64Error:
                    lines.append(line)  # the last one, if the line is a good one
            progress(path, len(content), there.size)

        program.follow(self._repl, f"do(get, {there.path!r})", heard, silence_s=SILENCE_S)
        self._verdict(b"".join(lines).decode("ascii", "replace"), path)
        self._same(path, content, self.sha256(path))
        return bytes(content)

    def write(self, path: str, content: bytes, progress: Progress = nothing) -> None:
        """Make a file be this content: at any instant it is the old one or the new one, whole.

        Raises NoSpace before the first byte, TransferDamaged when the board did not get what was sent.
        """
        full = self.absolute(path)
        if self.kind(path) == "folder":
            raise failures.of(failures.EISDIR, path)
        self.check_space(full, [len(content)])
        aside = full + ASIDE
        self.absolute(aside)  # the longer name must fit, too
        with self._clearing(aside):
            self._do("put", path, aside)
            progress(path, 0, len(content))
            for at in range(0, len(content), CHUNK):
                piece = content[at : at + CHUNK]
                self._do("w", path, b64encode(piece).decode())
                progress(path, at + len(piece), len(content))
            self._do("end", path)
            self._arrived(path, aside, content)
            self._do("os.rename", path, aside, full)

    def copy(self, path: str, to: str) -> None:
        """Copy a file on the board itself, as safely as `write`."""
        here, there = self.stat(path), self.absolute(to)
        if here.is_folder or self.kind(to) == "folder":
            raise failures.of(failures.EISDIR, path if here.is_folder else to)
        self.check_space(there, [here.size])
        with self._clearing(there + ASIDE):
            self._do("copy", path, here.path, there + ASIDE)
            self._do("os.rename", to, there + ASIDE, there)

    def rename(self, path: str, to: str) -> None:
        """In one step; a file that is at `to` gives way."""
        self._do("os.rename", path, self.absolute(path), self.absolute(to))

    def remove(self, path: str) -> None:
        """One file. Raises IsFolder."""
        self._do("rm", path, self.absolute(path))

    def rmdir(self, path: str) -> None:
        """One empty folder. Raises FolderNotEmpty, NotFolder."""
        self._do("rmdir", path, self.absolute(path))

    def remove_tree(self, path: str) -> list[str]:
        """A file, or a folder with all that is in it; what went, in this order (folders end in /)."""
        return self._do("rmtree", path, self.absolute(path))

    def mkdir(self, path: str) -> None:
        """Raises FileThere."""
        self._do("os.mkdir", path, self.absolute(path))

    def make_folders(self, path: str) -> None:
        """A folder and those above it, as far as they are missing."""
        full = self.absolute(path)
        above = [full]
        while above[-1] != "/" and not self.kind(above[-1]):
            above.append(posixpath.dirname(above[-1]))
        for folder in reversed(above[:-1]):
            self.mkdir(folder)

    def touch(self, path: str) -> None:
        """Make an empty file where there is none."""
        self._do("touch", path, self.absolute(path))

    def sha256(self, path: str) -> bytes:
        """32 bytes; taken here where the board has no hashlib."""
        (digest,) = self._do("digest", path, self.absolute(path))
        if digest is None:
            return sha256(self._plain(path)).digest()
        return digest

    def df(self) -> list[Disk]:
        return [
            Disk(kind, path, block * blocks, block * (blocks - free), block * free, block)
            for kind, path, block, blocks, free in self._do("df", "/")
            if blocks
        ]

    def check_space(self, path: str, sizes: list[int]) -> None:
        """Raises NoSpace when files of these sizes do not fit beside what is there, in whole blocks."""
        folder = posixpath.dirname(self.absolute(path))
        with suppress(FileNotFoundError):  # the folder is still to be made: what comes will say so
            ((block, free),) = self._do("space", path, folder)
            need = sum(-(-size // block) for size in sizes) + 2  # its folder's own, and one to move in
            if need > free:
                raise NoSpace(
                    f"needs {need * block // 1024} KB of flash beside what is there, "
                    f"{free * block // 1024} KB are free",
                    where=f":{path}",
                    do="see what is there with 'potluck fs tree -s' and remove what you do not need",
                )

    # -- below -------------------------------------------------------------------------

    def _do(self, function: str, path: str, *arguments) -> list:
        """Call a function of the snippet; its answer's literals. `path` is for the error."""
        said: list[bytes] = []
        call = ", ".join([function, *map(repr, arguments)])
        program.follow(self._repl, f"do({call})", said.append, silence_s=SILENCE_S)
        *lines, last = b"".join(said).decode("utf-8", "replace").splitlines() or [""]
        self._verdict(last, path)
        try:
            return [ast.literal_eval(line) for line in lines]
        except (ValueError, SyntaxError) as wrong:
            raise self._damaged(path) from wrong

    def _verdict(self, last: str, path: str) -> None:
        if last.startswith("!") and last[1:].strip().lstrip("-").isdigit():
            raise failures.of(int(last[1:]), path)
        if last != ".":
            raise self._damaged(path)

    def _damaged(self, path: str) -> TransferDamaged:
        return TransferDamaged(
            "the board's answer did not arrive whole", where=f":{path}", do="try again; then another cable"
        )

    def _same(self, path: str, content: bytes, digest: bytes) -> None:
        if sha256(content).digest() != digest:
            raise TransferDamaged(
                "what arrived is not what was sent", where=f":{path}", do="try again; then another cable"
            )

    def _arrived(self, path: str, aside: str, content: bytes) -> None:
        (digest,) = self._do("digest", path, aside)
        self._same(path, content, sha256(self._plain(aside)).digest() if digest is None else digest)

    def _plain(self, path: str) -> bytes:
        """A file's content without proof: the board cannot hash."""
        said: list[bytes] = []
        full = self.absolute(path)
        program.follow(self._repl, f"do(get, {full!r})", said.append, silence_s=SILENCE_S)
        *lines, last = b"".join(said).decode("ascii", "replace").splitlines() or [""]
        self._verdict(last, path)
        return b"".join(map(a2b_base64, lines))

    def _clearing(self, aside: str):
        return _Clearing(self._repl, aside)


class _Clearing:
    """Removes the half-written file when the work ends before it is whole, by Ctrl-C too."""

    def __init__(self, repl: Repl, aside: str):
        self._repl, self._aside = repl, aside

    def __enter__(self):
        return self

    def __exit__(self, kind, wrong, trace):
        if kind is None:
            return
        with suppress(PotluckError):
            if not failures.answered(wrong):
                program.again(self._repl)
            self._repl.exec(f"drop({self._aside!r})")


def _snippet() -> str:
    return snippet(Path(__file__).parent / "snippets" / "files.py")
