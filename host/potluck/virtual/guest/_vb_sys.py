# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from sys import *  # noqa: F403
import sys as _sys
import io as _io
from _vb import address as _address, op as _op, text as _text

platform, _machine, _build, _name = _text("identity").split("\n")
_real = _sys.implementation


class _Implementation:
    name = "micropython"
    version = _real[1][:3] + ("",)
    _machine = _machine
    _mpy = _real._mpy
    _build = _build

    def __repr__(self):
        return "(name='micropython', version=%r, _machine=%r, _mpy=%d, _build=%r)" % (
            self.version, self._machine, self._mpy, self._build)  # fmt: skip

    def __getitem__(self, i):
        return (self.name, self.version, self._machine, self._mpy, self._build)[i]


implementation = _Implementation()
_READABLE = 1
_WRITABLE = 4


class _In(_io.IOBase):
    _is_console = True

    def __init__(self, is_text):
        self._text = is_text

    def readinto(self, buffer, size=None):
        size = len(buffer) if size is None else min(size, len(buffer))
        got = 0
        start = _address(buffer)
        while got < size:  # a board's stdin blocks until all bytes have come
            got += _op(OP.stdin_read, start + got, size - got)
        return got

    def read(self, size=-1):
        if size < 0:
            raise OSError(22)
        data = bytearray(size)
        self.readinto(data)
        return str(data, "utf-8") if self._text else bytes(data)

    def readline(self, size=-1):
        line = bytearray()
        one = bytearray(1)
        while size < 0 or len(line) < size:
            self.readinto(one)
            if one[0] == 13:
                one[0] = 10
            line += one
            if one[0] == 10:
                break
        return str(line, "utf-8") if self._text else bytes(line)

    def ioctl(self, request, arg):
        if request == 3:
            return _op(OP.console_ready, arg)
        return 0

    def __iter__(self):
        return self

    def __next__(self):
        return self.readline()


class _Out(_io.IOBase):
    _is_console = True

    def __init__(self, cooked):
        self._cooked = cooked

    def write(self, data, *part):
        # as every MicroPython stream: write(data), write(data, size), write(data, start, size)
        if isinstance(data, str):
            data = data.encode()
        if part:
            start = part[0] if len(part) > 1 else 0
            data = data[start : start + part[-1]]
        return _op(OP.stdout_write, _address(data), len(data), self._cooked)

    def ioctl(self, request, arg):
        if request == 3:
            return _op(OP.console_ready, arg)
        return 0

    def flush(self):
        pass


stdin = _In(True)
stdin.buffer = _In(False)
stdout = _Out(1)
stdout.buffer = _Out(0)
stderr = stdout
argv = []
path = _sys.path
modules = _sys.modules
ps1 = ">>> "
ps2 = "... "


def print_exception(error, file=None):
    # Without the frames of the board's own modules, which on a board are C.
    if file is None or file is stdout:
        _op(OP.error_begin)
        _sys.print_exception(error)
        _op(OP.error_end)
        return
    told = _io.StringIO()
    _sys.print_exception(error, told)
    for line in told.getvalue().split("\n")[:-1]:
        if '.frozen/_vb' not in line:
            file.write(line.replace(".frozen/", "") + "\n")



def input(prompt=""):
    _sys.stdout.write(prompt)
    line = bytearray()
    one = bytearray(1)
    while True:
        stdin.buffer.readinto(one)
        c = one[0]
        if c in (10, 13):
            stdout.write("\n")
            return str(line, "utf-8")
        if c == 4 and not line:
            raise EOFError
        if c in (8, 127):
            if line:
                line = line[:-1]
                stdout.buffer.write(b"\b \b")
        elif c >= 32:
            line += one
            stdout.buffer.write(one)
