# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A wheel, installed far from the clone, is the whole of potluck: data, engine, licences."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


def run(command: list, **how) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=500,
        **how,
    )
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    run([*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", out, ROOT])
    [made] = out.glob("potluck-*.whl")
    return made


@pytest.fixture(scope="module")
def far(wheel, tmp_path_factory):
    """Runs a command of a fresh environment in an empty folder, with nothing of the clone in reach."""
    home = tmp_path_factory.mktemp("far")
    venv.create(home / "env", with_pip=True)
    scripts = home / "env" / ("Scripts" if os.name == "nt" else "bin")
    away = home / "elsewhere"
    away.mkdir()
    clean = {k: v for k, v in os.environ.items() if k != "PYTHONPATH" and not k.startswith("POTLUCK_")}
    for kind in ("CACHE", "DATA", "RUNTIME"):
        clean[f"POTLUCK_{kind}_DIR"] = str(home / kind.lower())

    def call(program: str, *words) -> subprocess.CompletedProcess[str]:
        return run([scripts / program, *words], cwd=away, env=clean)

    call("python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    return call


def test_the_wheel_carries_data_engine_and_licences_and_no_litter(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "potluck/_engine/engine.wasm",
        "potluck/_engine/Apache-2.0.txt",
        "potluck/_engine/MIT.txt",
        "potluck/_engine/NOTICE.md",
        "potluck/_data/firmware/boot/main.py",
        "potluck/_data/firmware/potluck/app.py",
        "potluck/_data/hardware/boards/pico.toml",
        "potluck/_data/projects/plant-waterer/main.py",
        "potluck/virtual/guest/_vb.py",
    ):
        assert wanted in names
    litter = [
        n for n in names if "__pycache__" in n or n.endswith((".pyc", ".mpy")) or n.startswith("tests/")
    ]
    assert not litter
    assert not [n for n in names if n.split("/")[0] not in ("potluck",) and ".dist-info/" not in n]


def test_it_runs_far_from_the_clone(far):
    where = far("python", "-c", "import potluck; print(potluck.__file__)").stdout
    assert str(ROOT) not in where
    assert "Start here" in far("potluck", "--help").stdout
    listed = far("potluck", "recipes", "--json").stdout
    assert "plant-waterer" in listed


def test_a_plant_waters_itself_far_from_the_clone(far):
    done = far("potluck", "try", "plant-waterer", "--for", "10s", "--json")
    last = json.loads(done.stdout.splitlines()[-1])
    assert (last["recipe"], last["board"]) == ("plant-waterer", "pico")
    assert last["samples"] > 0
    assert (last["lost"], last["damaged"]) == (0, 0)
