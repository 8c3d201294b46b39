# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Verb: what a deploy would change on a board, file by file, and how much it would send. Nothing is changed."""

from __future__ import annotations

from typing import NamedTuple

from potluck.deploy import deploy
from potluck.deploy.plan import Change
from potluck.deploy.receiver import as_sent


class DryRun(NamedTuple):
    """changed: whether there is anything to do. changes: every file, those that go too, sorted by path.
    bytes: of the transfer, as it would go over the line. needed_kb: of flash, at most."""

    slot: str
    changed: bool
    changes: tuple[Change, ...]
    bytes: int
    needed_kb: int
    free_kb: int
    kept_main: str

    def as_dict(self) -> dict:
        return {
            **self._asdict(), "changes": [change._asdict() for change in self.changes],
            "kept_main": self.kept_main or None,
        }  # fmt: skip


def dry_run(recipe: str, port: str | None = None, **how) -> DryRun:
    """Ask the board what it holds and plan a deploy; what ran there is stopped for it and started again.

    how   further options of deploy: board, link, progress. Raises what deploy raises before it sends anything.
    """
    found = []

    def look(state, planned) -> bool:
        _, cut, _ = as_sent(planned.orders, state) if planned.orders else (0, [], 0)
        sent = sum(len(piece.wire) for piece in cut)
        found.append(
            DryRun(
                planned.slot, planned.changed, planned.changes, sent,
                planned.blocks * state.block // 1024, state.free_blocks * state.block // 1024, planned.kept_main,
            )  # fmt: skip
        )
        return False

    deploy(recipe, port, look=look, **how)
    return found[0]
