# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The editable line at a board's prompt: echo, cursor keys, history, automatic indent, completion.

It answers each byte with the bytes that MicroPython's shared/readline/readline.c and py/repl.c
answer with, as the boards' ports configure them (extra features).
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Callable
from dataclasses import dataclass

_HISTORY = 8  # lines a board remembers
_COMPOUND = re.compile(r"@|(if|while|for|try|with|def|class|async)(?![A-Za-z0-9_])")
_KEYS = {  # what follows ESC; terminals differ in Home and End
    b"[A": "up", b"[B": "down", b"[C": "right", b"[D": "left", b"[H": "home", b"[F": "end",
    b"OH": "home", b"OF": "end", b"[1~": "home", b"[4~": "end", b"[3~": "delete",
    b"[7~": "home", b"[8~": "end",
}  # fmt: skip
# Control keys of a line that is not empty (an empty one: see `repl`).
_CONTROL = {
    1: "home", 2: "left", 4: "delete", 5: "end", 6: "right", 8: "backspace", 9: "tab", 11: "kill_tail", 14: "down",
    16: "up", 21: "kill_head", 127: "backspace",
}  # fmt: skip
_INDENT = "    "
_SLOT, _WIDTH = 16, 64  # columns of a list of names
_IMPORT = "import "


@dataclass(frozen=True)
class Completion:
    """A Tab that only the running interpreter can answer.

    path    names to look up one after another, from the program's own ("machine", "Pin"); may be empty
    start   how the wanted name begins
    modules   it is a module's name, after "import "
    """

    path: tuple[str, ...]
    start: str
    modules: bool


def needs_more(source: str) -> bool:
    """Whether a board's prompt would ask for another line before it runs `source`.

    What ends in "\\n" had an empty last line. py/repl.c, mp_repl_continue_with_input.
    """
    depth, quote, i = {"(": 0, "[": 0, "{": 0}, "", 0
    while i < len(source):
        char = source[i]
        if char in "'\"":
            if quote in ("", char * 3) and source.startswith(char * 3, i):
                quote = "" if quote else char * 3
                i += 2
            elif quote in ("", char):
                quote = "" if quote else char
        elif char == "\\" and quote and source[i + 1 : i + 2] in ("'", '"', "\\"):
            i += 1
        elif not quote and char in depth:
            depth[char] += 1
        elif not quote and char in ")]}":
            depth[{")": "(", "]": "[", "}": "{"}[char]] -= 1
        i += 1
    if len(quote) == 3 or (not quote and any(open_ > 0 for open_ in depth.values())) or source.endswith("\\"):
        return True
    return _COMPOUND.match(source) is not None and not source.endswith("\n")


class LineEditor:
    """One line being typed. `feed` returns the line when Enter ends it, a `Completion` for `complete`, else None."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._history: list[str] = []
        self._prompt = self._before = self.text = ""
        self._at = 0
        self._past = -1
        self._escape: bytes | None = None
        self._indents = self._just_indented = False

    def start(self, prompt: str, before: str = "") -> None:
        """A new line; `before` is what was entered already, with a line end behind each line."""
        self._prompt, self._before, self.text = prompt, before, ""
        self._at, self._past, self._escape = 0, -1, None
        self._write(prompt.encode())
        if not before:
            self._indents, self._just_indented = True, False
        self._indent()

    def _indent(self) -> None:
        """Begin as the line before did, deeper after a colon; not after two lines of nothing but spaces."""
        lines = self._before.split("\n")[:-1]
        if not lines or not self._indents or (len(lines) > 2 and not lines[-1].strip(" ") and not lines[-2].strip(" ")):
            return
        last = lines[-1]
        count = (len(last) - len(last.lstrip(" "))) // len(_INDENT) + last.endswith(":")
        if count:
            self.text = _INDENT * count
            self._at = len(self.text)
            self._just_indented = True
            self._write(self.text.encode())

    def feed(self, byte: int) -> str | Completion | None:
        if self._escape is not None:
            self._escape_byte(byte)
        elif byte == 13:
            self._write(b"\r\n")
            if self.text and self._history[:1] != [self.text]:
                self._history = [self.text, *self._history][:_HISTORY]
            return self.text
        elif byte == 27:
            self._escape = b""
        elif self._just_indented and byte in (9, 32):  # the text brings its own indent: a pasted one, mostly
            self._indents = False
            if byte == 32:
                self._change(self.text[:-3], self._at - 3)
        elif byte in _CONTROL:
            asked = getattr(self, "_key_" + _CONTROL[byte])()
            self._just_indented = False
            return asked
        elif 32 <= byte <= 126:
            self._insert(chr(byte))
        self._just_indented = False
        return None

    def complete(self, names: list[str], wanted: Completion) -> None:
        """The names that begin so: insert what they have in common, or else list them."""
        if not names:
            if _IMPORT.startswith(wanted.start) and wanted.start and self.text[: self._at] == wanted.start:
                self._insert(_IMPORT[len(wanted.start) :])
            return
        common = os.path.commonprefix(names)
        if len(names) == 1 or len(common) > len(wanted.start):
            self._insert(common[len(wanted.start) :])
            return
        said, length = "", _WIDTH
        for name in names:
            gap = -length % _SLOT
            gap += _SLOT if gap < 2 else 0
            if length + gap + len(name) <= _WIDTH:
                said += " " * gap + name
                length += gap + len(name)
            else:
                said += "\r\n" + name
                length = len(name)
        tail = self.text[self._at :]
        self._write((said + "\r\n" + self._prompt + self.text[: self._at] + tail).encode() + _back(len(tail)))

    # -- what is shown ---------------------------------------------------------------------------

    def _change(self, text: str, at: int) -> None:
        """Another text with the cursor elsewhere: draw from the first place that may differ."""
        first = min(at, self._at)
        said = _back(self._at - first)
        if len(text) < len(self.text):
            said += b"\x1b[K"
        self.text, self._at = text, at
        self._write(said + text[first:].encode() + _back(len(text) - at))

    def _move(self, at: int) -> None:
        said = _back(self._at - at) if at < self._at else self.text[self._at : at].encode()
        self._at = at
        self._write(said)

    def _insert(self, text: str) -> None:
        self._change(self.text[: self._at] + text + self.text[self._at :], self._at + len(text))

    # -- keys ------------------------------------------------------------------------------------

    def _escape_byte(self, byte: int) -> None:
        assert self._escape is not None
        sequence = self._escape + bytes([byte])
        self._escape = sequence if any(key.startswith(sequence) and key != sequence for key in _KEYS) else None
        if sequence in _KEYS:
            getattr(self, "_key_" + _KEYS[sequence])()

    def _key_tab(self) -> Completion | None:
        whole = self._before + self.text[: self._at]
        if whole[-1:].isspace():
            self._insert(_INDENT)
            return None
        typed = self.text[: self._at]
        chain = re.search(r"[A-Za-z0-9_.]*$", typed)[0].split(".")  # type: ignore[index]
        return Completion(tuple(chain[:-1]), chain[-1], typed.startswith(_IMPORT))

    def _key_backspace(self) -> None:
        if self._at:
            head = self.text[: self._at]
            step = 4 if len(head) >= 4 and not head.strip(" ") else 1
            self._change(head[:-step] + self.text[self._at :], self._at - step)

    def _key_left(self) -> None:
        self._move(max(0, self._at - 1))

    def _key_right(self) -> None:
        self._move(min(len(self.text), self._at + 1))

    def _key_home(self) -> None:
        self._move(0)

    def _key_end(self) -> None:
        self._move(len(self.text))

    def _key_delete(self) -> None:
        if self._at < len(self.text):
            self._change(self.text[: self._at] + self.text[self._at + 1 :], self._at)

    def _key_kill_tail(self) -> None:
        self._change(self.text[: self._at], self._at)

    def _key_kill_head(self) -> None:
        self._change(self.text[self._at :], 0)

    def _key_up(self) -> None:
        if self._past + 1 < len(self._history):
            self._recall(self._past + 1)

    def _key_down(self) -> None:
        if self._past >= 0:
            self._recall(self._past - 1)

    def _recall(self, past: int) -> None:
        self._past = past
        self._move(0)
        text = self._history[past] if past >= 0 else ""
        self._change(text, 0)
        self._move(len(text))


def _back(count: int) -> bytes:
    return b"\b" * count if count <= 4 else b"\x1b[%dD" % count
