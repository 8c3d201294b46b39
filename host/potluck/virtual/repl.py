# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The prompt of a board: friendly, raw, raw paste and paste mode, one byte at a time.

`Repl.feed(byte)` says what a board would say (through `write`) and returns a `Program` when one is
complete, a `Completion` for a Tab, `SOFT_RESET` when Ctrl-D asked for it, else None. The wire format of the raw modes is the
one of MicroPython's reference manual, "The MicroPython Interactive Interpreter Mode (aka REPL)".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from potluck.virtual.line_editor import Completion, LineEditor, needs_more

CTRL_A, CTRL_B, CTRL_C, CTRL_D, CTRL_E = 1, 2, 3, 4, 5
_WINDOW = 128  # bytes of source in flight in raw paste, as on a Pico
_RAW_PROMPT = b"raw REPL; CTRL-B to exit\r\n>"
_PASTE_PROMPT = b"=== "


@dataclass(frozen=True)
class Program:
    """What to run. `raw`: its end is told by 0x04 bytes, an error goes between them."""

    source: bytes
    single: bool = False
    raw: bool = False


SOFT_RESET = "soft reset"


class Repl:
    """One board's prompt. `raw` survives a soft reset, everything else starts anew."""

    def __init__(self, write: Callable[[bytes], None], banner: bytes) -> None:
        self._write = write
        self._banner = banner
        self.raw = False
        self._editor = LineEditor(write)
        self._lines: list[str] = []
        self._buffer = bytearray()
        self._state = self._friendly

    def start(self) -> None:
        """Say hello after a boot."""
        if self.raw:
            self._enter_raw()
        else:
            self._write(self._banner)
            self._enter_friendly()

    def feed(self, byte: int) -> Program | Completion | str | None:
        return self._state(byte)

    def finished(self, program: Program, failed: bool) -> None:
        """The program ended: close its output and prompt again."""
        if program.raw:
            self._write(b"\x04>" if failed else b"\x04\x04>")
        else:
            self._enter_friendly()

    # -- friendly --------------------------------------------------------------------------------

    def _enter_friendly(self) -> None:
        self.raw = False
        self._lines = []
        self._state = self._friendly
        self._editor.start(">>> ")

    def _friendly(self, byte: int) -> Program | Completion | str | None:
        if byte in (CTRL_A, CTRL_B, CTRL_D, CTRL_E) and not self._lines and not self._editor.text:
            if byte == CTRL_A:
                self._write(b"\r\n")
                self._enter_raw()
            elif byte == CTRL_B:
                self._write(b"\r\n" + self._banner)
                self._enter_friendly()
            elif byte == CTRL_D:
                self._write(b"\r\n")
                return SOFT_RESET
            else:
                self._write(b"\r\npaste mode; Ctrl-C to cancel, Ctrl-D to finish\r\n" + _PASTE_PROMPT)
                self._buffer.clear()
                self._state = self._paste
            return None
        if byte == CTRL_C:
            self._write(b"\r\n")
            self._enter_friendly()
            return None
        if byte == CTRL_D and not self._editor.text:  # ends a block
            return self._run("\n".join(self._lines))
        line = self._editor.feed(byte)
        if not isinstance(line, str):
            return line
        self._lines.append(line)
        source = "\n".join(self._lines)
        if not source.strip():
            self._enter_friendly()
            return None
        if needs_more(source):
            self._editor.start("... ", source + "\n")
            return None
        return self._run(source)

    def _run(self, source: str) -> Program:
        self._lines = []
        return Program(source.encode() + b"\n", single=True)

    def completed(self, names: list[str], wanted: Completion) -> None:
        """The answer to a `Completion`, in the order of the board."""
        self._editor.complete(names, wanted)

    def _paste(self, byte: int) -> Program | None:
        if byte == CTRL_C:
            self._write(b"\r\n")
            self._enter_friendly()
        elif byte == CTRL_D:
            self._write(b"\r\n")
            return Program(bytes(self._buffer))
        elif byte == 13:
            self._buffer += b"\n"
            self._write(b"\r\n" + _PASTE_PROMPT)
        else:
            self._buffer.append(byte)
            self._write(bytes([byte]))
        return None

    # -- raw -------------------------------------------------------------------------------------

    def _enter_raw(self) -> None:
        self.raw = True
        self._buffer.clear()
        self._state = self._raw
        self._write(_RAW_PROMPT)

    def _raw(self, byte: int) -> Program | str | None:
        if byte == CTRL_A:
            if len(self._buffer) == 2 and self._buffer[0] == CTRL_E:
                known = self._buffer[1] == ord("A")
                self._buffer.clear()
                if known:
                    self._write(b"R\x01" + _WINDOW.to_bytes(2, "little") + b"\x01")
                    self._room = _WINDOW
                    self._state = self._raw_paste
                else:
                    self._write(b"R\x00")
            else:
                self._enter_raw()
        elif byte == CTRL_B:
            self._write(b"\r\n" + self._banner)
            self._enter_friendly()
        elif byte == CTRL_C:
            self._buffer.clear()
        elif byte == CTRL_D:
            self._write(b"OK")
            source = bytes(self._buffer)
            self._buffer.clear()
            if not source:
                self._write(b"\r\n")
                return SOFT_RESET
            return Program(source, raw=True)
        else:
            self._buffer.append(byte)
        return None

    def _raw_paste(self, byte: int) -> Program | None:
        if byte in (CTRL_C, CTRL_D):
            self._write(b"\x04")
            self._state = self._raw
            source = bytes(self._buffer)
            self._buffer.clear()
            return Program(source if byte == CTRL_D else b"raise KeyboardInterrupt", raw=True)
        self._buffer.append(byte)
        self._room -= 1
        if not self._room:
            self._write(b"\x01")
            self._room = _WINDOW
        return None
