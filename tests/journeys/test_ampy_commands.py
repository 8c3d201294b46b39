# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Every command and option of ampy that test_ampy.py leaves, unmodified, against one virtual board."""

import os
import subprocess
import sys

import pytest

from potluck.virtual import daemon, registry
from tests.needs import need

pytestmark = pytest.mark.long  # ampy takes a second for each command


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    need("ampy")
    need("pty")  # ampy opens only real ports and pseudo-terminals
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POTLUCK_RUNTIME_DIR", str(tmp_path_factory.mktemp("r")))
        yield daemon.start(name="ampy")
        registry.find("ampy").stop()


@pytest.fixture
def ampy(board, tmp_path):
    def run(*arguments, status=0):
        done = subprocess.run(
            [sys.executable, "-c", "from ampy.cli import cli; cli()", *arguments],
            capture_output=True, text=True, timeout=60, cwd=tmp_path,
            env={**os.environ, "AMPY_PORT": board.port, "AMPY_BAUD": "115200", "AMPY_DELAY": "0.1"},
        )  # fmt: skip
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    return run


def test_files_and_folders(ampy, tmp_path):
    data = bytes(range(256)) * 20
    (tmp_path / "data.bin").write_bytes(data)
    ampy("put", "data.bin")
    ampy("get", "data.bin", "back.bin")
    assert (tmp_path / "back.bin").read_bytes() == data
    ampy("mkdir", "/a")
    ampy("mkdir", "/a", status=1)
    ampy("mkdir", "--exists-okay", "/a")
    ampy("put", "data.bin", "/a/inside.bin")
    assert ampy("ls").split() == ["/a", "/data.bin"]
    assert ampy("ls", "-l", "/a").split() == ["/a/inside.bin", "-", str(len(data)), "bytes"]
    assert ampy("ls", "-r").split() == ["/a/inside.bin", "/data.bin"]
    ampy("rmdir", "/a")
    ampy("rmdir", "--missing-okay", "/a")
    ampy("rmdir", "/a", status=1)
    ampy("rm", "data.bin")
    assert ampy("ls") == ""


def test_run_with_and_without_output(ampy, tmp_path):
    (tmp_path / "writes.py").write_text("with open('left', 'w') as f:\n    f.write('x' * 10)\n")
    assert ampy("run", "--no-output", "writes.py") == ""
    assert "/left - 10 bytes" in ampy("ls", "-l")
    (tmp_path / "says.py").write_text("import time\nfor i in range(3):\n    print(i)\n    time.sleep_ms(20)\n")
    assert ampy("run", "says.py").split() == ["0", "1", "2"]
    ampy("rm", "left")


@pytest.mark.parametrize("kind", ["--bootloader", "--hard", "--safe", "--repl"])
def test_reset(ampy, tmp_path, kind):
    ampy("reset", kind)
    (tmp_path / "back.py").write_text("print('back')\n")
    assert ampy("run", "back.py").split() == ["back"]
