# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The MicroPython engine: one WebAssembly program, loaded once, run many times.

`load()` compiles the repaired engine (or takes the compiled form from the cache) and `Instance`
runs it once, from `_start` to its exit. Everything the guest can reach is a Python callable given
in `imports`: nothing else of the host is visible to it.

The public wasmtime binding makes a callable cost ~20 us; its C interface for "unchecked" functions
costs ~2 us, and a board makes thousands of calls a second, so this file speaks to that interface.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import platform
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import wasmtime
from wasmtime import _ffi

from potluck import places
from potluck.virtual.engine_build import engine_path
from potluck.virtual.engine_export import CALL_PROTECTED, with_board_errors, with_exports

# C: (env, caller, args_and_results, count) -> trap or NULL
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_size_t)
_define = _ffi.dll["wasmtime_linker_define_func_unchecked"]
_define.restype = ctypes.c_void_p
_define.argtypes = [
    ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t,
    ctypes.c_void_p, _CALLBACK, ctypes.c_void_p, ctypes.c_void_p,
]  # fmt: skip
_trap_new = _ffi.dll["wasmtime_trap_new"]
_trap_new.restype = ctypes.c_size_t
_trap_new.argtypes = [ctypes.c_char_p, ctypes.c_size_t]

# C: (context, data, *delta, *kind) -> error or NULL
_EPOCH = ctypes.CFUNCTYPE(
    ctypes.c_size_t, ctypes.c_size_t, ctypes.c_size_t, ctypes.POINTER(ctypes.c_uint64), ctypes.POINTER(ctypes.c_uint8)
)
_set_epoch_callback = _ffi.dll["wasmtime_store_epoch_deadline_callback"]
_set_epoch_callback.restype = None
_set_epoch_callback.argtypes = [ctypes.c_void_p, _EPOCH, ctypes.c_void_p, ctypes.c_void_p]

# C: (context, function, arguments and results, their count, *trap) -> error or NULL
_call_unchecked = _ffi.dll["wasmtime_func_call_unchecked"]
_call_unchecked.restype = ctypes.c_void_p
_call_unchecked.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p]

TICK_S = 0.005  # how often a guest in a tight loop looks up
_PAGE = 1 << 16
_MEMORY_LIMIT = 32 << 20  # bytes of linear memory; heap and engine need under 2 MB


class GuestExit(BaseException):
    """Ends a guest from inside one of its imports: program exit, reset, power cut."""


class Engine:
    """The compiled engine and the clock that lets running guests look up every few milliseconds."""

    def __init__(self, wasm: Path) -> None:
        self.wasm = wasm
        code = wasm.read_bytes()
        self.sha256 = hashlib.sha256(code).hexdigest()
        code = with_board_errors(with_exports(code, "call", CALL_PROTECTED, "stack"))
        config = wasmtime.Config()
        config.epoch_interruption = True
        config.wasm_exceptions = True
        self.engine = wasmtime.Engine(config)
        self.module = self._compiled(code)
        self.import_types = {(i.module, i.name): i.type for i in self.module.imports}
        self._running = 0
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._ticker: threading.Thread | None = None

    def _compiled(self, code: bytes) -> wasmtime.Module:
        # Another wasmtime has a library of another size, and would refuse the file besides. To ask for its
        # version costs more than all the rest of a start.
        library = os.path.getsize(_ffi.dll._name)
        key = f"{hashlib.sha256(code).hexdigest()[:16]}-{library:x}-{platform.system()}-{platform.machine()}.cwasm"
        cached = places.cache_dir() / "engine" / key
        if cached.is_file():
            with contextlib.suppress(wasmtime.WasmtimeError):
                return wasmtime.Module.deserialize_file(self.engine, str(cached))
        module = wasmtime.Module(self.engine, code)
        with contextlib.suppress(OSError):  # a cache that cannot be written costs half a second, no more
            cached.parent.mkdir(parents=True, exist_ok=True)
            aside = cached.with_name(f"{cached.name}.{os.getpid()}-{threading.get_ident()}")
            aside.write_bytes(module.serialize())
            aside.replace(cached)
        return module

    def look_up(self) -> None:
        """Make every running guest call its `on_tick` at its next loop or call."""
        self.engine.increment_epoch()

    @contextlib.contextmanager
    def running(self):
        """Keep the ticker going while a guest runs."""
        self.resume()
        try:
            yield
        finally:
            self.pause()

    def resume(self) -> None:
        """A guest computes (again)."""
        with self._lock:
            self._running += 1
            self._wake.set()
            if self._ticker is None:
                self._ticker = threading.Thread(target=self._tick, name="engine-ticker", daemon=True)
                self._ticker.start()

    def pause(self) -> None:
        """A guest stands still inside a call: while all do, nothing ticks and no CPU time is spent."""
        with self._lock:
            self._running -= 1
            if not self._running:
                self._wake.clear()

    def _tick(self) -> None:
        while True:
            self._wake.wait()
            time.sleep(TICK_S)
            self.look_up()


_engines: dict[Path, Engine] = {}
_engines_lock = threading.Lock()


def load(wasm: Path | None = None) -> Engine:
    """The engine, compiled once per process (and once per machine, through the cache)."""
    path = wasm or engine_path()
    with _engines_lock:
        if path not in _engines:
            _engines[path] = Engine(path)
        return _engines[path]


class Memory:
    """The guest's linear memory: bounded views, so that a wild pointer is an error, never a crash."""

    def __init__(self) -> None:
        self.view = memoryview(b"")
        self._grow: Callable[[], memoryview] = lambda: memoryview(b"")

    def bind(self, store: wasmtime.Store, memory: wasmtime.Memory) -> None:
        def grow() -> memoryview:
            size = memory.data_len(store)
            base = ctypes.addressof(memory.data_ptr(store).contents)
            return memoryview((ctypes.c_ubyte * size).from_address(base)).cast("B")

        self._grow = grow
        self.view = grow()

    def whole(self) -> memoryview:
        """All of it, as large as it is now."""
        self.view = self._grow()
        return self.view

    def span(self, address: int, size: int) -> memoryview:
        """A writable view of `size` bytes at `address`."""
        if address + size > len(self.view):
            self.view = self._grow()
            if address + size > len(self.view):
                raise ValueError(f"guest address {address}+{size} lies outside its memory")
        return self.view[address : address + size]

    def read(self, address: int, size: int) -> bytes:
        return bytes(self.span(address, size))

    def write(self, address: int, data: bytes) -> None:
        self.span(address, len(data))[:] = data

    def u32(self, address: int) -> int:
        return int.from_bytes(self.span(address, 4), "little")

    def put_u32(self, address: int, value: int) -> None:
        self.span(address, 4)[:] = (value & 0xFFFFFFFF).to_bytes(4, "little")


class Imports:
    """The functions a guest may call, bound once and used for every instance of one board.

    `functions` maps (module, name) to a callable that takes the arguments as unsigned ints and
    returns an int (or None where the guest ignores the result). One with the mark `whole` is called
    once, with the function that turns an exception into a trap, and returns the engine's own callback:
    four words, of which the third is the address of the argument slots, 16 bytes each.
    """

    def __init__(self, engine: Engine, functions: Mapping[tuple[str, str], Callable[..., Any]]) -> None:
        self.engine = engine
        self.failure: BaseException | None = None
        self._keep: list[Any] = []  # ctypes callbacks live as long as the linker
        self.linker = wasmtime.Linker(engine.engine)
        for (module, name), kind in engine.import_types.items():
            function = functions[(module, name)]
            widths = [8 if str(p) == "i64" else 4 for p in kind.params]
            callback = _CALLBACK(self._wrap(function, widths, bool(kind.results)))
            self._keep.append(callback)
            error = _define(
                ctypes.cast(self.linker.ptr(), ctypes.c_void_p),
                module.encode(), len(module.encode()), name.encode(), len(name.encode()),
                ctypes.cast(kind.ptr(), ctypes.c_void_p), callback, None, None,
            )  # fmt: skip
            if error:
                raise RuntimeError(f"cannot define {module}.{name}")

    def _wrap(self, function: Callable[..., Any], widths: list[int], result: bool) -> Callable[..., int]:
        if getattr(function, "whole", False):  # the hot paths: makes the callback itself, one Python frame less
            return function(self._trap)
        readers = [
            ((ctypes.c_uint64 if width == 8 else ctypes.c_uint32).from_address, 16 * i)
            for i, width in enumerate(widths)
        ]

        def call(_env: int, _caller: int, slots: int, _count: int) -> int:
            try:
                value = function(*[read(slots + offset).value for read, offset in readers])
                if result:
                    ctypes.c_uint64.from_address(slots).value = value & 0xFFFFFFFF
                return 0
            except BaseException as failure:
                return self._trap(failure)

        return call

    def _trap(self, failure: BaseException) -> int:
        self.failure = failure
        return _trap_new(b"host", 4)


class Instance:
    """One run of the engine, from `_start` to its end."""

    def __init__(self, imports: Imports, memory: Memory, on_tick: Callable[[], None]) -> None:
        self.imports = imports
        self.engine = imports.engine
        self.store = wasmtime.Store(self.engine.engine)
        self.store.set_limits(memory_size=_MEMORY_LIMIT)
        self._on_tick = on_tick
        self._epoch = _EPOCH(self._looked_up)
        _set_epoch_callback(ctypes.cast(self.store.ptr(), ctypes.c_void_p), self._epoch, None, None)
        self.store.set_epoch_deadline(1)
        self._failure: BaseException | None = None
        instance = imports.linker.instantiate(self.store, self.engine.module)
        exports = instance.exports(self.store)
        self._memory = memory
        self._linear: wasmtime.Memory = exports["memory"]
        self._stack: wasmtime.Global = exports["stack"]
        memory.bind(self.store, self._linear)
        self._start = exports["_start"]
        self._call = exports["call"]
        self._arguments = (_ffi.wasmtime_val_raw_t * 2)()
        self._context = ctypes.cast(self.store._context(), ctypes.c_void_p)

    def _looked_up(self, _context: int, _data: int, delta: Any, kind: Any) -> int:
        delta[0] = 1
        kind[0] = 0  # go on
        try:
            self._on_tick()
        except BaseException as failure:
            self._failure = failure
            return _error_new(b"tick")
        return 0

    def run(self) -> BaseException | None:
        """Run to the end. Returns what ended it: None, the exception of an import, or wasmtime's trap."""
        return self._enter(self._start)

    def call(self, function: int, argument: int) -> BaseException | None:
        """Call a MicroPython function (by its address) with a small int, after an import ended `run`.

        The program stands still where it was, its memory with everything in it. Returns as `run` does.
        """
        self._arguments[0].i32 = function
        self._arguments[1].i32 = argument << 1 | 1
        return self._enter(self._call)

    def _enter(self, function: wasmtime.Func) -> BaseException | None:
        self.imports.failure = self._failure = None
        trap = ctypes.POINTER(_ffi.wasm_trap_t)()
        with self.engine.running():
            error = _call_unchecked(
                self._context, ctypes.byref(function._func), self._arguments, len(self._arguments), ctypes.byref(trap)
            )
        if not error and not trap:
            return None
        ended: BaseException
        if trap:
            ended = wasmtime.Trap._from_ptr(trap)
        else:
            ended = wasmtime.WasmtimeError._from_ptr(ctypes.cast(error, ctypes.POINTER(_ffi.wasmtime_error_t)))
        return self.imports.failure or self._failure or ended

    def image(self) -> tuple[int, bytes]:
        """The stack pointer and the memory of a program that stands still: all that it consists of."""
        return self._stack.value(self.store), bytes(self._memory.whole())

    def put_image(self, stack: int, image: bytes) -> None:
        """Be another run of the same engine from now on. Raises WasmtimeError where that is more than a guest may have."""
        more = len(image) // _PAGE - self._linear.size(self.store)
        if more > 0:
            self._linear.grow(self.store, more)
        whole = self._memory.whole()
        whole[: len(image)] = image
        whole[len(image) :] = bytes(len(whole) - len(image))
        self._stack.set_value(self.store, wasmtime.Val.i32(stack))

    def close(self) -> None:
        self.store.close()


_error_new = _ffi.dll["wasmtime_error_new"]
_error_new.restype = ctypes.c_size_t
_error_new.argtypes = [ctypes.c_char_p]
