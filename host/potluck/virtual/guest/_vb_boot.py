# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# What runs first on a virtual board: put the board's own modules in place of the engine's, then
# run the programs that the prompt hands over, for ever.
import builtins
import gc
import sys
import _vb
from _vb import M, op, text

_pressed = KeyboardInterrupt()
_PLACES = {"_vb": "host"}
_SPARE = 2048
_spare = bytearray(_SPARE)


def _install():
    import errno

    path = sys.path
    tables = (id(errno.__dict__), id(errno.errorcode))
    text("boot", "%d %d %d %d %d" % ((_vb.address(M), id(_vb.interrupt), id(_pressed)) + tables))
    import _vb_sys

    # They take the places of the engine's own among its built-in modules, where an import finds them also as `utime`
    # and only after the files of that name; `_vb` itself takes the place of the module that calls the host.
    modules = [_vb]
    for name in ("time", "select", "os", "machine"):
        module = __import__("_vb_" + name)
        module.__name__ = name
        del module.__file__  # on a board they are C
        modules.append(module)
        del sys.modules["_vb_" + name]
    for module in modules:
        name = module.__name__
        place = _PLACES.get(name, name)
        text("builtin", "%d %d %d %d" % (id(place), id(__import__(place)), id(name), id(module)))
    builtins.input = _vb_sys.input
    builtins.open = _vb_sys.open
    builtins.help = _vb_sys.help
    sys.argv.clear()
    path[:] = ["", ".frozen", "/lib"]
    for name in ("_vb_boot", "_vb_sys", "_vb"):
        sys.modules.pop(name, None)
    return modules


def _compiled(kind):
    # What a program has left of the heap may be too little to hand over the next one: then this room is for it.
    global _spare
    _spare = None
    try:
        return compile(text("source"), "<stdin>", kind)
    finally:
        try:
            _spare = bytearray(_SPARE)
        except MemoryError:
            pass


def _run(kind, names):
    op(OP.begin_program)
    try:
        if kind == 3:
            execfile(text("path"), names)
        else:
            exec(_compiled("single" if kind == 2 else "exec"), names)
        op(OP.end_program)
    except SystemExit:
        op(OP.end_program)
        return 2
    except BaseException as error:
        op(OP.error)
        sys.print_exception(error)
        op(OP.error_end)
        op(OP.end_program)
        return 1
    return 0


def _complete(names):
    path = sys.path[:]
    sys.path[:] = ["/.frozen"]
    try:
        from _vb_repl import complete

        return complete(text("source"), names)
    finally:
        sys.path[:] = path
        sys.modules.pop("_vb_repl", None)


def main(names):
    modules = _install()  # noqa: F841  the engine's own tables do not keep them from the collector: this frame does
    gc.collect()
    result = 0
    while True:
        try:
            while True:
                kind = op(OP.next_program, result)
                result = 0
                if kind == 4:
                    text("completed", _complete(names))
                elif kind:
                    result = _run(kind, names)
        except BaseException:  # Ctrl-C between two programs
            op(OP.end_program)
            result = 1
