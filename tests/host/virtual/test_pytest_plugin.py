# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The fixture for other projects, used as they use it; the page's example is run as it stands there."""

import importlib
import re
import subprocess
import sys
import tomllib

import pytest

from potluck.virtual.engine_build import engine_path

pytest_plugins = ["pytester"]


@pytest.fixture
def engine():
    return engine_path()  # before pytester moves the home folder


@pytest.fixture
def elsewhere(engine, pytester, root, monkeypatch):
    """A project of somebody else, with potluck's plugin and nothing of ours."""
    monkeypatch.setenv("PYTHONPATH", str(root / "host"))
    monkeypatch.setenv("POTLUCK_ENGINE", str(engine))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run():
        return pytester.runpytest_subprocess("-p", "potluck.virtual.pytest_plugin", "-p", "no:cacheprovider")

    pytester.run_tests = run
    return pytester


def test_the_example_in_the_docs(elsewhere, root):
    page = (root / "docs" / "testing-micropython.md").read_text("utf-8")
    program, tests = re.findall(r"```python\n(.*?)```", page, re.S)
    (elsewhere.path / "src").mkdir()
    (elsewhere.path / "src" / "blinker.py").write_text(program)
    (elsewhere.path / "test_blinker.py").write_text(tests)
    elsewhere.run_tests().assert_outcomes(passed=3)


def test_a_failing_program_shows_the_boards_traceback(elsewhere):
    elsewhere.makepyfile("def test_it(virtual_board):\n    virtual_board().run('1/0')\n")
    result = elsewhere.run_tests()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*ZeroDivisionError: divide by zero*"])


def test_main_files_power_and_the_line(elsewhere):
    (elsewhere.path / "app" / "lib" / "deep").mkdir(parents=True)
    (elsewhere.path / "app" / "lib" / "deep" / "helper.py").write_text("WORD = 'helped'\n")
    (elsewhere.path / "app" / "main.py").write_text(
        "import sys\nfrom deep.helper import WORD\nprint(WORD)\n"
        "print('heard', sys.stdin.readline().strip())\nwith open('out', 'w') as f:\n    f.write('done')\n"
    )
    elsewhere.makepyfile(
        """
        def test_it(virtual_board):
            board = virtual_board("pico", files="app")
            board.read_until("helped\\n")
            board.send("you\\n")
            board.read_until("heard you\\n")
            board.read_until(">>> ")
            assert board.read_file("/out") == b"done"
            board.soft_reset()
            board.read_until("helped\\n")
            board.power.cut(off_s=10)
            board.read_until("helped\\n")
            board.reset()
            board.read_until("helped\\n")
            board.send(b"\\x03")
            board.read_until(">>> ")
            assert list(board.board.resets) == ["power", "soft", "power", "pin"]
        """
    )
    elsewhere.run_tests().assert_outcomes(passed=1)


def test_the_package_names_the_plugin(root):
    names = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["pytest11"]
    assert hasattr(importlib.import_module(names["potluck"]), "virtual_board")


def test_the_plugin_costs_nothing_until_it_is_asked(root):
    said = subprocess.run(
        [sys.executable, "-c", "import sys, potluck.virtual.pytest_plugin\n"
         "print([name for name in sys.modules if name.startswith(('wasmtime', 'littlefs', 'potluck.virtual.'))])"],
        capture_output=True, text=True, env={"PYTHONPATH": str(root / "host"), "PATH": ""},
    )  # fmt: skip
    assert said.stdout.strip() == "['potluck.virtual.pytest_plugin']", said.stderr
