# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The board's own modules: compiled once for a user, the same when that cannot be, and never in a traceback."""

import pytest

from potluck.virtual import rom
from potluck.virtual.bench import Bench
from potluck.virtual.engine_build import engine_path

ERROR = """
import asyncio, machine, sys
async def fail():
    machine.Pin(99)
try:
    asyncio.run(fail())
except ValueError as error:
    sys.print_exception(error)
"""


@pytest.fixture
def fresh(monkeypatch, tmp_path):
    """No module is compiled yet, neither in this process nor in the cache."""
    monkeypatch.setattr(rom, "_made", {})
    monkeypatch.setenv("POTLUCK_ENGINE", str(engine_path()))
    monkeypatch.setenv("POTLUCK_CACHE_DIR", str(tmp_path))
    return tmp_path


def traceback():
    board = Bench().begin_life()
    try:
        return board.run(ERROR)
    finally:
        board.stop()


def kept(folder):
    return list((folder / "engine").glob("board-*.json"))


def test_the_modules_are_compiled_once_and_taken_from_the_cache_then(fresh, monkeypatch):
    compiled = traceback()
    (file,) = kept(fresh)
    assert all(path.endswith(".mpy") for path in rom._made["board"].keys() - rom.absent_files().keys())
    monkeypatch.setattr(rom, "_made", {})
    monkeypatch.setattr(rom, "_compile", None)  # would fail if it were called
    assert traceback() == compiled
    assert kept(fresh) == [file]


def test_a_damaged_cache_is_made_again(fresh, monkeypatch):
    traceback()
    (file,) = kept(fresh)
    file.write_bytes(b'{"/.frozen/_vb.mpy": 5')
    monkeypatch.setattr(rom, "_made", {})
    traceback()
    assert file.read_bytes().endswith(b"}")


def test_without_a_compiler_the_board_compiles_them_itself(fresh, monkeypatch):
    compiled = traceback()
    monkeypatch.setattr(rom, "_made", {})
    monkeypatch.setattr(rom, "_program", lambda: None)
    assert traceback() == compiled
    assert all(path.endswith(".py") for path in rom._made["board"])


def test_no_frame_of_the_boards_own_is_told(fresh):
    told = traceback()
    assert "_vb" not in told and "frozen" not in told
    assert 'File "<stdin>", line 4, in fail' in told and "asyncio/core.py" in told
