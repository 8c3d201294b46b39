# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""mpremote, unmodified, in a process of its own, against a virtual board in another."""

import contextlib
import os
import subprocess
import sys
import time

import pytest

from potluck.virtual import daemon, registry
from tests.needs import need


over_tcp_too = pytest.mark.parametrize("board", ["terminal", "tcp"], indirect=True)


@pytest.fixture
def board(request):
    need("mpremote")
    tcp = getattr(request, "param", "terminal") == "tcp"
    if not tcp:
        need("pty")
    started = daemon.start(tcp=tcp)
    yield started
    for running in registry.running():
        running.stop()


@pytest.fixture
def mpremote(board, tmp_path):
    def run(*arguments, status=0, stdin=b""):
        done = subprocess.run(
            [sys.executable, "-m", "mpremote", "connect", board.port, *arguments],
            input=stdin,
            capture_output=True,
            timeout=60,
            cwd=tmp_path,
        )
        assert done.returncode == status, (done.stdout + done.stderr).decode()
        return done.stdout.decode().replace("\r\n", "\n")

    return run


@over_tcp_too
def test_exec_and_eval(mpremote):
    assert mpremote("exec", "print(6 * 7)") == "42\n"
    assert mpremote("eval", "'a' + 'b'") == "ab\n"
    assert mpremote("exec", "import sys; print(sys.platform)") == "rp2\n"


def test_an_exception_is_the_tools_exit_status(board):
    done = subprocess.run(
        [sys.executable, "-m", "mpremote", "connect", board.port, "exec", "def f():\n  1/0\nf()"],
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 1
    told = (done.stdout + done.stderr).decode().replace("\r\n", "\n")
    assert told == (
        "Traceback (most recent call last):\n"
        '  File "<stdin>", line 3, in <module>\n'
        '  File "<stdin>", line 2, in f\n'
        "ZeroDivisionError: divide by zero\n"
    )


@over_tcp_too
def test_run_a_script_with_much_output(mpremote, tmp_path):
    (tmp_path / "script.py").write_text(
        "for i in range(3000):\n    print(i, 'x' * 40)\n" + "# padding\n" * 500
    )
    lines = mpremote("run", "script.py").splitlines()
    assert lines == [f"{i} {'x' * 40}" for i in range(3000)]


def test_files_go_and_come_unchanged(mpremote, tmp_path):
    data = os.urandom(10_000) + bytes(range(256))
    (tmp_path / "there").write_bytes(data)
    mpremote("fs", "cp", "there", ":over")
    assert f"{len(data)} over" in mpremote("fs", "ls")
    mpremote("fs", "cp", ":over", "back")
    assert (tmp_path / "back").read_bytes() == data
    mpremote("fs", "rm", ":over")
    assert "over" not in mpremote("fs", "ls")


def test_folders(mpremote, tmp_path):
    (tmp_path / "lib" / "deep").mkdir(parents=True)
    (tmp_path / "lib" / "one.py").write_text("ONE = 1\n")
    (tmp_path / "lib" / "deep" / "two.py").write_text("TWO = 2\n")
    mpremote("fs", "cp", "-r", "lib", ":")
    assert "one.py" in mpremote("fs", "ls", ":lib")
    assert mpremote("fs", "cat", ":lib/deep/two.py") == "TWO = 2\n"
    assert "└── two.py" in mpremote("fs", "tree")
    assert mpremote("exec", "import one; from deep.two import TWO; print(one.ONE + TWO)") == "3\n"
    mpremote("fs", "rm", "-r", ":lib")
    assert "lib" not in mpremote("fs", "ls")
    mpremote("fs", "mkdir", ":made", "+", "fs", "touch", ":made/empty", "+", "fs", "rm", ":made/empty")
    mpremote("fs", "rmdir", ":made")


def test_what_is_not_there(mpremote):
    mpremote("fs", "cat", ":none", status=1)
    mpremote("fs", "rm", ":none", status=1)


def test_sha256sum_and_df(mpremote, tmp_path):
    import hashlib

    (tmp_path / "f").write_bytes(b"hello" * 1000)
    told = mpremote("fs", "cp", "f", ":", "+", "fs", "sha256sum", ":f")
    assert hashlib.sha256(b"hello" * 1000).hexdigest() in told
    assert str(352 * 4096) in mpremote("df")


def test_soft_reset_forgets_and_reset_comes_back(mpremote):
    assert mpremote("exec", "x = 5", "resume", "exec", "print(x)") == "5\n"
    assert mpremote("exec", "x = 5", "soft-reset", "exec", "print('x' in globals())") == "False\n"
    mpremote("reset")
    # A board with USB of its own is gone for a moment while it resets, and mpremote does not wait for it.
    for _ in range(25):
        with contextlib.suppress(AssertionError):
            assert mpremote("exec", "print('back')") == "back\n"
            return
        time.sleep(0.2)
    assert mpremote("exec", "print('back')") == "back\n"


@over_tcp_too
def test_mount_imports_reads_and_writes_here(mpremote, tmp_path):
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "local.py").write_text("VALUE = 7\n" + "# long enough for several pieces\n" * 60)
    (folder / "data.bin").write_bytes(bytes(range(256)) * 8)  # 0x03 among them
    code = (
        "import local, os\n"
        "print(local.VALUE, sorted(os.listdir('/remote')))\n"
        "d = open('/remote/data.bin', 'rb').read()\n"
        "print(len(d), d == bytes(range(256)) * 8)\n"
        "with open('/remote/made.txt', 'w') as f: f.write('by the board')\n"
    )
    told = mpremote("mount", "here", "exec", code)
    assert "7 ['data.bin', 'local.py']\n2048 True\n" in told
    assert (folder / "made.txt").read_text() == "by the board"


def test_ctrl_c_ends_a_script_that_loops(mpremote, board, tmp_path):
    need("posix")
    import signal
    import time

    (tmp_path / "loop.py").write_text("print('looping')\nwhile True: pass\n")
    looping = subprocess.Popen(
        [sys.executable, "-m", "mpremote", "connect", board.port, "run", str(tmp_path / "loop.py")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert looping.stdout.readline().strip() == b"looping"
    time.sleep(0.1)
    looping.send_signal(signal.SIGINT)
    looping.wait(20)
    looping.stdout.close()
    assert mpremote("exec", "print('alive')") == "alive\n"


def hard_resets(board):
    return sum(kind in ("reset", "pin") for _, kind in board.control({"do": "record"})["starts"])


def wait_back(board, resets):
    """mpremote's reset returns at once; 0.1 s later native USB leaves the bus and comes back."""
    end = time.monotonic() + 10
    while hard_resets(board) == resets or not os.path.lexists(board.port):
        assert time.monotonic() < end
        time.sleep(0.01)
    time.sleep(0.1)  # and main.py has begun


def test_main_py_runs_after_a_reset_and_gives_way_to_a_tool(mpremote, tmp_path, board):
    (tmp_path / "main.py").write_text("import time\nn = 0\nwhile True:\n    n += 1\n    time.sleep(0.01)\n")
    resets = hard_resets(board)
    mpremote("fs", "cp", "main.py", ":", "+", "reset")
    wait_back(board, resets)
    assert mpremote("resume", "exec", "print(n > 0)") == "True\n"
    mpremote("fs", "rm", ":main.py")


def test_many_connections_one_after_another(mpremote):
    for turn in range(10):
        assert mpremote("eval", str(turn)) == f"{turn}\n"
