# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The files of a board, on a real littlefs image: what is there afterwards, also when something goes wrong."""

import hashlib
import os

import pytest
from potluck.errors import (
    BoardSilent,
    FileMissing,
    FileNameUnfit,
    FileThere,
    FolderNotEmpty,
    IsFolder,
    NoSpace,
    NotFolder,
    PotluckError,
    TransferDamaged,
)
from potluck.fs import Entry, board_files
from potluck.link.repl import Repl
from potluck.virtual.session import Session


@pytest.fixture
def board():
    with Session("pico", speed=float("inf")) as session:
        yield session


@pytest.fixture
def files(board):
    with board_files(link=board.link) as found:
        yield found


def on_flash(board):
    return sorted(name for name, _, _ in board.board.flash.listdir("/"))


def test_content_goes_and_comes_unchanged(board, files):
    content = os.urandom(5000) + bytes(range(256))
    steps = []
    files.write("data.bin", content, lambda *step: steps.append(step))
    assert board.board.flash.read_bytes("/data.bin") == content
    assert files.read("/data.bin") == content
    assert files.sha256("data.bin") == hashlib.sha256(content).digest()
    assert steps[0] == ("data.bin", 0, len(content)) and steps[-1] == ("data.bin", len(content), len(content))
    assert on_flash(board) == ["data.bin"], "nothing is left aside"
    files.write("empty", b"")
    assert files.read("empty") == b""


def test_names_that_are_no_identifiers(files):
    for name in ("it's.txt", 'a "b".txt', "süß €.txt", "back\\slash", "sp ace", "." * 3):
        files.write(name, name.encode())
        assert files.read(name) == name.encode()
    assert {entry.name for entry in files.ls()} >= {"it's.txt", "süß €.txt"}


def test_folders(files):
    files.make_folders("a/b/c")
    files.make_folders("a/b/c")
    files.touch("a/b/x")
    files.write("a/b/c/deep", b"123")
    assert files.ls("a") == [Entry("/a/b", True, 0)]
    assert files.walk("/a") == [
        Entry("/a/b", True, 0), Entry("/a/b/c", True, 0),
        Entry("/a/b/c/deep", False, 3), Entry("/a/b/x", False, 0),
    ]  # fmt: skip
    assert files.ls("a/b/c/deep") == [Entry("/a/b/c/deep", False, 3)]
    assert [files.kind(path) for path in ("a", "a/b/x", "a/none", "", "a/b/x/y")] == ["folder", "file", "", "folder", ""]
    assert files.remove_tree("a") == ["/a/b/c/deep", "/a/b/c/", "/a/b/x", "/a/b/", "/a/"]
    assert files.ls() == []
    files.mkdir("e")
    files.rmdir("e")


def test_the_root_may_be_emptied_and_stays(board, files):
    files.write("x", b"1")
    files.make_folders("d/e")
    assert files.remove_tree("/") == ["/d/e/", "/d/", "/x"]
    assert on_flash(board) == []


def test_what_cannot_be_is_said_with_its_place(files):
    files.make_folders("d")
    files.write("d/f", b"1")
    for wrong, do in (
        (FileMissing, lambda: files.read("none")),
        (FileMissing, lambda: files.remove("none")),
        (FileMissing, lambda: files.write("none/x", b"1")),
        (FileMissing, lambda: files.mkdir("none/x")),
        (FileMissing, lambda: files.sha256("none")),
        (FileThere, lambda: files.mkdir("d")),
        (IsFolder, lambda: files.read("d")),
        (IsFolder, lambda: files.remove("d")),
        (IsFolder, lambda: files.write("d", b"1")),
        (IsFolder, lambda: files.copy("d", "e")),
        (NotFolder, lambda: files.rmdir("d/f")),
        (NotFolder, lambda: files.walk("d/f")),
        (FolderNotEmpty, lambda: files.rmdir("d")),
        (FileNameUnfit, lambda: files.write("x" * 256, b"")),
        (FileNameUnfit, lambda: files.write("ü" * 128, b"")),
        (FileNameUnfit, lambda: files.write("x" * 250, b"")),
        (FileNameUnfit, lambda: files.touch("a\nb")),
        (FileNameUnfit, lambda: files.touch("\udcff")),
        (NoSpace, lambda: files.write("big", bytes(2_000_000))),
    ):
        with pytest.raises(wrong) as said:
            do()
        assert said.value.where.startswith(":") and said.value.do
    assert files.read("d/f") == b"1", "and the session goes on"


def test_a_full_flash_leaves_the_old_file(board, files):
    files.write("song", b"old")
    free, block = files.df()[0].free, files.df()[0].block
    board.board.flash.write_bytes("/filler", bytes(free - 6 * block))
    with pytest.raises(NoSpace, match="KB are free"):
        files.write("song", bytes(8 * block))
    assert files.read("song") == b"old"
    # the room may also go while it is written: here before the board is asked what is free
    files.check_space = lambda *_: None
    with pytest.raises(NoSpace, match="full"):
        files.write("song", os.urandom(8 * block))
    assert files.read("song") == b"old"
    assert on_flash(board) == ["filler", "song"]


def test_copies_on_the_board_travel_nowhere(board, files):
    content = os.urandom(9000)
    files.write("one", content)
    files.copy("one", "two")
    assert board.board.flash.read_bytes("/two") == content


def test_df_is_what_the_flash_says(board, files):
    (disk,) = files.df()
    size, blocks, free = board.board.flash.statvfs()[:3]
    assert (disk.mounted_on, disk.block, disk.size, disk.free) == ("/", size, size * blocks, size * free)
    assert disk.used == disk.size - disk.free


def test_df_of_a_board_that_cannot_say_what_is_mounted(board):
    board.run("import os, sys\nclass No: pass\nsys.modules['vfs'] = No\nos.mkdir('/plain')")
    with board_files(link=board.link) as files:
        (disk,) = files.df()
    assert (disk.kind, disk.mounted_on) == ("<unknown>", "/") and disk.free < disk.size


def test_a_board_without_hashlib(board):
    board.run("import sys\nclass No: pass\nsys.modules['hashlib'] = No")
    content = os.urandom(3000)
    with board_files(link=board.link) as files:
        files.write("x", content)
        assert files.sha256("x") == hashlib.sha256(content).digest()
        assert files.read("x") == content


def test_bytes_that_change_on_the_way_are_noticed(board, files, monkeypatch):
    files.write("x", b"old")
    from potluck.fs import files as module

    encode = module.b64encode
    monkeypatch.setattr(module, "b64encode", lambda piece: encode(piece.replace(b"e", b"E")))
    with pytest.raises(TransferDamaged):
        files.write("x", b"new")
    assert on_flash(board) == ["x"] and files.read("x") == b"old"


class Cut(Exception):
    """The person's Ctrl-C, or a cable that comes out."""


@pytest.mark.parametrize("wrong", [KeyboardInterrupt, Cut])
def test_an_end_in_the_middle_leaves_the_old_file_and_nothing_aside(board, wrong):
    def stop(path, done, total):
        if done > 1500:
            raise wrong

    with pytest.raises(wrong), board_files(link=board.link) as files:
        files.write("x", b"old")
        files.write("x", bytes(9000), stop)
    assert on_flash(board) == ["x"]
    assert board.board.flash.read_bytes("/x") == b"old"


@pytest.mark.parametrize("operation", [2, 7, 12])
def test_a_power_cut_leaves_the_old_file_or_the_new_one(board, monkeypatch, operation):
    monkeypatch.setattr(Repl, "PATIENCE_S", 0.25)
    monkeypatch.setattr(Repl, "enter", lambda self, stop=None: None)
    from potluck.fs import files as module

    monkeypatch.setattr(module, "SILENCE_S", 0.25)
    old, new = os.urandom(5000), os.urandom(6000)
    flash = board.board.flash
    flash.write_bytes("/x", old)
    flash.device.cut_power_at(operation)
    with pytest.raises((BoardSilent, PotluckError, AssertionError)):
        with board_files(link=board.link) as files:
            files.write("x", new)
            raise AssertionError("written before the cut: choose smaller numbers")
    assert "power" in list(board.board.resets)[1:]
    assert flash.read_bytes("/x") in (old, new)
