# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Every command of mpremote, unmodified, against one virtual board (files and scripts: test_mpremote.py)."""

import functools
import hashlib
import http.server
import json
import os
import re
import subprocess
import sys
import threading
import time

import pytest

from potluck.virtual import daemon, registry
from tests.needs import need


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    need("mpremote")
    need("pty")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POTLUCK_RUNTIME_DIR", str(tmp_path_factory.mktemp("r")))
        started = daemon.start(name="commands")
        yield started
        registry.find("commands").stop()


def hard_resets(board):
    return sum(kind in ("reset", "pin") for _, kind in board.control({"do": "record"})["starts"])


def wait_back(board, resets):
    """mpremote's reset returns at once; 0.1 s later native USB leaves the bus and comes back."""
    end = time.monotonic() + 10
    while hard_resets(board) == resets or not os.path.lexists(board.port):
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def mpremote(board, tmp_path):
    def run(*arguments, status=0, env=None):
        done = subprocess.run(
            [sys.executable, "-m", "mpremote", "connect", board.port, *arguments],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=60, cwd=tmp_path,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
        )  # fmt: skip
        told = (done.stdout + done.stderr).decode().replace("\r\n", "\n")
        assert done.returncode == status, told
        return told

    return run


def test_chains_share_one_session(mpremote, board):
    assert mpremote("exec", "a = 20", "+", "exec", "a += 1", "+", "eval", "a * 2") == "42\n"
    assert mpremote("exec", "b = 1", "soft-reset", "eval", "'b' in globals()") == "False\n"
    assert mpremote("exec", "c = 1", "disconnect", "connect", board.port, "resume", "eval", "c") == "1\n"


def test_exec_without_waiting(mpremote):
    assert mpremote("exec", "--no-follow", "import time; time.sleep(0.2); late = 5", "sleep", "0.4", "eval", "late") == "5\n"


def test_sleep_waits(mpremote):
    before = time.monotonic()
    assert mpremote("sleep", "0.3", "eval", "1") == "1\n"
    assert time.monotonic() - before >= 0.3


def test_every_fs_verb(mpremote, tmp_path):
    (tmp_path / "a.txt").write_text("one\n")
    told = mpremote(
        "fs", "mkdir", ":d", "+", "fs", "cp", "a.txt", ":d/", "+", "fs", "cp", ":d/a.txt", ":d/b.txt",
        "+", "fs", "touch", ":d/c.txt", "+", "fs", "ls", ":d", "+", "fs", "cat", ":d/a.txt", ":d/b.txt",
        "+", "fs", "sha256sum", ":d/b.txt", "+", "fs", "tree", "-s", ":d", "+", "fs", "cp", ":d/b.txt", "back.txt",
    )  # fmt: skip
    assert "           4 a.txt\n           4 b.txt\n           0 c.txt\n" in told
    assert "one\none\n" in told
    assert hashlib.sha256(b"one\n").hexdigest() in told
    assert "├── [        4]  a.txt\n├── [        4]  b.txt\n└── [        0]  c.txt\n" in told
    assert (tmp_path / "back.txt").read_text() == "one\n"
    assert "Up to date: d/a.txt" in mpremote("fs", "cp", "a.txt", ":d/a.txt")
    told = mpremote("fs", "rm", ":d/c.txt", "+", "fs", "rm", "-r", "-v", ":d", "+", "fs", "ls")
    assert "removed directory: 'd'" in told and " d/" not in told.split("ls :")[1]
    mpremote("fs", "mkdir", ":e", "+", "fs", "rmdir", ":e")
    assert "No such file" in mpremote("fs", "rmdir", ":e", status=1)


def test_edit_with_the_persons_editor(mpremote, tmp_path):
    need("sed")
    (tmp_path / "notes").write_text("Hello\n")
    told = mpremote("cp", "notes", ":", "+", "edit", ":notes", "+", "cat", ":notes", "+", "rm", ":notes",
                    env={"EDITOR": "sed -i s/Hello/Goodbye/"})  # fmt: skip
    assert "Goodbye\n" in told


def test_df_tells_the_flash(mpremote):
    told = mpremote("df").splitlines()
    assert told[0].split()[:5] == ["filesystem", "size", "used", "avail", "use%"]
    size, used, free = map(int, told[1].split()[1:4])
    assert told[1].split()[0] == "<VfsLfs2>" and size == 352 * 4096 and used + free == size


def test_rtc(mpremote):
    now = time.localtime()
    told = mpremote("rtc", "--set", "+", "rtc")
    found = re.search(r"\((\d+), (\d+), (\d+), (\d+), (\d+), (\d+), (\d+), (\d+)\)", told)
    year, month, day, weekday, hour, minute, _, _ = map(int, found.groups())
    assert (year, month, day, weekday) == (now.tm_year, now.tm_mon, now.tm_mday, now.tm_wday)
    assert abs(hour * 60 + minute - now.tm_hour * 60 - now.tm_min) <= 1


def test_reset_starts_the_board_anew(mpremote, board):
    mpremote("exec", "x = 1")
    resets = hard_resets(board)
    mpremote("reset")
    wait_back(board, resets)
    assert mpremote("resume", "eval", "'x' in globals()") == "False\n"
    assert mpremote("eval", "__import__('machine').reset_cause()") == "3\n"


def test_bootloader_leaves_micropython(mpremote, board):
    resets = hard_resets(board)
    mpremote("bootloader")
    while not board.control({"do": "status"})["bootloader"]:
        time.sleep(0.01)
    assert not os.path.lexists(board.port)
    board.control({"do": "reset"})
    wait_back(board, resets)
    assert mpremote("eval", "6 * 7") == "42\n"


def test_version_help_and_list(mpremote):
    assert "mpremote 1." in mpremote("version")
    assert "List of commands:" in mpremote("help")
    listed = subprocess.run([sys.executable, "-m", "mpremote", "connect", "list"], capture_output=True, timeout=60)
    assert listed.returncode == 0


def test_mount_and_umount(mpremote, tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "mod.py").write_text("def f(): return 'from here'\n")
    look = "import mod, os; print(mod.f(), os.getcwd())"
    told = mpremote("mount", "shared", "exec", look, "umount", "exec", "print(os.getcwd())")
    assert "from here /remote\n" in told and told.endswith("/\n")


# -- mip -----------------------------------------------------------------------------------------


@pytest.fixture
def index(tmp_path):
    need("loopback")
    folder = tmp_path / "index"
    text = b"def hello(): return 'hello'\n"
    digest = hashlib.sha256(text).hexdigest()[:8]
    greeter = {"v": 1, "version": "1.0", "hashes": [["greeter/__init__.py", digest]]}
    for path, data in {
        f"file/{digest[:2]}/{digest}": text,
        "package/py/greeter/latest.json": json.dumps(greeter).encode(),
        "other/package.json": json.dumps({"urls": [["other.py", "other.py"]], "version": "2"}).encode(),
        "other/other.py": b"VALUE = 3\n",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_mip_installs_from_an_index_and_from_an_address(mpremote, index, tmp_path):
    told = mpremote("mip", "install", "--no-mpy", "--index", index, "greeter", "+", "eval", "__import__('greeter').hello()")
    assert "Installing: /lib/greeter/__init__.py\n" in told and told.endswith("Done\nhello\n")
    told = mpremote("mip", "install", f"{index}/other/package.json", "+", "eval", "__import__('other').VALUE")
    assert told.endswith("Done\n3\n")
    (tmp_path / "here.py").write_text("LOCAL = 4\n")
    (tmp_path / "package.json").write_text(json.dumps({"urls": [["here.py", "here.py"]]}))
    told = mpremote("mip", "install", "--target=/", "package.json", "+", "eval", "__import__('here').LOCAL")
    assert told.endswith("Done\n4\n")
    mpremote("fs", "rm", "-r", ":lib", "+", "fs", "rm", ":here.py")


# -- repl ----------------------------------------------------------------------------------------


def test_repl_by_a_person_at_a_terminal(board, tmp_path):
    import pty
    import select
    import tty

    (tmp_path / "inject.py").write_text("injected = 11\n")
    ours, theirs = pty.openpty()
    tty.setraw(theirs)  # so that no key is changed before mpremote does the same
    person = subprocess.Popen(
        [sys.executable, "-m", "mpremote", "connect", board.port, "repl",
         "--inject-file", "inject.py", "--inject-code", "print('by key')"],
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=tmp_path,
    )  # fmt: skip
    os.close(theirs)
    seen = b""

    def expect(mark, timeout_s=20):
        nonlocal seen
        deadline = time.monotonic() + timeout_s
        while mark not in seen:
            assert time.monotonic() < deadline, (mark, seen)
            if select.select([ours], [], [], 0.2)[0]:
                seen += os.read(ours, 4096)
        seen = seen[seen.index(mark) + len(mark) :]

    def type_(text):
        os.write(ours, text)

    try:
        expect(b"Use Ctrl-] or Ctrl-x to exit this shell")
        expect(b"Use Ctrl-K to inject file")
        type_(b"\r")
        expect(b">>> ")
        type_(b"6 * 7\r")
        expect(b"42\r\n>>> ")
        type_(b"while True: pass\r\r")
        time.sleep(0.3)
        type_(b"\x03")
        expect(b"KeyboardInterrupt: \r\n>>> ")
        type_(b"\x0a")  # Ctrl-J: the injected code
        expect(b"print('by key')")
        type_(b"\r")
        expect(b"by key\r\n")
        type_(b"\x0b")  # Ctrl-K: the injected file
        time.sleep(0.3)
        type_(b"\rinjected\r")
        expect(b"11\r\n")
        type_(b"\x04")
        expect(b"MPY: soft reboot\r\n")
        expect(b">>> ")
        type_(b"\x18")
        assert person.wait(10) == 0
    finally:
        person.kill()
        person.wait()
        os.close(ours)
