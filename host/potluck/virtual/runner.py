# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a board runs next, and how it waits: boot.py, main.py, then whatever the prompt is given."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from potluck.virtual.clock import Clock
from potluck.virtual.console import CTRL_C, WRITABLE, Console
from potluck.virtual.engine import TICK_S
from potluck.virtual.hypercalls import Hypercalls, operation, text
from potluck.virtual.ports.base import STALL_S
from potluck.virtual.line_editor import Completion
from potluck.virtual.repl import SOFT_RESET, Program, Repl
from potluck.virtual.resets import HardReset, SoftReset

_NOTHING, _EXEC, _SINGLE, _FILE, _COMPLETE = 0, 1, 2, 3, 4  # what next_program tells the guest (guest/_vb_boot.py)
_FOREVER_MS = 1 << 29
_TICKS_MASK = (1 << 30) - 1
_TICKS_HALF = 1 << 29
_SLOWER = 30  # a board computes about so much slower than the engine: 0.2 against 5.7 million loops a second
# As fast as possible, ticks without a call before time passes all the same. What computes for less takes
# no virtual time, however slow the host is: the same program sees the same times again.
_PATIENCE = 40
_OK, _FAILED, _EXITED = 0, 1, 2  # how the last program ended
_MARK = 1 << 29  # us: what of the end of a sleep fits a small int
_LOOK_US = 2000
_DEAF_S = 2.0  # so long a program may compute after Ctrl-C without coming to a jump
_DEAF = "Ctrl-C was not heard for 2 seconds, since the program is inside a function written in C: the board was reset"


class Runner:
    """The order of programs on one board. Everything here runs in the guest's thread."""

    def __init__(self, clock: Clock, console: Console, chip: Any, banner: bytes) -> None:
        self.clock = clock
        self.console = console
        self.chip = chip
        self.repl = Repl(console.write, banner)
        self.ready = threading.Event()
        self._flash_has: Callable[[str], bool] = lambda path: False
        self._stage = "boot"
        self._program: Program | None = None
        self._completion: Completion | None = None
        self._file = ""
        self._failed = False
        self._hard = True
        self.usb_starts: Callable[[], None] = lambda: None
        self.boot_is_silent = False  # the serial port is there after boot.py only (RP2040's USB)
        self._calls_at_tick = -1
        self._ctrl_c_s = 0.0  # when a Ctrl-C came that the program has not seen yet; 0: there is none
        self._deaf_ticks = 0
        chip.power.wait = self._wait
        self._silent_ticks = 0
        console.stall = self._stall
        console.wait_for_input = lambda: self._wait(None, on_input=True)

    def connect(
        self, calls: Hypercalls, act: Callable[[], None], noted: Callable[[], bool], has_file: Callable[[str], bool]
    ) -> None:
        self._hypercalls = calls
        self._act = act
        self.noted = noted
        self._flash_has = has_file

    def begin(self, cause: SoftReset | HardReset) -> None:
        """A new life of the interpreter starts."""
        self._hard = isinstance(cause, HardReset)
        if isinstance(cause, SoftReset):
            self.console.write(b"MPY: soft reboot\r\n")
        else:
            self.repl.raw = False
            if not self.boot_is_silent:
                self.usb_starts()
            if cause.text:
                self.console.write(cause.text.encode() + b"\r\n")
            self.console.write(self.chip.boot_rom.text.encode())
        self._stage = "boot"
        self._program = None
        self._calls_at_tick = -1
        self._ctrl_c_s = 0.0

    # -- attention -------------------------------------------------------------------------------

    def on_tick(self) -> None:
        """Every few milliseconds while the guest computes."""
        self._silent_ticks = self._silent_ticks + 1 if self._calls_at_tick == self.clock.calls else 0
        if self._silent_ticks > (_PATIENCE if self.clock.jumps else 0):  # a loop that calls nothing
            us = int(TICK_S * 1e6 * min(self.clock.speed, _SLOWER))
            event_us = self.clock.next_event_us()
            if event_us is not None:  # an interrupt on the way comes at its time
                us = max(0, min(us, event_us - self.clock.now_us()))
            self.clock.spend(us)
        self._calls_at_tick = self.clock.calls
        self._attend()
        if self._ctrl_c_s:
            self._watch_ctrl_c()

    def _watch_ctrl_c(self) -> None:
        if not self._hypercalls.ctrl_c_waits:
            self._ctrl_c_s = 0.0
            return
        self._deaf_ticks += 1  # counted too: a host that has no time for the board is not a deaf program
        if self._deaf_ticks * TICK_S > _DEAF_S / 2 and time.monotonic() - self._ctrl_c_s > _DEAF_S:
            raise HardReset("fault", text=_DEAF)

    def _attend(self) -> None:
        self._act()
        if self.clock.due():
            self.clock.run_due()
        if self.console.on_wire:
            self.console.arrive()
        if self.console.pressed:
            self.console.pressed = False
            self._hypercalls.press_ctrl_c()
            if not self._ctrl_c_s:
                self._ctrl_c_s, self._deaf_ticks = time.monotonic(), 0

    def _wait(self, until_us: int | None, *, on_input: bool = False) -> None:
        """Stand still until a time, an interrupt, or input; events on the way happen."""
        clock, console, calls = self.clock, self.console, self._hypercalls

        byte_us: int | None = None

        def comes_us() -> int | None:
            return console.comes_us(on_input)

        def ready() -> bool:
            return console.pressed or self.noted() or (on_input and bool(console.waiting)) or comes_us() != byte_us

        while True:
            console.arrive()
            if console.pressed:
                self._attend()
                return
            self._attend()
            if calls.interrupts_wait or (on_input and console.waiting):
                return
            if until_us is not None and clock.now_us() >= until_us:
                return
            event_us = clock.next_event_us()
            target_us = event_us if until_us is None else until_us if event_us is None else min(until_us, event_us)
            real_pace = self.prompts()
            byte_us = comes_us()
            if byte_us is not None and (target_us is None or byte_us <= target_us):
                target_us, real_pace = byte_us, False  # a byte is on its way: that takes the board's time, nobody's else
            clock.sleep_until(target_us, real_pace=real_pace, ready=ready, comes_us=comes_us)

    def prompts(self) -> bool:
        """Whether the board waits at its prompt."""
        return self._stage == "prompt" and self._program is None

    def _sleep(self, until_us: int) -> None:
        if not (self.clock.jumps and self._quiet() and self.clock.jump_to(until_us)):
            self._wait(until_us)

    @operation
    def sleep_ms(self, ms: int, mark: int, _: int) -> int:
        """Returns how many ms are left, and a mark of the end to come back with; 0, 0: it is over."""
        until_us = self.clock.now_us() + ms * 1000
        if mark:  # woken by an interrupt, and back: the end stays where it was
            until_us += (mark - 1 - until_us + _MARK // 2) % _MARK - _MARK // 2
        self._sleep(until_us)
        left_us = until_us - self.clock.now_us()
        self._hypercalls.registers[2] = until_us % _MARK + 1 if left_us > 0 else 0
        return left_us // 1000 if left_us > 0 else 0

    @operation
    def sleep_us(self, us: int, *_: int) -> int:
        until_us = self.clock.now_us() + us
        self._sleep(until_us)
        return max(0, until_us - self.clock.now_us())

    @operation
    def wait_ms(self, ms: int, *_: int) -> int:
        """For the loop of asyncio: until input, an interrupt or the time. Returns ticks_ms()."""
        clock = self.clock
        until_us = None if ms >= _FOREVER_MS else clock.now_us() + ms * 1000
        if not (clock.jumps and until_us and self._quiet() and clock.jump_to(until_us)):
            self._wait(until_us, on_input=True)
        return clock.now_us() // 1000 & _TICKS_MASK

    @operation
    def wait_console(self, ms: int, mask: int, _: int) -> int:
        """select.poll on the console alone. Returns what is ready; the time and what is left of `ms` beside it."""
        clock = self.clock
        before_us = clock.now_us()
        ready = self.console.console_ready(mask)
        if ms and not ready:  # input that nobody watches wakes too: it costs a turn of the loop, no more
            if mask & WRITABLE:
                self._wait_writable(mask, before_us + ms * 1000 if ms < _FOREVER_MS else None)
            else:
                self.wait_ms(ms)
            ready = self.console.console_ready(mask)
        now_us = clock.now_us()
        registers = self._hypercalls.registers
        registers[2] = now_us // 1000 & _TICKS_MASK
        registers[3] = ms - (now_us - before_us) // 1000
        return ready

    def _wait_writable(self, mask: int, until_us: int | None) -> None:
        """Until the host has taken something, or sent what is asked for: looked at every 2 ms, since a port tells nobody."""
        console, clock = self.console, self.clock
        patience_s = time.monotonic() + STALL_S  # as fast as possible: for the host to read at all
        while not console.console_ready(mask) and (until_us is None or clock.now_us() < until_us):
            if clock.jumps and time.monotonic() < patience_s:
                time.sleep(_LOOK_US / 1e6)
                self._attend()
            else:
                look_us = clock.now_us() + _LOOK_US
                self._wait(look_us if until_us is None else min(until_us, look_us), on_input=mask != WRITABLE)
            if self._hypercalls.interrupts_wait or self._hypercalls.ctrl_c_waits:
                return

    def _stall(self) -> None:
        """A CDC whose host reads nothing: so long it waits before it drops what is written."""
        self.clock.spend(int(STALL_S * 1e6))
        if self.clock.due():
            self.clock.run_due()

    @operation
    def wait_key(self, key: int, mask: int, _: int) -> int:
        """asyncio: until ticks_ms() is `key`, or an interrupt, or input that `mask` asks for.

        Returns what is ready; the time beside it.
        """
        clock, console = self.clock, self.console
        now_ms = clock.now_us() // 1000
        left_ms = (key - now_ms + _TICKS_HALF & _TICKS_MASK) - _TICKS_HALF
        if left_ms > 0 and not (mask and console.waiting):
            until_us = (now_ms + left_ms) * 1000
            if not (clock.jumps and self._quiet() and clock.jump_to(until_us)):
                self._wait(until_us, on_input=True)
        self._hypercalls.registers[2] = clock.now_us() // 1000 & _TICKS_MASK
        return console.console_ready(mask)

    def _quiet(self) -> bool:
        """Nothing wants attention: the short way through a sleep, tens of thousands of times a second."""
        console = self.console
        return not (console.waiting or console.pressed or console.on_wire or self.noted() or self._hypercalls.interrupts_wait)

    @operation
    def idle(self, *_: int) -> None:
        self._wait(self.clock.now_us() + 1000)

    # -- programs --------------------------------------------------------------------------------

    @operation
    def begin_program(self, *_: int) -> None:
        self._failed = False
        self.console.listen_for_interrupt(CTRL_C)

    @operation
    def end_program(self, *_: int) -> None:
        self.console.interrupt_char = -1
        self.console.pressed = False
        self._hypercalls.release_ctrl_c()

    @operation
    def error(self, *_: int) -> None:
        """The program raised something: what it prints until `error_end` tells it.

        From here on Ctrl-C interrupts nothing, as on a board (shared/runtime/pyexec.c): a second one
        would end what tells of the first.
        """
        self.end_program()
        self._failed = True
        if self._program is not None and self._program.raw:
            self.console.write(b"\x04")
        self.console.error_begin()

    @operation
    def next_program(self, result: int, *_: int) -> int:
        """The last program ended with `result`: what comes now?"""
        if result == _EXITED:
            if self._program is not None and self._program.raw:
                self.console.write(b"\x04\x04")
            raise SoftReset
        failed = result == _FAILED
        if self._stage == "boot":
            self._stage = "after boot"
            if self._flash_has("/boot.py"):
                self._file = "boot.py"
                self.console.silent = self.boot_is_silent and self._hard
                return _FILE
            failed = False
        if self._stage == "after boot":
            self.console.silent = False
            self.usb_starts()
            self._stage = "after main"
            if not failed and not self.repl.raw and self._flash_has("/main.py"):
                self._file = "main.py"
                self.ready.set()
                return _FILE
        if self._stage == "after main":
            self._stage = "prompt"
            self.repl.start()
            self.ready.set()
        if self._program is not None:
            program, self._program = self._program, None
            self.repl.finished(program, self._failed)
        return self._prompt()

    def _prompt(self) -> int:
        while self.console.waiting:
            answer = self.repl.feed(self.console.take(1)[0])
            if answer is SOFT_RESET:
                raise SoftReset
            if isinstance(answer, Completion):
                self._completion = answer
                kind = "import" if answer.modules else "name"
                self._hypercalls.hold(f"{kind}\n{'.'.join(answer.path)}\n{answer.start}".encode())
                return _COMPLETE
            if isinstance(answer, Program):
                self._program = answer
                self._hypercalls.hold(answer.source)
                return _SINGLE if answer.single else _EXEC
        self._wait(None, on_input=True)
        return _NOTHING

    @text
    def completed(self, names: str) -> str:
        """The names that begin as what stands before a Tab."""
        if self._completion is not None:
            self.repl.completed(sorted(names.split("\n")) if names else [], self._completion)
            self._completion = None
        return ""

    @text
    def path(self, _: str) -> str:
        return self._file
