# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Names of running boards: unique, private, and given back when their process is gone."""

import json
import os
import subprocess
import sys

import pytest

from potluck.errors import BoardNameTaken, BoardNotRunning, NameInvalid
from potluck.virtual import registry
from potluck.virtual.control import ControlServer


@pytest.fixture(autouse=True)
def own_runtime(tmp_path, monkeypatch):
    monkeypatch.setenv("POTLUCK_RUNTIME_DIR", str(tmp_path / "run"))
    return tmp_path / "run"


@pytest.fixture
def publish():
    """Publishes a board of this process under a name; its control channel answers."""
    servers = []

    def make(name, *, pid=None, answers_as=None):
        server = ControlServer(lambda request: {"name": answers_as or name})
        servers.append(server)
        registry.claim(name, "pico")
        board = registry.RunningBoard(
            name=name,
            pid=pid or os.getpid(),
            board="pico",
            port="socket://127.0.0.1:1",
            speed=1.0,
            dir="",
            log="",
            control_port=server.port,
            token=server.token,
        )
        registry.publish(board)
        return board, server

    yield make
    for server in servers:
        server.close()


def gone_pid():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_names_are_counted_per_kind():
    assert registry.claim(None, "pico") == "pico-1"
    assert registry.claim(None, "pico") == "pico-2"
    assert registry.claim(None, "esp32_devkitc") == "esp32_devkitc-1"
    registry.release("pico-1")
    assert registry.claim(None, "pico") == "pico-1"


def test_a_name_is_taken_once():
    registry.claim("balcony", "pico")
    with pytest.raises(BoardNameTaken, match="balcony"):
        registry.claim("balcony", "pico")


@pytest.mark.parametrize("name", ["", "../x", "a/b", "A", "x" * 33, "-x", ".x", "a b", "ž", "con.json"])
def test_a_name_is_safe_as_a_file(name):
    with pytest.raises(NameInvalid):
        registry.claim(name, "pico")


def test_a_published_board_is_found(publish):
    board, _ = publish("pico-1")
    assert registry.running() == [board]
    assert registry.find() == registry.find("pico-1") == board
    publish("pico-2")
    with pytest.raises(BoardNotRunning, match="several.*pico-1, pico-2"):
        registry.find()
    with pytest.raises(BoardNotRunning, match="pico-1, pico-2"):
        registry.find("pico-3")


def test_nothing_runs():
    assert registry.running() == []
    with pytest.raises(BoardNotRunning, match="potluck board start"):
        registry.find()


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_the_entry_is_for_its_owner_alone(publish, own_runtime):
    publish("pico-1")
    assert (own_runtime / "boards" / "pico-1.json").stat().st_mode & 0o777 == 0o600
    assert (own_runtime / "boards").stat().st_mode & 0o777 == 0o700


def test_the_token_is_not_shown(publish):
    board, server = publish("pico-1")
    assert server.token not in repr(board) + str(board) + json.dumps(board.describe())


def test_the_dead_are_swept_away_with_their_links(publish, own_runtime):
    _, server = publish("pico-1", pid=gone_pid())
    server.close()
    if os.name != "nt":
        registry.link_path("pico-1").symlink_to("/dev/pts/99999")
    assert registry.running() == []
    assert registry.claim("pico-1", "pico") == "pico-1"
    assert [entry.name for entry in own_runtime.iterdir()] == ["boards"]


def test_another_program_on_the_old_port_is_no_board(publish):
    publish("pico-1", answers_as="somebody else")
    assert registry.running() == []


def test_a_claim_lives_as_long_as_its_process(own_runtime):
    registry.claim("pico-1", "pico")
    assert registry.running() == []
    with pytest.raises(BoardNameTaken):
        registry.claim("pico-1", "pico")
    path = own_runtime / "boards" / "pico-1.json"
    path.write_text(json.dumps({"name": "pico-1", "pid": gone_pid()}))
    assert registry.claim("pico-1", "pico") == "pico-1"


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"name": 1}', '"x"', '{"pid": "x"}'])
def test_a_damaged_entry_does_no_harm_and_goes_when_it_is_old(own_runtime, damage):
    path = own_runtime / "boards" / "pico-1.json"
    path.parent.mkdir(parents=True)
    path.write_text(damage)
    assert registry.running() == []
    if path.exists():  # it could have been one that is just being written
        os.utime(path, (1, 1))
        assert registry.running() == []
    assert not path.exists()


def test_a_name_is_given_back_only_by_its_process(own_runtime):
    registry.claim("pico-1", "pico")
    path = own_runtime / "boards" / "pico-1.json"
    path.write_text(json.dumps({"name": "pico-1", "pid": os.getpid() + 1}))
    registry.release("pico-1")
    assert path.exists()
