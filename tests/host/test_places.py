# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Folders: the clone's own, the wheel's copies, and what the environment says."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from potluck import places


def test_in_a_clone_the_top_level_folders_count(root):
    assert places.hardware_dir() == root / "hardware"
    assert places.projects_dir() == root / "projects"
    assert places.firmware_dir() == root / "firmware"


def test_a_wheel_brings_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "_PACKAGE", tmp_path / "site" / "potluck")
    packed = tmp_path / "site" / "potluck" / "_data" / "hardware"
    packed.mkdir(parents=True)
    assert places.hardware_dir() == packed


@pytest.mark.parametrize("function, variable", [
    (places.cache_dir, "POTLUCK_CACHE_DIR"), (places.data_dir, "POTLUCK_DATA_DIR"),
    (places.runtime_dir, "POTLUCK_RUNTIME_DIR")])
def test_own_folders(function, variable, tmp_path, monkeypatch):
    monkeypatch.setenv(variable, str(tmp_path / "x"))
    assert function() == tmp_path / "x"
    monkeypatch.delenv(variable)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert isinstance(function(), Path) and "potluck" in str(function())
