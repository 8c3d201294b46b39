# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The recording of a board as a Value Change Dump (IEEE 1364-2005, clause 18), for GTKWave, PulseView …

One signal a pin: a wire, or a real number once PWM has driven it (its duty; -1: nothing holds it).
World knobs are real numbers; `starts` counts the starts of the interpreter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from potluck.virtual.board import VirtualBoard

_FIRST, _CODES = 33, 94  # identifier codes are printable ASCII


def _code(number: int) -> str:
    code = ""
    while True:
        code += chr(_FIRST + number % _CODES)
        number = number // _CODES - 1
        if number < 0:
            return code


def _wire(level: Any) -> str:
    return "z" if level is None else str(int(level))


def _real(value: Any) -> str:
    return f"r{-1.0 if value is None else value:.9g} "


def _integer(value: Any) -> str:
    return f"b{value:b} "


class _Signal:
    def __init__(self, number: int, name: str, declared: str, form, first: str, changes: Iterable[tuple[int, Any]]):
        self.code, self.name, self.declared, self.first = _code(number), re.sub(r"[^\w.]", "_", name), declared, first
        self.changes = [(at, form(value) + self.code) for at, value in changes]


def dump(board: VirtualBoard) -> str:
    """The text of the file. Board's thread."""
    scopes: dict[str, list[_Signal]] = {"pins": [], "world": []}
    number = 0
    for name, _, history in board.chip.pins.recorded():
        if all(level in (None, 0, 1) for _, level in history):
            signal = _Signal(number, name, "wire 1", _wire, "x", history)
        else:
            signal = _Signal(number, name, "real 64", _real, "r0 ", history)
        scopes["pins"].append(signal)
        number += 1
    for path in sorted({path for _, path, _ in board.record.knobs}):
        turns = [(at, value) for at, knob, value in board.record.knobs if knob == path]
        scopes["world"].append(_Signal(number, path, "real 64", _real, "r0 ", turns))
        number += 1
    starts = _Signal(
        number, "starts", "integer 32", _integer, "b0 ",
        [(at, count + 1) for count, (at, _) in enumerate(board.record.starts)],
    )  # fmt: skip

    def declare(signal: _Signal) -> str:
        return f"$var {signal.declared} {signal.code} {signal.name} $end"

    lines = [
        "$version potluck virtual board $end",
        f"$comment {board.kind.name}; time is the board's $end",
        "$timescale 1 us $end",
        "$scope module board $end",
        declare(starts),
    ]
    for scope, signals in scopes.items():
        if signals:
            lines += [f"$scope module {scope} $end", *map(declare, signals), "$upscope $end"]
    lines += ["$upscope $end", "$enddefinitions $end", "$dumpvars"]
    every = [starts, *scopes["pins"], *scopes["world"]]
    lines += [signal.first + signal.code for signal in every]
    lines.append("$end")
    last = -1
    for at, change in sorted((change for signal in every for change in signal.changes), key=lambda change: change[0]):
        if at != last:
            lines.append(f"#{at}")
            last = at
        lines.append(change)
    if board.clock.now_us() > last:
        lines.append(f"#{board.clock.now_us()}")
    return "\n".join(lines) + "\n"
