# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""`.potluckignore`: what lies in a recipe's folder and belongs to no recipe. gitignore's rules, the plain ones.

A line is a pattern, `#` begins a comment, `!` takes back. `*` and `?` stay within a name, `**` crosses folders; a
pattern with a `/` before its end begins at the recipe's folder, another one fits at any depth; one that ends in
`/` means folders. The last line that fits decides; what is in an ignored folder cannot be taken back.
"""

from __future__ import annotations

import re
from pathlib import Path

FILE = ".potluckignore"
MAX_BYTES = 16 * 1024


class Ignored:
    """`path in folder → bool`, for paths with "/" relative to the folder, each folder asked before its content."""

    def __init__(self, text: str = ""):
        self._rules = []
        for line in text.splitlines():
            line = line.strip()
            if line and not line.startswith("#"):
                taken_back = line.startswith("!")
                line = line.removeprefix("!")
                only_folders = line.endswith("/")
                self._rules.append((re.compile(_regex(line.rstrip("/"))), only_folders, taken_back))

    def __call__(self, path: str, is_folder: bool) -> bool:
        ignored = False
        for pattern, only_folders, taken_back in self._rules:
            if (is_folder or not only_folders) and pattern.fullmatch(path):
                ignored = not taken_back
        return ignored


def read(folder: Path) -> Ignored:
    """The folder's rules; none where there is no such file. OSError when it cannot be read."""
    try:
        with open(folder / FILE, "rb") as file:
            return Ignored(file.read(MAX_BYTES).decode("utf-8", "replace"))
    except FileNotFoundError:
        return Ignored()


def _regex(pattern: str) -> str:
    anywhere = "/" not in pattern
    parts = []
    for part in re.split(r"(\*\*/|/\*\*|\*|\?|\[[^]/]+\])", pattern.removeprefix("/")):
        if part == "**/":
            parts.append("(?:.*/)?")
        elif part == "/**":
            parts.append("/.*")
        elif part == "*":
            parts.append("[^/]*")
        elif part == "?":
            parts.append("[^/]")
        elif part.startswith("[") and part.endswith("]") and len(part) > 2:
            inner = part[1:-1].replace("\\", "\\\\")
            parts.append(f"[{'^' + inner[1:] if inner[0] in '!^' else inner}]")
        else:
            parts.append(re.escape(part))
    return ("(?:.*/)?" if anywhere else "") + "".join(parts)
