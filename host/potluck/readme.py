# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A remix's README: what was copied from the parent speaks of the copy, and no link of it leads nowhere."""

from __future__ import annotations

import os.path
import re
from pathlib import Path

from potluck.model import Recipe

FILE = "README.md"
MAX_BYTES = 256 * 1024  # a longer one is copied as it is
# Bounded, so that no stranger's line takes longer than its length.
_LINK = re.compile(r"(!?)\[([^\[\]\n]{0,500})\]\(([^()\s]{1,500})\)")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.I)  # an address: not ours to judge
_DRAWN = {"schematics", "drawings"}  # folders of hardware/schematics and `potluck draw`


def remixed(text: str, parent: Recipe, name: str, there: Path) -> str:
    """The parent's README for the remix called ``name``; there: the folder that it will lie in.

    Command lines name the remix. Of the links that lead out of the parent's folder, those that lead somewhere from
    the new one stay. The parent's drawings are never the remix's: a picture, and a table's row of links to them,
    become the command that draws them. What is left of any other link is its words.
    """
    text = re.sub(rf"(\bpotluck [a-z]+ ){re.escape(parent.name)}(?![\w-])", rf"\g<1>{name}", text)
    made = [_line(line, parent, name, there) for line in text.splitlines(keepends=True)]
    if not any(dropped for _, dropped in made):
        return text
    note = f"Remixed from {parent.name} {parent.version}. `potluck draw {name}` draws its pictures, build sheets and schematics."
    return _after_title("".join(line for line, _ in made), note)


def _line(line: str, parent: Recipe, name: str, there: Path) -> tuple[str, bool]:
    """The line for the remix, and whether a link of it was dropped."""
    told: set[str] = set()
    dropped = False

    def link(found: re.Match) -> str:
        nonlocal dropped
        image, words, target = found.groups()
        path = target.partition("#")[0]
        if not path or _ELSEWHERE.match(path) or _inside(path):
            return found[0]
        steps = path.split("/")
        drawn = parent.name in steps and bool(_DRAWN & set(steps))
        if not drawn and os.path.exists(os.path.normpath(there / path)):
            return found[0]
        dropped = True
        board = next((f" --board {board}" for board in parent.boards if board in steps), "")
        command = f"`potluck draw {name}{board}`"
        if drawn and line.startswith("|"):
            told_before = command in told
            told.add(command)
            return "" if told_before else command
        return f"*{words}: {command}*" if image and drawn else words

    return _LINK.sub(link, line), dropped


def _inside(path: str) -> bool:
    """Whether a relative path stays in the folder that it begins in."""
    depth = 0
    for step in path.split("/"):
        depth += -1 if step == ".." else 0 if step in ("", ".") else 1
        if depth < 0:
            return False
    return not path.startswith("/")


def _after_title(text: str, note: str) -> str:
    line = "\r\n" if "\r\n" in text else "\n"
    title = re.search(r"^# [^\r\n]*\r?\n", text, re.M)
    if not title:
        return f"{note}{line}{line}{text}"
    return f"{text[:title.end()]}{line}{note}{line}{text[title.end():]}"
