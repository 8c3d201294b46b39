# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A board at the other end of a line: found, opened, talked to. Everything else here is detail.

    with link.open_port(link.choose(None)) as line:
        line.read(0.5)

A link carries bytes both ways and knows nothing of frames or of the REPL (that is link.repl).
"""

from potluck.link.base import Link
from potluck.link.find import Found, board_at, choose, find_boards
from potluck.link.names import open_port, resolve

__all__ = ["Found", "Link", "board_at", "choose", "find_boards", "open_port", "resolve"]
