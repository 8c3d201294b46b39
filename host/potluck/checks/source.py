# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Rules about the program: read as text, parsed, and never run. They ask nothing of the wiring."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import lru_cache, wraps

from potluck.checks.finding import WARNING, Finding
from potluck.model.folder import top_modules


Nodes = tuple[ast.AST, ...]
_SWALLOW = ("BaseException", "KeyboardInterrupt")
_TIMES = ("time", "time_ns")


def ctrl_c_swallowed(file: str, nodes: Nodes) -> Iterator[Finding]:
    """A handler that catches KeyboardInterrupt and goes on keeps a person out of the board."""
    for node in nodes:
        if isinstance(node, ast.ExceptHandler) and _catches(node) and not _leaves(node):
            what = "a bare except:" if node.type is None else f"except {ast.unparse(node.type)}:"
            yield Finding("ctrl-c-swallowed", WARNING,
                          f"{what} catches Ctrl-C too and goes on, so nobody can stop the program", f"{file}:{node.lineno}",
                          "write except Exception:, or end the handler with raise")
        elif isinstance(node, ast.Call) and _named(node.func) == "kbd_intr" and node.args and ast.unparse(node.args[0]) == "-1":
            yield Finding("ctrl-c-swallowed", WARNING, f"{ast.unparse(node)} turns Ctrl-C off, so nobody can stop the program",
                          f"{file}:{node.lineno}", "leave it out")


def time_as_float(file: str, nodes: Nodes) -> Iterator[Finding]:
    """A board's float has 24 bits: seconds since 2000 are then good to a minute."""
    names = _names_of_time(nodes)
    for node in nodes:
        if isinstance(node, ast.BinOp) and any(_is_time(side, names) for side in (node.left, node.right)):
            other = node.right if _is_time(node.left, names) else node.left
            wrong = isinstance(node.op, ast.Div) or _is_float(other)
        elif isinstance(node, ast.AugAssign):
            wrong = _is_time(node.target, names) and (isinstance(node.op, ast.Div) or _is_float(node.value))
        else:
            wrong = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float" \
                and any(_is_time(one, names) for one in node.args)
        if wrong:
            yield Finding("time-as-float", WARNING,
                          f"{ast.unparse(node)}: a board's float cannot hold that many seconds exactly",
                          f"{file}:{node.lineno}", "count in whole numbers: // instead of /, 30 instead of 30.0")


def of_module(file: str, source: bytes) -> list[Finding]:
    """What the rules say of one module; file: what they call it."""
    nodes = _nodes(source)
    return [finding for rule in MODULE_RULES for finding in rule(file, nodes)]


@lru_cache(maxsize=128)  # a deploy asks three times, and walking a tree takes longer than everything else
def _nodes(source: bytes) -> Nodes:
    """Everything that a module says; nothing when it does not parse, which is the compiler's business."""
    try:
        return tuple(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()


def _catches(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(getattr(kind, "id", "") in _SWALLOW for kind in kinds)


def _leaves(handler: ast.ExceptHandler) -> bool:
    """Whether the handler gives the interrupt on, or the loop and the function up."""
    return any(isinstance(node, (ast.Raise, ast.Return, ast.Break)) for line in handler.body for node in ast.walk(line))


def _named(node: ast.expr) -> str:
    """``f`` and ``module.f``: "f"."""
    return getattr(node, "attr", getattr(node, "id", ""))


def _names_of_time(nodes: tuple[ast.AST, ...]) -> tuple[set[str], set[str], set[str]]:
    """(names of the module time, names of its functions, names that are given what they return)"""
    modules, functions, values = set(), set(), set()
    for node in nodes:
        if isinstance(node, ast.Import):
            modules |= {one.asname or one.name for one in node.names if one.name in ("time", "utime")}
        elif isinstance(node, ast.ImportFrom) and node.module in ("time", "utime"):
            functions |= {one.asname or one.name for one in node.names if one.name in _TIMES}
    for node in nodes:
        if isinstance(node, ast.Assign) and _is_time(node.value, (modules, functions, set())):
            values |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return modules, functions, values


def _is_time(node: ast.expr, names: tuple[set[str], set[str], set[str]]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in names[2]
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    if isinstance(called, ast.Attribute):
        return called.attr in _TIMES and getattr(called.value, "id", "") in names[0]
    return getattr(called, "id", "") in names[1]


def _is_float(node: ast.expr) -> bool:
    return any(isinstance(one, ast.Constant) and isinstance(one.value, float) or isinstance(one, ast.BinOp)
               and isinstance(one.op, ast.Div) for one in ast.walk(node))


def _of_wiring(rule: Callable) -> Callable:
    @wraps(rule)
    def asked(wiring) -> Iterator[Finding]:
        folder = wiring.recipe.folder
        for name in top_modules(path.name for path in folder.glob("*.py")):
            yield from rule(f"{wiring.recipe.name}/{name}", _nodes((folder / name).read_bytes()))

    return asked


MODULE_RULES = (ctrl_c_swallowed, time_as_float)
RULES = tuple(_of_wiring(rule) for rule in MODULE_RULES)
NAMES = ("ctrl-c-swallowed", "time-as-float")  # of their findings, in that order
