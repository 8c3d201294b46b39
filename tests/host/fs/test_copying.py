# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What `cp` does with files, folders, slashes and names, between here and a board."""

import os

import pytest
from potluck.errors import FileFailed, FileMissing, FileNameUnfit, IsFolder, NoSpace, NotFolder, ReadOnly
from potluck.fs import board_files, copy
from potluck.virtual.session import Session

from tests.needs import need


@pytest.fixture(scope="module")
def shared():
    with Session("pico", speed=float("inf")) as session, board_files(link=session.link) as found:
        yield session, found


@pytest.fixture
def board(shared):
    return shared[0].board.flash


@pytest.fixture
def files(shared):
    shared[1].remove_tree("/")
    return shared[1]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.py").write_text("print(1)\n")
    (tmp_path / "lib" / "deep").mkdir(parents=True)
    (tmp_path / "lib" / "a.py").write_text("A = 1\n")
    (tmp_path / "lib" / "deep" / "b.bin").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "lib" / "none").mkdir()
    return tmp_path


def paths(files):
    return [entry.path + ("/" if entry.is_folder else "") for entry in files.walk()]


def test_files_go_into_a_folder_or_take_a_name(files, here):
    files.mkdir("d")
    for to, path in ((":", "/main.py"), (":d", "/d/main.py"), (":d/", "/d/main.py"), (":other.py", "/other.py"), (":/d/x", "/d/x")):
        (copied,) = copy(files, ["main.py"], to, force=True)
        assert (copied.source, files.absolute(copied.to[1:]), copied.size, copied.same) == ("main.py", path, 9, False)
        assert files.read(path) == b"print(1)\n"
    copy(files, [":d/x", ":other.py"], ".")
    assert (here / "x").read_bytes() == (here / "other.py").read_bytes() == b"print(1)\n"
    copy(files, [":other.py"], "named")
    assert (here / "named").read_bytes() == b"print(1)\n"
    assert not list(here.glob("*.potluck-part"))


def test_folders_go_into_one_that_is_there_or_become_a_new_one(files, here):
    copy(files, ["lib"], ":", recursive=True)
    assert paths(files) == ["/lib/", "/lib/a.py", "/lib/deep/", "/lib/deep/b.bin", "/lib/none/"]
    copy(files, ["lib/"], ":new", recursive=True)
    assert paths(files)[5:] == ["/new/", "/new/a.py", "/new/deep/", "/new/deep/b.bin", "/new/none/"]
    copy(files, [":lib"], ".", recursive=True, force=True)
    copy(files, [":lib"], "back", recursive=True)
    assert (here / "back" / "deep" / "b.bin").read_bytes() == bytes(range(256)) * 20
    assert (here / "back" / "none").is_dir()
    copy(files, [":lib"], ":lib3", recursive=True)
    assert files.read("lib3/deep/b.bin") == bytes(range(256)) * 20


def test_what_is_in_a_folder_goes_by_a_dot(files, here):
    os.chdir(here / "lib")
    copy(files, ["."], ":", recursive=True)
    assert paths(files) == ["/a.py", "/deep/", "/deep/b.bin", "/none/"]
    copy(files, [":"], str(here / "all"), recursive=True)
    assert (here / "all" / "a.py").read_text() == "A = 1\n"


def test_what_is_the_same_stays(files, here):
    assert [one.same for one in copy(files, ["lib"], ":", recursive=True)] == [False, False]
    (here / "lib" / "a.py").write_text("A = 2\n")
    told = []
    copied = copy(files, ["lib"], ":", recursive=True, told=told.append)
    assert [(one.source, one.same) for one in copied] == [
        (os.path.join("lib", "a.py"), False), (os.path.join("lib", "deep/b.bin"), True),
    ]  # fmt: skip
    assert told == copied
    assert not any(one.same for one in copy(files, ["lib"], ":", recursive=True, force=True))


def test_what_cannot_be(files, here):
    copy(files, ["main.py"], ":")
    for wrong, sources, to, recursive in (
        (FileMissing, ["none"], ":", False),
        (FileMissing, [":none"], ".", False),
        (FileMissing, ["main.py"], ":none/x", False),
        (NotFolder, ["main.py"], ":none/", False),
        (NotFolder, ["main.py", "lib/a.py"], ":none", False),
        (NotFolder, ["main.py", "lib/a.py"], ":main.py", False),
        (NotFolder, ["lib"], ":main.py", True),
        (NotFolder, [":main.py"], "none/", False),
        (IsFolder, ["lib"], ":", False),
        (ValueError, ["main.py"], "other", False),
    ):
        with pytest.raises(wrong):
            copy(files, sources, to, recursive=recursive)
    assert paths(files) == ["/main.py"]


def test_too_much_is_said_before_the_first_byte(files, here):
    for number in range(3):
        (here / "lib" / f"{number}.bin").write_bytes(bytes(600_000))
    with pytest.raises(NoSpace):
        copy(files, ["lib"], ":", recursive=True)
    assert paths(files) == []


def test_a_boards_names_lead_nowhere_else(files, here, monkeypatch):
    from potluck.fs import Entry

    monkeypatch.setattr(files, "kind", lambda path: "folder")
    for name in ("../evil", "..", "C:evil", "a\\..\\evil"):
        entry = Entry(f"/lib/{name}", False, 3)
        monkeypatch.setattr(files, "walk", lambda path, entry=entry: [entry])
        with pytest.raises((FileNameUnfit, FileMissing)):
            copy(files, [":lib"], "fetched", recursive=True)
    assert not (here / "evil").exists() and not (here.parent / "evil").exists()


def test_this_computer_refuses(files, here):
    files.write("x", b"1")
    with pytest.raises(FileMissing):
        copy(files, [":x"], os.path.join("nowhere", "x"))
    with pytest.raises(FileFailed):
        copy(files, [":x"], "n" * 300)
    need("not-root")
    (here / "locked").mkdir(mode=0o500)
    with pytest.raises(ReadOnly):
        copy(files, [":x"], "locked")


def test_a_link_in_a_circle_ends(files, here):
    need("posix")
    os.symlink("..", here / "lib" / "up")
    copy(files, ["lib"], ":", recursive=True)
    assert files.read("lib/deep/b.bin") == bytes(range(256)) * 20
