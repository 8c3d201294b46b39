# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The first minute: what is missing is named with the command that installs it; twice is at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.needs import need

ROOT = Path(__file__).resolve().parents[2]
CHECK = ROOT / "host" / "check_python.sh"


@pytest.fixture(autouse=True)
def _shell():
    need("posix")


@pytest.fixture
def tools(tmp_path):
    """A PATH that holds the few programs the script needs, to which a test adds what a system has."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "uname"):
        (folder / name).symlink_to(shutil.which(name))
    return folder


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def check(python: str, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [shutil.which("sh"), str(CHECK), python],
        env={"PATH": str(path)}, capture_output=True, text=True, timeout=30,
    )  # fmt: skip


def test_this_python_is_good_enough_and_nothing_is_said():
    done = check(sys.executable, Path(os.environ["PATH"]))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "manager, command",
    [
        ("apt-get", "sudo apt-get install python3 python3-venv"),
        ("dnf", "sudo dnf install python3"),
        ("pacman", "sudo pacman -S python"),
    ],
)
def test_without_python_the_system_s_own_command_is_named(tools, manager, command):
    program(tools, manager, "exit 0")
    done = check("python3", tools)
    assert done.returncode == 1
    assert command in done.stderr.splitlines()[-1]


def test_macos_is_told_homebrew_s_command(tools):
    (tools / "uname").unlink()
    program(tools, "uname", "echo Darwin")
    assert "brew install python" in check("python3", tools).stderr


def test_an_unknown_system_is_told_all_of_them(tools):
    said = check("python3", tools).stderr
    assert all(word in said for word in ("apt-get", "dnf", "brew"))


def test_an_old_python_is_named_with_its_version(tools):
    program(tools, "apt-get", "exit 0")
    program(tools, "python3", 'case "$2" in "") exit 0;; *platform*) echo 3.9.2;; *) exit 1;; esac')
    done = check("python3", tools)
    assert done.returncode == 1
    assert "3.9.2" in done.stderr and "python3.12-venv" in done.stderr


def test_a_python_without_venv_is_told_the_package_of_its_version(tools):
    program(tools, "apt-get", "exit 0")
    program(tools, "python3", 'case "$2" in *ensurepip*) exit 1;; *%d*) echo 3.11;; *) exit 0;; esac')
    done = check("python3", tools)
    assert done.returncode == 1
    assert "sudo apt-get install python3.11-venv" in done.stderr


def test_make_stops_with_the_same_words():
    need("make")
    done = subprocess.run(
        ["make", "-C", str(ROOT), "VENV=/nonexistent/env", "PYTHON=no-such-python", "try"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode != 0
    assert "there is no 'no-such-python' here" in done.stderr


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_second_run_asks_pip_nothing(tmp_path):
    """A clone of what git holds (and what is about to be) is set up once; then pip may even be gone."""
    need("make")
    need("git")
    clone = tmp_path / "clone"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, clone / name)
    own = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "MAKEFLAGS", "MAKELEVEL")}
    command = ["make", "try", f"PYTHON={sys.executable}", "ARGS=--for 3s --json"]

    def make() -> str:
        done = subprocess.run(
            command, cwd=clone, env=own, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=500
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert "setting up" in make()
    for pip in (clone / ".venv").glob("lib/python*/site-packages/pip"):
        shutil.rmtree(pip)
    assert "setting up" not in make()


def test_make_drawings_leaves_an_environment_in_which_the_tests_run(tmp_path):
    need("make")
    command = ["make", "-n", "drawings", f"VENV={tmp_path / 'none'}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    steps = done.stdout
    assert "--editable '.[test]'" in steps and steps.index("[test]") < steps.index("potluck draw")
