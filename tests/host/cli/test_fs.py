# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""`potluck fs`, `run`, `exec`, `eval`, `reset` as people and programs meet them, beside mpremote on one board."""

import hashlib
import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner
from potluck.cli import group
from potluck.virtual import daemon, registry

from tests.needs import need


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POTLUCK_RUNTIME_DIR", str(tmp_path_factory.mktemp("r")))
        started = daemon.start(name="files")
        yield started
        registry.find("files").stop()


@pytest.fixture
def potluck(board, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*words, status=0):
        port = ["--port", board.port] if words[0] == "fs" else [board.port]
        done = CliRunner().invoke(group, [*map(str, words), *port], prog_name="potluck")
        assert done.exit_code == status, done.output
        if "--json" in words:
            return [json.loads(line) for line in done.stdout.splitlines()]
        return done.stdout if status == 0 else done.stderr

    return run


@pytest.fixture
def clean(potluck):
    potluck("fs", "rm", "-rf", ":/")
    return potluck


def test_the_same_board_told_as_mpremote_tells_it(board, clean, tmp_path):
    need("mpremote")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "a.py").write_text("A = 1\n")
    (tmp_path / "lib" / "b.bin").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "main.txt").write_text("hällo\n", encoding="utf-8")
    clean("fs", "cp", "-r", "lib", "main.txt", ":")
    done = subprocess.run(
        [sys.executable, "-m", "mpremote", "connect", board.port,
         "fs", "--no-verbose", "ls", ":", "+", "fs", "--no-verbose", "ls", ":lib",
         "+", "tree", "-s", ":", "+", "tree", "-h", ":lib", "+", "df", "+", "fs", "cat", ":main.txt",
         "+", "fs", "--no-verbose", "sha256sum", ":lib/b.bin", "+", "eval", "1 + 1"],
        capture_output=True, timeout=60, cwd=tmp_path,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},  # else what it prints comes after what it writes
    )  # fmt: skip
    theirs = done.stdout.decode().replace("\r\n", "\n")
    assert done.returncode == 0, theirs
    ours = "".join(
        clean(*words)
        for words in (
            ("fs", "ls"), ("fs", "ls", ":lib"), ("fs", "tree", "-s", ":"), ("fs", "tree", "-h", ":lib"), ("fs", "df"),
            ("fs", "cat", ":main.txt"), ("fs", "sha256sum", ":lib/b.bin"), ("eval", "1 + 1"),
        )
    )  # fmt: skip
    theirs = "\n".join(line for line in theirs.splitlines() if not line.startswith(("cp ", "tree :", "Install")))
    assert ours.replace("  :lib/b.bin", "").split() == theirs.split()
    clean("fs", "cp", "-r", ":lib", "ours")
    for name in ("a.py", "b.bin"):
        assert (tmp_path / "ours" / name).read_bytes() == (tmp_path / "lib" / name).read_bytes()


def test_for_programs(clean, tmp_path):
    (tmp_path / "x").write_bytes(b"x\xff")
    assert clean("fs", "cp", "--json", "x", ":") == [{"source": "x", "to": ":x", "size": 2, "copied": True}]
    assert clean("fs", "cp", "--json", "x", ":")[0]["copied"] is False
    clean("fs", "mkdir", "-p", "a/b")
    clean("fs", "touch", ":a/t")
    assert clean("fs", "ls", "--json") == [
        {"path": "/a", "type": "folder", "size": 0}, {"path": "/x", "type": "file", "size": 2},
    ]  # fmt: skip
    assert [entry["path"] for entry in clean("fs", "tree", "--json")] == ["/a", "/a/b", "/a/t", "/x"]
    assert clean("fs", "cat", "--json", ":x") == [{"path": "/x", "size": 2, "text": "x�"}]
    assert clean("fs", "sha256sum", "--json", "x")[0]["sha256"] == hashlib.sha256(b"x\xff").hexdigest()
    (disk,) = clean("fs", "df", "--json")
    assert disk["mounted_on"] == "/" and disk["used"] + disk["free"] == disk["size"]
    assert clean("fs", "rm", "-r", "--json", "a") == [{"removed": p} for p in ("/a/b/", "/a/t", "/a/")]
    (wrong,) = clean("fs", "cat", "--json", ":none", status=1)
    assert wrong["error"]["id"] == "file-missing" and wrong["error"]["where"] == ":none"


def test_for_people(clean, tmp_path):
    (tmp_path / "x").write_text("1")
    assert clean("fs", "cp", "-v", "x", ":y") == "x -> :y\n"
    assert clean("fs", "cp", "x", ":y") == "Up to date: :y\n"
    clean("fs", "rm", "-f", "none")
    assert clean("fs", "rm", "-v", ":y") == "removed: :/y\n"
    assert "say -f" in clean("fs", "rm", "-r", ":/", status=2)
    assert "begins with ':'" in clean("fs", "cp", "x", "y", status=2)
    clean("fs", "mkdir", "d")
    assert "error [is-a-folder]" in clean("fs", "rm", "d", status=1)
    clean("fs", "rmdir", "d")


def test_code(clean, tmp_path):
    (tmp_path / "s.py").write_text("import sys\nprint(sys.platform)\n")
    assert clean("run", "s.py") == "rp2\n"
    assert clean("exec", "for i in range(2): print(i)") == "0\n1\n"
    assert clean("exec", "x = 20") == "" and clean("eval", "--resume", "x + 1") == "21\n"
    told = clean("exec", "print(1)\n1/0", status=1)
    assert told.startswith("Traceback") and "ZeroDivisionError: divide by zero" in told
    (line,) = clean("exec", "--json", "print(1)\n1/0", status=1)
    assert line["printed"] == "1\n" and line["error"]["id"] == "firmware-error" and "Traceback" in line["error"]["trace"]
    clean("run", "none.py", status=2)


def test_what_ran_runs_again_and_is_told_on_stderr(board, clean, tmp_path):
    (tmp_path / "main.py").write_text("import time\nprint('here')\nwhile True: time.sleep(0.01)\n")
    clean("fs", "cp", "main.py", ":")
    clean("reset", "--soft")

    def told(*words):
        done = CliRunner().invoke(group, [*words], prog_name="potluck")
        assert done.exit_code == 0, done.output
        return done.stdout, done.stderr

    assert told("fs", "cat", ":main.py", "--port", board.port) == (
        (tmp_path / "main.py").read_text(), "(stopped what ran on the board)\n(started it again)\n",
    )  # fmt: skip
    assert told("exec", "print(1)", board.port, "--no-restart") == ("1\n", "(stopped what ran on the board)\n")
    assert told("exec", "print(2)", board.port) == ("2\n", "")
    clean("reset")
    assert "stopped" in told("fs", "rm", "main.py", "--port", board.port)[1]
    clean("reset", "--soft")
    assert told("eval", "3", board.port) == ("3\n", "")
