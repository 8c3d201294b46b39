# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""From MicroPython to a running recipe: deploy it to the board that was just flashed, and watch."""

from __future__ import annotations

from collections.abc import Callable

from potluck import link as links
from potluck.deploy import Deployed, Progress, deploy
from potluck.flash import Flashed
from potluck.watch import watch


def go_on(
    recipe: str,
    flashed: Flashed,
    sinks: list,
    *,
    for_s: float | None = None,
    progress: Progress = lambda stage, done, total: None,
    told: Callable[[Deployed], None] = lambda deployed: None,
):
    """What watch gives: its summary. told: called once the recipe lives. Raises what deploy and watch raise."""
    deployed = deploy(recipe, flashed.port, progress=progress)
    told(deployed)
    with links.open_port(deployed.port) as line:
        return watch(line, sinks, for_s=for_s)
