# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Typing at a board: every key as it is, both ways out, and a terminal that is as it was."""

import os
import subprocess
import sys
import time
import types

import pytest
from potluck import terminal
from potluck.errors import PortGone
from potluck.link.base import Link
from potluck.terminal import keys_windows
from potluck.virtual import daemon, registry

from tests.needs import need


class Keys:
    def __init__(self, *typed):
        self.typed = list(typed)

    def read(self, timeout_s):
        return self.typed.pop(0) if self.typed else None


class Line(Link):
    name = "line"

    def __init__(self, *says):
        self.says, self.wrote = list(says), b""

    def read(self, timeout_s):
        if self.says:
            return self.says.pop(0)
        time.sleep(min(timeout_s, 0.01))
        return b""

    def write(self, data):
        self.wrote += data


@pytest.mark.parametrize("leave", [b"\x1d", b"\x18"])
def test_keys_go_unchanged_until_the_one_that_leaves(leave):
    line, seen = Line(b"one", b"\x1b[Ktwo"), []
    terminal.talk(line, Keys(b"ab\x03", b"", b"\x04\xc3\xbc", b"z" + leave + b"not this"), seen.append)
    assert line.wrote == b"ab\x03\x04\xc3\xbcz"
    assert b"".join(seen) == b"one\x1b[Ktwo"


def test_two_keys_may_type_more_than_themselves(tmp_path):
    (tmp_path / "f.py").write_text("if 1:\n    x = 2\n")
    line = Line()
    keys = Keys(b"a\x0ab\x0b\x1d")
    inject = {terminal.CTRL_J: lambda: b"code", terminal.CTRL_K: lambda: terminal.pasted(tmp_path / "f.py")}
    terminal.talk(line, keys, lambda data: None, inject=inject)
    assert line.wrote == b"acodeb\x05if 1:\r    x = 2\r\x04"


def test_a_line_that_goes_ends_it():
    class Gone(Line):
        def read(self, timeout_s):
            raise PortGone("the port has gone")

    class Deaf(Line):
        def write(self, data):
            raise PortGone("the port has gone")

    with pytest.raises(PortGone):
        terminal.talk(Gone(), Keys(*[b""] * 100), lambda data: None)
    with pytest.raises(PortGone):
        terminal.talk(Deaf(), Keys(b"a"), lambda data: None)


def test_what_cannot_be_shown_is_spelt():
    assert terminal.visible(b"\x1e{ok}\r\n\x1b[K\xff") == b"[1e]{ok}\r\n\x1b[K[ff]"


class Console(types.ModuleType):
    """What msvcrt is on Windows: keys wait one by one, special ones as two."""

    keys = ""

    def kbhit(self):
        return bool(self.keys)

    def getwch(self):
        key, self.keys = self.keys[0], self.keys[1:]
        return key


def test_a_windows_consoles_keys(monkeypatch):
    console = Console("msvcrt")
    monkeypatch.setitem(sys.modules, "msvcrt", console)
    monkeypatch.setattr("sys.stdin", types.SimpleNamespace(isatty=lambda: True))
    keys = keys_windows.Keys()
    assert keys.read(0.01) == b""
    console.keys = "aü\x03\xe0H\x00S\xe0\x99"
    assert keys.read(0.01) == "aü\x03\x1b[A\x1b[3~".encode(), "an unknown special key is none"
    monkeypatch.setattr("sys.stdin", types.SimpleNamespace(isatty=lambda: False))
    with pytest.raises(OSError):
        keys_windows.Keys()


def test_a_person_at_a_terminal(tmp_path):
    need("pty")
    import pty
    import select
    import termios

    daemon.start(name="typed")
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    person = subprocess.Popen(
        [sys.executable, "-m", "potluck", "repl", "virtual:typed", "--capture", str(tmp_path / "kept"),
         "--inject-code", "print('by key')\\n"],
        stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    seen = b""

    def expect(mark, timeout_s=20):
        nonlocal seen
        deadline = time.monotonic() + timeout_s
        while mark not in seen:
            assert time.monotonic() < deadline, (mark, seen)
            if select.select([ours], [], [], 0.2)[0]:
                seen += os.read(ours, 4096)
        seen = seen[seen.index(mark) + len(mark) :]

    try:
        expect(b"Ctrl-] or Ctrl-X leaves")
        while termios.tcgetattr(theirs)[3] & termios.ECHO:
            time.sleep(0.01)
        os.write(ours, b"\r6 * 7\r")
        expect(b"42\r\n>>> ")
        os.write(ours, b"while True: pass\r\r")
        time.sleep(0.3)
        os.write(ours, b"\x03")
        expect(b"KeyboardInterrupt: \r\n>>> ")
        os.write(ours, b"\x0a")
        expect(b"by key\r\n>>> ")
        os.write(ours, b"\x1b[A\r")  # arrow up: the board's own history
        expect(b"by key\r\n>>> ")
        os.write(ours, b"\x1d")
        assert person.wait(10) == 0
        assert termios.tcgetattr(theirs) == before
        assert b"42\r\n>>> " in (tmp_path / "kept").read_bytes()
    finally:
        person.kill()
        person.wait()
        os.close(ours)
        os.close(theirs)
        for running in registry.running():
            running.stop()
