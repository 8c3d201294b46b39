# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Takes the README's picture: `python -m bench.capture` runs `potluck try plant-waterer` on a real
pseudo-terminal and draws what it shows as docs/try.svg. POSIX only, as terminals are."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from html import escape

from bench.kit import ROOT

COLUMNS, LINES = 88, 40
SECONDS = 16
COMMAND = "potluck try plant-waterer"
OUT = ROOT / "docs" / "try.svg"

_COLOURS = {
    30: "#6e7681", 31: "#ff7b72", 32: "#7ee787", 33: "#e3b341", 34: "#79c0ff", 35: "#d2a8ff", 36: "#76e3ea",
    37: "#f0f6fc", 90: "#8b949e", 91: "#ff7b72", 92: "#7ee787", 93: "#e3b341", 94: "#79c0ff", 95: "#d2a8ff",
    96: "#76e3ea", 97: "#ffffff",
}  # fmt: skip
_PAPER, _INK = "#0d1117", "#c9d1d9"
_PART = re.compile(r"\x1b\[([?\d;]*)([A-Za-z])|\x1b\][^\x07]*\x07|\x1b.|([\r\n\b])|([^\x1b\r\n\b]+)", re.S)

Cell = tuple[str, str]  # character, style ("" or SVG attributes)


class Screen:
    """As much of a terminal as potluck uses: text, line moves, erasing, bold, faint and 16 colours."""

    def __init__(self) -> None:
        self.lines: list[list[Cell]] = [[]]
        self.row = self.column = 0
        self._bold = self._faint = False
        self._colour = 0

    def feed(self, text: str) -> None:
        for numbers, letter, control, words in _PART.findall(text):
            if words:
                for character in words:
                    self._put(character)
            elif control == "\n":
                self._down(1)
            elif control == "\r":
                self.column = 0
            elif control == "\b":
                self.column = max(0, self.column - 1)
            elif letter:
                self._obey(letter, [int(n) if n.isdigit() else 0 for n in numbers.split(";")])

    def _put(self, character: str) -> None:
        line = self.lines[self.row]
        line.extend([(" ", "")] * (self.column + 1 - len(line)))
        line[self.column] = (character, self._style())
        self.column += 1

    def _style(self) -> str:
        style = f' fill="{_COLOURS[self._colour]}"' if self._colour else ""
        return (
            style + (' font-weight="bold"' if self._bold else "") + (' opacity="0.65"' if self._faint else "")
        )

    def _down(self, count: int) -> None:
        self.row += count
        while len(self.lines) <= self.row:
            self.lines.append([])

    def _obey(self, letter: str, numbers: list[int]) -> None:
        count = max(1, numbers[0])
        if letter == "A":
            self.row = max(0, self.row - count)
        elif letter == "B":
            self._down(count)
        elif letter == "C":
            self.column += count
        elif letter == "G":
            self.column = count - 1
        elif letter == "K":
            line = self.lines[self.row]
            del line[0 if numbers[0] == 2 else self.column :]
        elif letter == "J":
            del self.lines[self.row][self.column :]
            del self.lines[self.row + 1 :]
        elif letter == "m":
            for number in numbers:
                self._dress(number)

    def _dress(self, number: int) -> None:
        if number == 0:
            self._bold = self._faint = False
            self._colour = 0
        elif number in (1, 2):
            self._bold, self._faint = number == 1 or self._bold, number == 2 or self._faint
        elif number == 22:
            self._bold = self._faint = False
        elif number == 39:
            self._colour = 0
        elif number in _COLOURS:
            self._colour = number


def run(seconds: float = SECONDS) -> str:
    """What the command writes to a terminal of COLUMNS × LINES, ended by Ctrl-C after a while."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    env = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES", "COLORTERM")}
    with tempfile.TemporaryDirectory() as folder:
        # Folders of its own: no log of the person's grows by it, and no name of theirs is in the picture.
        env.update(TERM="xterm-256color", POTLUCK_DATA_DIR=folder, POTLUCK_RUNTIME_DIR="/tmp/potluck")
        process = subprocess.Popen(
            [sys.executable, "-m", *COMMAND.split()],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=env,
            cwd=folder,
        )
        os.close(theirs)
        threading.Timer(seconds, process.send_signal, (signal.SIGINT,)).start()
        said = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the terminal's other end is closed: the program has ended
                break
            if not piece:
                break
            said += piece
        if process.wait(30) not in (0, 130):
            raise SystemExit(said.decode(errors="replace"))
    return said.decode()


def draw(screen: Screen) -> str:
    """The screen as an SVG that needs no font and no script from elsewhere."""
    prompt = [("$", ' opacity="0.65"'), (" ", ""), *((c, ' font-weight="bold"') for c in COMMAND)]
    lines = [prompt, *screen.lines]
    while lines and not any(character.strip() for character, _ in lines[-1]):
        lines.pop()
    width, height, step = COLUMNS * 8.43 + 32, len(lines) * 19 + 30, 19
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" height="{height}">',
        "<!-- SPDX-FileCopyrightText: 2026 the potluck authors -->",
        "<!-- SPDX-License-Identifier: CC-BY-4.0 -->",
        "<!-- made by: python -m bench.capture -->",
        f"<title>{escape(COMMAND)}, as a terminal shows it</title>",
        f'<rect width="100%" height="100%" rx="8" fill="{_PAPER}"/>',
        f'<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="14" fill="{_INK}" xml:space="preserve">',
    ]
    for number, line in enumerate(lines):
        y = 28 + number * step
        for start, text, style in _runs(line):
            text = text.rstrip()
            if text:
                length = len(text) * 8.43
                out.append(
                    f'<text x="{16 + start * 8.43:.1f}" y="{y}" textLength="{length:.1f}"{style}>{escape(text)}</text>'
                )
    return "\n".join([*out, "</g>", "</svg>", ""])


def _runs(line: list[Cell]) -> list[tuple[int, str, str]]:
    """(column, text, style) of neighbours that look alike."""
    runs: list[tuple[int, str, str]] = []
    for column, (character, style) in enumerate(line):
        if runs and runs[-1][2] == style:
            runs[-1] = (runs[-1][0], runs[-1][1] + character, style)
        else:
            runs.append((column, character, style))
    return runs


if __name__ == "__main__":
    screen = Screen()
    screen.feed(run())
    OUT.write_text(draw(screen), "utf-8")
    print(OUT.relative_to(ROOT))
