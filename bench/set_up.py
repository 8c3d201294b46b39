# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The first `make try` of a clean clone with empty caches, and the second: seconds, and MB loaded.

What was loaded is each file that pip's log names, once, and what npm's cache, new and empty here, holds in
the end. The pot is watched for 5 s each time, which are not counted.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.kit import ROOT
from bench.rows import Row

WATCHED_S = 5
_LOADED = re.compile(r"Downloading (\S+\.(?:whl|tar\.gz)) \(([\d.]+) (bytes|[kMG]B)\)")
_UNITS = {"bytes": 1e-6, "kB": 1e-3, "MB": 1.0, "GB": 1e3}


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        clone = _clone(home / "clone")
        own = {
            k: v
            for k, v in os.environ.items()
            if k not in ("PYTHONPATH", "POTLUCK_ENGINE", "MAKEFLAGS", "MAKELEVEL")
        }
        # Local stores of packages would hide what a maker has to load.
        own.update(
            PIP_FIND_LINKS="",
            PIP_CONFIG_FILE=os.devnull,
            PIP_CACHE_DIR=str(home / "pip"),
            PIP_LOG=str(home / "log"),
        )
        own.update(npm_config_cache=str(home / "npm"), POTLUCK_CACHE_DIR=str(home / "cache"))
        own.update(POTLUCK_DATA_DIR=str(home / "data"))
        first, second = _make_try(clone, own), _make_try(clone, own)
        loaded = _loaded_mb((home / "log").read_text(errors="replace")) + _size_mb(home / "npm")
    node = "Node.js was there" if shutil.which("node") else "Node.js came from PyPI"
    return [
        Row("first make try of a clean clone", first, "s", note=f"empty caches; {node}"),
        Row("loaded for it", loaded, "MB"),
        Row("second make try, to the first sample and its end", second, "s"),
    ]


def _clone(to: Path) -> Path:
    """What git holds here and what is about to be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, to / name)
    return to


def _make_try(clone: Path, env: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(
        ["make", "try", f"PYTHON={sys.executable}", f"ARGS=--for {WATCHED_S}s --json"],
        cwd=clone, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=True,
    )  # fmt: skip
    return time.perf_counter() - began - WATCHED_S


def _loaded_mb(log: str) -> float:
    files = {name: float(size) * _UNITS[unit] for name, size, unit in _LOADED.findall(log)}
    return sum(files.values())


def _size_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
