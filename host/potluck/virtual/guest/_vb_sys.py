# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# `sys` stays the engine's own module; what a board has otherwise is put in its place.
import io as _io
from builtins import help as _help
from builtins import open as _open
import micropython as _micropython
import sys as _sys
import vfs as _vfs
from collections import namedtuple
from gc import collect as _collect
from _vb import M as _M
from _vb import address as _address
from _vb import op as _op
from _vb import text as _text
from machine import idle as _go

_platform, _machine, _build, _name = _text("identity").split("\n")
_real = _sys.implementation
_print_exception = _sys.print_exception
# A nameless one prints as a board's: (name='micropython', version=…)
_Implementation = namedtuple("", ("name", "version", "_machine", "_mpy", "_build"))
_implementation = _Implementation("micropython", _real[1][:3] + ("",), _machine, _real._mpy, _build)
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

    def __repr__(self):
        return "<io.TextIOWrapper 0>" if self._text else "<io.FileIO 0>"

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

    def __repr__(self):
        return "<io.TextIOWrapper 1>" if self._cooked else "<io.FileIO 0>"

    def write(self, data, start=None, size=None):
        if start is not None:  # write(data, size) or write(data, start, size)
            data = data[:start] if size is None else data[start : start + size]
        if isinstance(data, str):
            data = data.encode()
        _M[0] = OP.stdout_write
        _M[1] = _address(data)
        _M[2] = len(data)
        _M[3] = self._cooked
        _go()
        return _M[1]

    def ioctl(self, request, arg):
        if request == 3:
            return _op(OP.console_ready, arg)
        return 0

    def flush(self):
        pass


class TextIOWrapper(_In):
    pass


class FileIO(_In):
    pass


_stdin = TextIOWrapper(True)
_stdin.buffer = FileIO(False)


class TextIOWrapper(_Out):
    pass


class FileIO(_Out):
    pass


_stdout = TextIOWrapper(1)
_stdout.buffer = FileIO(0)


def print_exception(error, file=None):
    # Without the frames of the board's own modules, which on a board are C.
    if file is None or file is _stdout:
        _op(OP.error_begin)
        _print_exception(error)
        _op(OP.error_end)
        return
    if not hasattr(file, "write"):
        raise OSError(22)
    told = _io.StringIO()
    _print_exception(error, told)
    for line in told.getvalue().split("\n")[:-1]:
        if ".frozen/_vb" not in line:
            file.write(line.replace("/.frozen/", "").replace(".frozen/", "") + "\n")


def input(prompt=""):
    _stdout.write(prompt)
    line = bytearray()
    one = bytearray(1)
    while True:
        _stdin.buffer.readinto(one)
        c = one[0]
        if c in (10, 13):
            _stdout.write("\n")
            return str(line, "utf-8")
        if c == 4 and not line:
            raise EOFError
        if c in (8, 127):
            if line:
                line = line[:-1]
                _stdout.buffer.write(b"\b \b")
        elif c >= 32:
            line += one
            _stdout.buffer.write(one)


def open(file, mode="r", *arguments, **options):
    try:
        return _open(file, mode, *arguments, **options)
    except OSError as error:
        if error.errno == 22:
            mode = _known(file, mode)
        elif error.errno != 12:
            raise
    _collect()  # files that nobody holds any more: on a board they are on the heap, and it would have collected
    return _open(file, mode, *arguments, **options)


def _known(file, mode):
    # A mode that the engine refuses: a board knows "x" too, and passes over what it does not know.
    if "x" in mode:
        import os

        try:
            os.stat(file)
        except OSError:
            return mode.replace("x", "w")
        raise OSError(17)
    return "".join([letter for letter in mode if letter in "rwab+t"]) or "r"


class function:
    # help() in a board's words: the engine's own would tell of the engine's modules.
    def __repr__(self):
        return "<function>"

    def __call__(self, *things):
        if things and things[0] is self:
            print("object <function> is of type function")
        elif things != ("modules",):
            _help(*things)
        else:
            self._modules()

    def _modules(self):
        path = _sys.path[:]
        _sys.path[:] = ["/.frozen"]
        try:
            from _vb_help import show_modules

            show_modules()
        finally:
            _sys.path[:] = path
            for name in ("_vb_help", "_vb_repl"):
                _sys.modules.pop(name, None)


help = function()


def kbd_intr(char):
    _op(OP.kbd_intr, char)


def alloc_emergency_exception_buf(size):
    pass


_text("rename_type", "%d %d" % (id(_vfs.VfsPosix), id("VfsLfs2")))

# (module, name, its new name, its new value): kept here, since the engine's own tables do not keep
# them from the collector. What a board does not have gets the name and value of something beside it.
REPLACED = [(_sys, _name, _name, _value) for _name, _value in (
    ("platform", _platform), ("implementation", _implementation), ("stdin", _stdin), ("stdout", _stdout),
    ("stderr", _stdout), ("print_exception", print_exception))] + [
    (_sys, "atexit", "exit", _sys.exit),
    (_micropython, "mem_peak", kbd_intr.__name__, kbd_intr),
    (_micropython, "mem_total", alloc_emergency_exception_buf.__name__, alloc_emergency_exception_buf),
    (_micropython, "mem_current", "const", _micropython.const),
    (_vfs, "VfsPosix", "mount", _vfs.mount),
]  # fmt: skip
for _module, _name, _new, _value in REPLACED:
    _text("replace", "%d %d %d %d" % (id(_module.__dict__), id(_name), id(_new), id(_value)))
