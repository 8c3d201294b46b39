# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""mpremote and ampy on a board whose line has a speed and loses what its ring has no room for."""

import hashlib
import os
import subprocess
import sys

import pytest

from potluck.virtual import daemon
from tests.needs import need


@pytest.fixture
def board(tmp_path, monkeypatch):
    need("mpremote")
    need("ampy")
    need("pty")
    monkeypatch.setenv("POTLUCK_RUNTIME_DIR", str(tmp_path / "r"))
    started = daemon.start(board="esp32_devkitc", speed=4.0)  # its line still has 115200 baud of the board's time
    yield started
    started.stop()


def test_nothing_is_lost_on_the_way(board, tmp_path):
    data = os.urandom(6_000)
    (tmp_path / "sent").write_bytes(data)

    def tool(*arguments):
        done = subprocess.run([sys.executable, "-m", *arguments], capture_output=True, timeout=60, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.decode().strip()

    tool("mpremote", "connect", board.port, "cp", "sent", ":by_mpremote")
    tool("ampy.cli", "-p", board.port, "put", "sent", "by_ampy")
    told = tool("mpremote", "connect", board.port, "sha256sum", "by_mpremote", "by_ampy")
    assert told.count(hashlib.sha256(data).hexdigest()) == 2
    tool("ampy.cli", "-p", board.port, "get", "by_mpremote", "back")
    assert (tmp_path / "back").read_bytes() == data
    assert board.control({"do": "status"})["lost"] == 0
