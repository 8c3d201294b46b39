# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A pseudo-terminal whose other end is played by a test."""

import contextlib
import functools
import io
import os
import threading
import traceback

import pytest

tty = pytest.importorskip("tty", reason="pseudo-terminals are POSIX")


class Far:
    """The far end of a pseudo-terminal: what a board would be."""

    def __init__(self):
        import pty

        self.fd, near = pty.openpty()
        tty.setraw(near)
        self.port = os.ttyname(near)
        self._near = near  # kept open, so that the far end sees no hang-up between two openings

    def write(self, data):
        os.write(self.fd, data)

    def read(self, timeout_s=1.0):
        import select

        return os.read(self.fd, 4096) if select.select([self.fd], [], [], timeout_s)[0] else b""

    def close(self):
        for fd in (self.fd, self._near):
            with contextlib.suppress(OSError):
                os.close(fd)


@pytest.fixture
def far():
    end = Far()
    yield end
    end.close()


class FakeRepl(threading.Thread):
    """MicroPython's REPL as far as a tool sees it (raw, raw paste); the code runs in this Python.

    deaf_to   how many Ctrl-C are swallowed before the running program stops
    noise     bytes that the running program prints all the time
    """

    def __init__(self, far, *, deaf_to=0, noise=b"", raw_paste=True):
        super().__init__(daemon=True)
        self.far, self.deaf_to, self.noise, self.raw_paste = far, deaf_to, noise, raw_paste
        self.running = deaf_to > 0 or bool(noise)
        self.raw = False
        self.waiting, self.typed = b"", b""
        self.printed = io.StringIO()
        self.globals = {"print": functools.partial(print, file=self.printed)}
        self.interrupts = 0
        self.stopped = False

    def run(self):
        with contextlib.suppress(OSError, StopIteration):
            while True:
                self.take(self.next())

    def next(self):
        while not self.waiting:
            if self.stopped:
                raise StopIteration
            self.waiting = self.far.read(0.02)
            if self.running and self.noise:
                self.far.write(self.noise)
        byte, self.waiting = self.waiting[:1], self.waiting[1:]
        return byte

    def take(self, byte):
        if self.running:
            if byte == b"\x03":
                self.interrupts += 1
                if self.interrupts > self.deaf_to:
                    self.running = False
                    self.far.write(b"KeyboardInterrupt:\r\n>>> ")
        elif byte == b"\x01":
            self.raw, self.typed = True, b""
            self.far.write(b"\r\nraw REPL; CTRL-B to exit\r\n>")
        elif byte == b"\x02":
            self.raw = False
            self.far.write(b"\r\nMicroPython v1.26.1; fake\r\n>>> ")
        elif not self.raw:
            return
        elif byte == b"\x04":
            code, self.typed = self.typed, b""
            self.far.write(b"OK")
            self.execute(code)
        elif byte == b"\x05":
            assert self.next() + self.next() == b"A\x01"
            if self.raw_paste:
                self.paste()
            else:
                self.far.write(b"R\x00")
        elif byte not in b"\r\x03":
            self.typed += byte

    def paste(self):
        self.far.write(b"R\x01\x20\x00\x01")
        code = b""
        while (byte := self.next()) != b"\x04":
            code += byte
            if len(code) % 32 == 0:
                self.far.write(b"\x01")
        self.far.write(b"\x04")
        self.execute(code)

    def execute(self, code):
        self.printed.seek(0)
        self.printed.truncate()
        trace = ""
        try:
            exec(code.decode(), self.globals)
        except Exception:
            trace = traceback.format_exc()
        self.far.write(self.printed.getvalue().encode() + b"\x04" + trace.encode() + b"\x04>")

    def stop(self):
        self.stopped = True
        self.join(timeout=2)


@pytest.fixture
def fake(far):
    started = []

    def start(**options):
        repl = FakeRepl(far, **options)
        repl.start()
        started.append(repl)
        return repl

    yield start
    for repl in started:
        repl.stop()
