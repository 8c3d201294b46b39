# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A second way into the engine: one more of its functions is exported as it is loaded.

The engine exports `_start` alone, which runs a program to its end. World models are asked thousands of
times a second, so they need a call. The file itself stays as its hash says.
"""

from __future__ import annotations

# py/runtime.c, mp_call_function_1_protected(function, argument): the function's number in the pinned
# engine, counted from `_start`. tests/host/virtual/test_engine_layout.py holds it to that.
CALL_PROTECTED = 288


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


def with_export(code: bytes, name: str, beyond_start: int) -> bytes:
    """The same program with one more function exported: the one so many behind `_start`.

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
            entry = bytes([len(name)]) + name.encode() + b"\x00" + _to_leb(start + beyond_start)
            body = _to_leb(count + 1) + code[entries : at + size] + entry
            return code[:begin] + b"\x07" + _to_leb(len(body)) + body + code[at + size :]
        at += size
    raise ValueError("the engine exports nothing")
