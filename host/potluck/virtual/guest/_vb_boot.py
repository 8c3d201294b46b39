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


def _install():
    import errno

    path = sys.path
    tables = (id(errno.__dict__), id(errno.errorcode))
    text("boot", "%d %d %d %d %d" % ((_vb.address(M), id(_vb.interrupt), id(_pressed)) + tables))
    import _vb_sys

    for name in ("time", "select", "os", "machine"):
        module = __import__("_vb_" + name)
        module.__name__ = name
        del module.__file__  # on a board they are C
        sys.modules[name] = module
        del sys.modules["_vb_" + name]
    builtins.input = _vb_sys.input
    builtins.open = _vb_sys.open
    sys.argv.clear()
    path[:] = ["", ".frozen", "/lib"]
    for name in ("_vb_boot", "_vb_sys"):  # _vb stays: network, onewire … come later and need it
        sys.modules.pop(name, None)


def _run(kind, names):
    op(OP.begin_program)
    try:
        if kind == 3:
            execfile(text("path"), names)
        else:
            exec(compile(text("source"), "<stdin>", "single" if kind == 2 else "exec"), names)
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
    _install()
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
