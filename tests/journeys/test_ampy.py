# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""ampy, unmodified, in a process of its own, against a virtual board in another."""

import subprocess
import sys

import pytest

from potluck.virtual import daemon, registry
from tests.needs import need


@pytest.fixture
def ampy(tmp_path):
    need("ampy")
    need("pty")  # ampy opens only real ports and pseudo-terminals
    board = daemon.start()

    def run(*arguments, status=0):
        done = subprocess.run(
            [sys.executable, "-c", "from ampy.cli import cli; cli()", "--port", board.port, *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=tmp_path,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    yield run
    for running in registry.running():
        running.stop()


def test_put_ls_get_rm(ampy, tmp_path):
    text = "".join(f"line {i}\n" for i in range(400))
    (tmp_path / "notes.txt").write_text(text)
    ampy("put", "notes.txt", "there.txt")
    assert ampy("ls", "-l") == f"/there.txt - {len(text)} bytes\n"
    assert ampy("get", "there.txt") == text + "\n"
    ampy("rm", "there.txt")
    assert ampy("ls") == ""


def test_run(ampy, tmp_path):
    (tmp_path / "script.py").write_text(
        "import sys\nfor i in range(100):\n    print(i)\nprint(sys.platform)\n"
    )
    assert ampy("run", "script.py").split() == [str(i) for i in range(100)] + ["rp2"]
    (tmp_path / "wrong.py").write_text("1/0\n")
    ampy("run", "wrong.py", status=1)
    assert ampy("run", "script.py").split()[-1] == "rp2"


@pytest.mark.long  # ampy takes a second for each command
def test_folders(ampy, tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "one.py").write_text("ONE = 1\n")
    ampy("mkdir", "made")
    ampy("mkdir", "made", status=1)
    ampy("mkdir", "--exists-okay", "made")
    ampy("put", "lib", "made/lib")
    assert ampy("ls", "-r").split() == ["/made/lib/one.py"]
    ampy("rmdir", "made")
    assert ampy("ls") == ""


@pytest.mark.long  # ampy takes a second for each command
def test_what_is_not_there(ampy):
    ampy("get", "none.py", status=1)
    ampy("rm", "none.py", status=1)


@pytest.mark.long  # ampy takes a second for each command
def test_reset(ampy, tmp_path):
    ampy("reset")
    (tmp_path / "script.py").write_text("print('back')\n")
    assert ampy("run", "script.py").split() == ["back"]
