# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a rescue does at the prompt: stop the watchdog, look, rename. The board's half is snippets/aside.py."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import NamedTuple

from potluck.at_prompt import QUIET_WATCHDOG
from potluck.errors import FirmwareError, RescueFailed
from potluck.link.repl import Repl
from potluck.link.snippet import snippet


class Aside(NamedTuple):
    """A file that was renamed."""

    was: str
    now: str


class OnBoard:
    """All methods may raise FirmwareError, BoardSilent and PortGone."""

    def __init__(self, repl: Repl):
        self._repl = repl
        # before anything else: a watchdog that the stopped program armed must not bite us
        repl.exec(QUIET_WATCHDOG)
        repl.exec(snippet(Path(__file__).parent / "snippets" / "aside.py"))

    def programs(self) -> dict[str, str]:
        """/boot.py and /main.py as far as they are there → "launcher" (potluck's), "own", or "idle" (no code)."""
        return self._ask("programs()")

    def put_aside(self, path: str) -> Aside:
        """Rename; raises RescueFailed when the file system does not let it."""
        try:
            return Aside(path, self._ask(f"aside({path!r})"))
        except FirmwareError as wrong:
            raise RescueFailed(
                f"the prompt is open, but {path} could not be renamed: {wrong.what}",
                where=self._repl.link.name,
                do="the file system may be damaged: potluck doctor looks at it",
            ) from wrong

    def _ask(self, call: str):
        return ast.literal_eval(self._repl.exec(call).decode("utf-8", "replace").strip())
