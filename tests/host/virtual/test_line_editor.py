# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The control keys of the prompt's line, one by one, and that the terminal shows what the line is."""

import pytest

from potluck.virtual.line_editor import LineEditor


class Screen:
    """One line of a terminal: prints over what is there, knows backspace."""

    def __init__(self):
        self.cells, self.at = [], 0

    def write(self, data):
        for char in data.decode():
            if char == "\b":
                self.at -= 1
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
    editor.remember("older")
    editor.remember("newer")
    editor.start("")
    for byte in typed.encode():
        assert editor.feed(byte) is None
    assert screen.text == line
    assert editor.feed(13) == line
