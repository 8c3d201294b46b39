# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The control keys of the prompt's line, one by one, and that the terminal shows what the line is."""

import re

import pytest

from potluck.virtual.line_editor import Completion, LineEditor, needs_more


class Screen:
    """One line of a terminal: prints over what is there, knows backspace, ESC [ n D and ESC [ K."""

    def __init__(self):
        self.cells, self.at = [], 0

    def write(self, data):
        for char in re.findall(r"\x1b\[\d*[A-Z]|.", data.decode(), re.DOTALL):
            if char == "\b":
                self.at -= 1
            elif char == "\x1b[K":
                del self.cells[self.at :]
            elif char.startswith("\x1b"):
                assert char.endswith("D")
                self.at -= int(char[2:-1])
            elif char not in "\r\n":
                self.cells[self.at : self.at + 1] = [char]
                self.at += 1

    @property
    def text(self):
        return "".join(self.cells).rstrip()


def ctrl(letter):
    return chr(ord(letter) & 31)


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("bc" + ctrl("A") + "a", "abc"),
        ("ab" + ctrl("A") + "x" + ctrl("E") + "c", "xabc"),
        ("ac" + ctrl("B") + "b", "abc"),
        ("ac" + ctrl("A") + ctrl("F") + "b", "abc"),
        ("axb" + ctrl("B") * 2 + ctrl("D"), "ab"),
        ("abcd" + ctrl("B") * 2 + ctrl("K"), "ab"),
        ("abcd" + ctrl("B") * 2 + ctrl("U"), "cd"),
        ("abcd" + ctrl("B") * 2 + ctrl("U") + "x", "xcd"),
        ("ab" + ctrl("F") + ctrl("D") + ctrl("K"), "ab"),
        (ctrl("P"), "newer"),
        (ctrl("P") * 2, "older"),
        (ctrl("P") * 2 + ctrl("N"), "newer"),
        ("longer than these" + ctrl("P"), "newer"),
        ("bc\x1b[7~a\x1b[8~d", "abcd"),
    ],
)
def test_keys(typed, line):
    screen = Screen()
    editor = LineEditor(screen.write)
    for before in ("older", "newer"):
        editor.start("")
        assert type_in(editor, before + "\r") == before
    screen.cells, screen.at = [], 0
    editor.start("")
    assert type_in(editor, typed) is None
    assert screen.text == line and screen.at <= len(line)
    assert editor.feed(13) == line


def type_in(editor, text):
    for byte in text.encode()[:-1]:
        assert editor.feed(byte) is None
    return editor.feed(text.encode()[-1])


def test_history_keeps_eight_lines_those_of_blocks_too():
    editor = LineEditor(lambda data: None)
    for line in ["for i in x:", "    y()", "    y()", "", *"abcdefg"]:
        editor.start("")
        type_in(editor, line + "\r")
    editor.start("")
    seen = []
    for _ in range(9):
        type_in(editor, "\x1b[A")
        seen.append(editor.text)
    assert seen == ["g", "f", "e", "d", "c", "b", "a", "    y()", "    y()"]


INDENTS = [
    ("for i in x:\n", "    "),
    ("if a:\n    b()\n", "    "),
    ("if a:\n    if b:\n", "        "),
    ("if a:\n    b()\n    \n", "    "),
    ("if a:\n    b()\n    \n    \n", ""),  # two lines of spaces: the block is to end
    ("x = (1,\n", ""),
]


@pytest.mark.parametrize(("before", "indent"), INDENTS)
def test_indent(before, indent):
    editor = LineEditor(lambda data: None)
    editor.start(">>> ")
    editor.start("... ", before)
    assert editor.text == indent


@pytest.mark.parametrize(
    ("typed", "line", "next_indent"),
    [("    pass", "    pass", ""), ("\tpass", "    pass", ""), ("pass", "    pass", "    "), ("\x7fpass", "pass", "")],
)
def test_pasted_code_brings_its_own_indent(typed, line, next_indent):
    screen = Screen()
    editor = LineEditor(screen.write)
    editor.start("")
    editor.start("", "def f():\n")
    type_in(editor, typed)
    assert editor.text == screen.text == line
    editor.start("", f"def f():\n{line}\n")
    assert editor.text == next_indent


def test_what_a_tab_asks_for():
    editor = LineEditor(lambda data: None)
    for typed, asked in (
        ("mach", Completion((), "mach", False)),
        ("x = machine.Pin.IR", Completion(("machine", "Pin"), "IR", False)),
        ("print(a.", Completion(("a",), "", False)),
        ("import ma", Completion((), "ma", True)),
        ("", Completion((), "", False)),
    ):
        editor.start(">>> ")
        assert type_in(editor, typed + "\t") == asked


def test_names_are_completed_as_far_as_they_agree_and_listed_then():
    said = []
    editor = LineEditor(said.append)
    editor.start(">>> ")
    editor.complete(["IRQ_FALLING", "IRQ_RISING"], type_in(editor, "machine.IR\t"))
    assert editor.text == "machine.IRQ_"
    said.clear()
    editor.complete(["IRQ_FALLING", "IRQ_RISING"], editor.feed(9))
    assert b"".join(said) == b"\r\nIRQ_FALLING     IRQ_RISING\r\n>>> machine.IRQ_"
    editor.complete(["IRQ_RISING"], type_in(editor, "R\t"))
    assert editor.text == "machine.IRQ_RISING"
    editor.start(">>> ")
    editor.complete([], type_in(editor, "im\t"))
    assert editor.text == "import "


@pytest.mark.parametrize(
    ("source", "more"),
    [
        ("x = 1", False), ("while(1):", True), ("whilex = 1", False), ("for i in x:\n    y\n", False), ("f(", True),
        ('"' * 3 + "a", True), ("'a", False), ("'it''s (", False), ("@cache", True), ("x = 1 + \\", True),
        ("if x:\n    ", True), ("'\\'('", False), ("async def f():", True), ("x = [1,\n2]", False),
    ],
)  # fmt: skip
def test_when_a_line_needs_more(source, more):
    assert needs_more(source) == more
