# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The editable line at a board's prompt: echo, cursor keys, history, automatic indent."""

from __future__ import annotations

from collections.abc import Callable

_HISTORY = 8  # lines a board remembers
_COMPOUND = ("if ", "while ", "for ", "try:", "with ", "def ", "class ", "async ", "@")
_KEYS = {  # what follows ESC; terminals differ in Home and End
    b"[A": "up", b"[B": "down", b"[C": "right", b"[D": "left", b"[H": "home", b"[F": "end",
    b"OH": "home", b"OF": "end", b"[1~": "home", b"[4~": "end", b"[3~": "delete",
    b"[7~": "home", b"[8~": "end",
}  # fmt: skip
# Control keys of a line that is not empty (an empty one: see `repl`), as shared/readline has them.
_CONTROL = {
    1: "home", 2: "left", 4: "delete", 5: "end", 6: "right", 11: "kill_tail", 14: "down", 16: "up", 21: "kill_head",
}  # fmt: skip


def needs_more(source: str, *, last: str, first: bool) -> bool:
    """Whether a board's prompt would ask for another line before it runs `source`."""
    if source.endswith("\\"):
        return True
    depth, quote, triple, i = 0, "", False, 0
    while i < len(source):
        char = source[i]
        if quote:
            if char == "\\":
                i += 1
            elif triple and source.startswith(quote * 3, i):
                quote, triple, i = "", False, i + 2
            elif not triple and char in (quote, "\n"):
                quote = ""
        elif char in "'\"":
            quote, triple = char, source.startswith(char * 3, i)
            i += 2 if triple else 0
        elif char == "#":
            end = source.find("\n", i)
            i = len(source) if end < 0 else end
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        i += 1
    if depth > 0 or (quote and triple):
        return True
    if source.startswith(_COMPOUND):
        return first or bool(last.strip())
    return False


class LineEditor:
    """One line being typed. `feed` returns the line when Enter ends it."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._history: list[str] = []
        self.start("", quiet=True)

    def start(self, prompt: str, *, indent_like: str = "", quiet: bool = False) -> None:
        """A new line, indented as the one before it (and deeper after a colon)."""
        spaces = len(indent_like) - len(indent_like.lstrip(" "))
        if indent_like.rstrip().endswith(":"):
            spaces += 4
        self.text = " " * spaces
        self._at = len(self.text)
        self._escape: bytearray | None = None
        self._past = 0
        self._pending = bytearray()
        if not quiet:
            self._write((prompt + self.text).encode())

    def remember(self, source: str) -> None:
        if not self._history or self._history[0] != source:
            self._history = [source, *self._history][:_HISTORY]

    def feed(self, byte: int) -> str | None:
        if self._escape is not None:
            self._escape_byte(byte)
        elif byte in (10, 13):
            self._write(b"\r\n")
            return self.text
        elif byte == 27:
            self._escape = bytearray()
        elif byte in (8, 127):
            self._backspace()
        elif byte == 9:
            self._insert("    ")
        elif byte in _CONTROL:
            getattr(self, "_key_" + _CONTROL[byte])()
        elif byte >= 32:
            self._pending.append(byte)
            try:
                text = self._pending.decode()
            except UnicodeDecodeError:
                if len(self._pending) < 4:
                    return None
                text = ""
            self._pending.clear()
            self._insert(text)
        return None

    def _insert(self, text: str) -> None:
        tail = self.text[self._at :]
        self.text = self.text[: self._at] + text + tail
        self._at += len(text)
        self._write((text + tail).encode() + b"\b" * len(tail))

    def _replace_tail(self, tail: str) -> None:
        gone = len(self.text) - self._at - len(tail)
        self.text = self.text[: self._at] + tail
        self._write(tail.encode() + b" " * max(0, gone) + b"\b" * (len(tail) + max(0, gone)))

    def _backspace(self) -> None:
        if not self._at:
            return
        before = self.text[: self._at]
        step = 4 if before.endswith("    ") and not before.strip() and len(before) % 4 == 0 else 1
        tail = self.text[self._at :]
        self.text = before[:-step] + tail
        self._at -= step
        self._write(b"\b" * step + tail.encode() + b" " * step + b"\b" * (len(tail) + step))

    def _escape_byte(self, byte: int) -> None:
        assert self._escape is not None
        self._escape.append(byte)
        sequence = bytes(self._escape)
        if sequence in _KEYS:
            self._escape = None
            getattr(self, "_key_" + _KEYS[sequence])()
        elif not any(key.startswith(sequence) for key in _KEYS):
            self._escape = None

    def _key_left(self) -> None:
        if self._at:
            self._at -= 1
            self._write(b"\b")

    def _key_right(self) -> None:
        if self._at < len(self.text):
            self._write(self.text[self._at].encode())
            self._at += 1

    def _key_home(self) -> None:
        self._write(b"\b" * self._at)
        self._at = 0

    def _key_end(self) -> None:
        self._write(self.text[self._at :].encode())
        self._at = len(self.text)

    def _key_delete(self) -> None:
        if self._at < len(self.text):
            self._replace_tail(self.text[self._at + 1 :])

    def _key_kill_tail(self) -> None:
        self._replace_tail("")

    def _key_kill_head(self) -> None:
        tail = self.text[self._at :]
        self._key_home()
        self._replace_tail(tail)

    def _key_up(self) -> None:
        self._recall(1)

    def _key_down(self) -> None:
        self._recall(-1)

    def _recall(self, step: int) -> None:
        past = self._past + step
        if not 0 <= past <= len(self._history):
            return
        self._past = past
        self._key_home()
        text = self._history[past - 1] if past else ""
        self._replace_tail(text)
        self._key_end()
