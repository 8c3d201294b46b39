# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What is changed in the engine as it is loaded; the file itself stays as its hash says.

One more of its functions is exported: the engine exports `_start` alone, which runs a program to its end,
and world models are asked thousands of times a second, so they need a call. So is its one global, the stack
pointer, which with the memory is all that a program which stands still consists of. And the place where its C code
raises an OSError is given a board's error numbers: the engine was built with WASI's.
"""

from __future__ import annotations

# py/runtime.c, mp_call_function_1_protected(function, argument): the function's number in the pinned
# engine, counted from `_start`. tests/host/virtual/test_engine_layout.py holds it to that.
CALL_PROTECTED = 288

# py/runtime.c, mp_raise_OSError(errno): its whole body, OSError with a small int made of local 0.
_RAISE_OSERROR = bytes.fromhex("0041b8b801200041017441017210b502000b")

# wasi-libc's errno.h → MicroPython's py/mperrno.h and littlefs' errors, for what C code raises by itself or
# hands through from a file. Python code that a program brings answers by a board's numbers; those that it is
# likely to give (EIO 5, EAGAIN 11, EINVAL 22) are no keys here.
RAISED = {
    63: 1, 44: 2, 29: 5, 8: 9, 6: 11, 48: 12, 20: 17, 75: 18, 43: 19, 54: 20, 31: 21, 28: 22, 33: 24, 51: 28,
    69: 30, 37: 36, 52: 38, 55: 39, 58: 95,
}  # fmt: skip


def _leb(code: bytes, at: int) -> tuple[int, int]:
    """An unsigned LEB128 number and the position behind it."""
    value = shift = 0
    while True:
        byte = code[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at


def _to_leb(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def with_exports(code: bytes, function: str, beyond_start: int, stack: str) -> bytes:
    """The same program with a function exported, the one so many behind `_start`, and its only global.

    Source: WebAssembly core specification, 5.5.10 (export section).
    """
    at = 8
    while at < len(code):
        section, begin = code[at], at
        size, at = _leb(code, at + 1)
        if section == 7:
            count, entries = _leb(code, at)
            label = code.index(b"\x06_start\x00", entries, at + size)
            start, _ = _leb(code, label + 8)
            entry = bytes([len(function)]) + function.encode() + b"\x00" + _to_leb(start + beyond_start)
            entry += bytes([len(stack)]) + stack.encode() + b"\x03\x00"
            body = _to_leb(count + 2) + code[entries : at + size] + entry
            return code[:begin] + b"\x07" + _to_leb(len(body)) + body + code[at + size :]
        at += size
    raise ValueError("the engine exports nothing")


def with_board_errors(code: bytes) -> bytes:
    """The same program whose C code raises OSError with a board's numbers (`RAISED`).

    Source: WebAssembly core specification, 5.4 (instructions) and 5.5.13 (code section).
    """
    steps = b"".join(
        b"\x02\x40\x20\x00\x41" + _to_sleb(wasi) + b"\x47\x0d\x00\x41" + _to_sleb(board) + b"\x21\x00\x0c\x01\x0b"
        for wasi, board in RAISED.items()
    )  # block; local 0 != wasi: to its end; local 0 = board: out of all; end
    body = _RAISE_OSERROR[:1] + b"\x02\x40" + steps + b"\x0b" + _RAISE_OSERROR[1:]
    old, new = (_to_leb(len(text)) + text for text in (_RAISE_OSERROR, body))
    at = 8
    while at < len(code):
        section, begin = code[at], at
        size, at = _leb(code, at + 1)
        if section == 10:
            functions = code[at : at + size]
            if functions.count(old) != 1:
                raise ValueError("the engine's mp_raise_OSError is not where it was")
            functions = functions.replace(old, new)
            return code[:begin] + b"\x0a" + _to_leb(len(functions)) + functions + code[at + size :]
        at += size
    raise ValueError("the engine has no code")


def _to_sleb(value: int) -> bytes:
    """A signed LEB128 number, not negative here."""
    return bytes([value]) if value < 0x40 else bytes([value & 0x7F | 0x80, value >> 7])
