# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Runs MicroPython's own tests, by their own runners, over the serial port of a virtual board.

    python -m tests.micropython_suite CHECKOUT

CHECKOUT is a clone of MicroPython at the engine's commit (docs/micropython-tests.md) with the module
`unittest` of micropython-lib beside it in CHECKOUT/lib/micropython-lib, or where MICROPYTHON_LIB says.
Nothing in it is changed: what the tests need is copied to the board and to a folder of our own.
Prints the table of docs/micropython-tests.md.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from potluck.virtual import daemon, registry

DIRECTORIES = ("basics", "micropython", "float", "io", "import", "misc", "extmod", "unicode", "stress")
PAGE = Path(__file__).resolve().parent.parent / "docs" / "micropython-tests.md"
_RAM_DISK = Path(__file__).with_name("ram_disk_boot.py")
# What the operating system would tell of a board on USB: mpremote then finds it by itself.
_MPREMOTE = """#!{python}
import sys
del sys.path[0]
import serial.tools.list_ports as ports
from serial.tools.list_ports_common import ListPortInfo
found = ListPortInfo({port!r})
found.vid, found.pid = 0x2E8A, 5
ports.comports = lambda: [found]
from mpremote.main import main
sys.exit(main())
"""


@dataclass(frozen=True)
class Results:
    """What became of the tests of one directory, by name."""

    passed: tuple[str, ...]
    skipped: tuple[str, ...]
    failed: tuple[str, ...]


def unittest_of(checkout: Path) -> Path:
    """micropython-lib's unittest, which some of the tests import."""
    lib = Path(os.environ.get("MICROPYTHON_LIB") or checkout / "lib" / "micropython-lib")
    return lib / "python-stdlib" / "unittest" / "unittest" / "__init__.py"


@contextmanager
def board(name: str, speed: float = float("inf")) -> Iterator[str]:
    """The port of a fresh board. As fast as possible, its time does not depend on this machine's load."""
    started = daemon.start(name=name, speed=speed)
    try:
        yield started.port
    finally:
        registry.find(name).stop()


def copy(port: str, *steps: str) -> None:
    """A chain of mpremote's file commands."""
    subprocess.run(
        [sys.executable, "-m", "mpremote", "connect", port, *steps], check=True, capture_output=True, timeout=120
    )


def run_directory(checkout: Path, directory: str) -> Results:
    """One directory of MicroPython's tests on a board of its own."""
    tests = checkout / "tests"
    with board(f"suite-{directory}") as port, tempfile.TemporaryDirectory() as results:
        copy(port, *"fs mkdir :lib + fs mkdir :lib/unittest + fs cp".split(), str(unittest_of(checkout)), ":lib/unittest/")
        if directory == "io":
            copy(port, "fs", "cp", "-r", str(tests / "io" / "data"), ":")
        if directory == "import":  # its tests import each other
            inside = sorted(str(path) for path in (tests / "import").iterdir())
            copy(port, "fs", "cp", "-r", *inside, ":")
        done = subprocess.run(
            [sys.executable, "run-tests.py", "-t", port, "-r", results, "-d", directory],
            cwd=tests,
            capture_output=True,
            text=True,
            timeout=900,
        )
        told = Path(results) / "_results.json"
        if not told.is_file():
            raise RuntimeError(f"{directory}: the runner gave no results:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        rows = json.loads(told.read_text())["results"]
        return Results(*(
            tuple(sorted(row[0].split("tests/")[-1] for row in rows if row[1] == kind)) for kind in ("pass", "skip", "fail")
        ))  # fmt: skip


def run_mpremote(checkout: Path) -> Results:
    """mpremote's own test scripts."""
    scripts = checkout / "tools" / "mpremote" / "tests"
    passed, failed = [], []
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with tempfile.TemporaryDirectory() as folder, board("suite-mpremote", speed=1.0) as port:
        inside = Path(folder) / "tests"
        inside.mkdir()
        for path in scripts.iterdir():
            (inside / path.name).write_bytes(path.read_bytes())
            (inside / path.name).chmod(0o755)
        (Path(folder) / "mpremote.py").write_text(_MPREMOTE.format(python=sys.executable, port=port))
        (Path(folder) / "mpremote.py").chmod(0o755)
        for script in sorted(path.name for path in scripts.glob("test_*.sh")):
            copy(port, "fs", "cp", str(_RAM_DISK), ":boot.py")  # one of the scripts empties the flash
            done = subprocess.run(
                ["bash", "./run-mpremote-tests.sh", "./" + script],
                cwd=inside, env=plain, capture_output=True, text=True, timeout=300,
            )  # fmt: skip
            (passed if done.stdout.rstrip().endswith(": OK") else failed).append("mpremote/" + script)
    return Results(tuple(passed), (), tuple(failed))


def table(results: dict[str, Results]) -> str:
    """The rows as docs/micropython-tests.md has them."""
    lines = ["| directory | pass | skip | fail |", "|---|---:|---:|---:|"]
    for name, got in results.items():
        lines.append(f"| {name} | {len(got.passed)} | {len(got.skipped)} | {len(got.failed)} |")
    return "\n".join(lines) + "\n"


def promised() -> dict[str, tuple[int, int, int]]:
    """Directory → (pass, skip, fail) of the page's table."""
    rows = re.findall(r"^\| ([a-z]+) \| (\d+) \| (\d+) \| (\d+) \|$", PAGE.read_text(encoding="utf-8"), re.M)
    return {name: (int(a), int(b), int(c)) for name, a, b, c in rows}


def explained() -> set[str]:
    """The failing tests that the page explains."""
    text = PAGE.read_text(encoding="utf-8")
    return set(re.findall(r"^- `([\w/.]+)`:", text[text.index("## Failures") :], re.M))


def run(checkout: Path, name: str) -> Results:
    return run_mpremote(checkout) if name == "mpremote" else run_directory(checkout, name)


def main(checkout: str, *names: str) -> None:
    results = {}
    for name in names or (*DIRECTORIES, "mpremote"):
        results[name] = got = run(Path(checkout).resolve(), name)
        print(f"{name}: {len(got.passed)} pass, {len(got.skipped)} skip, {len(got.failed)} fail", *got.failed, flush=True)
    print(table(results))


if __name__ == "__main__":
    main(*sys.argv[1:])
