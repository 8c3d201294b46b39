# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""potluck's deploy beside mpremote, mpytool, belay and ampy: the same nine files, on boards of the same kind.

Seconds are those of the whole program, its start included. What is compared is the time until the files are on
the board; for potluck that is until they were verified there and switched to. It then starts the recipe and waits
for its first sample, which no peer does: that comes on top and stands in the note.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from statistics import median_low

from bench import deploy_board as boards
from bench import deploy_files as weather
from bench import deploy_tools as tools
from bench.rows import Row

LINES = {"pico": "pico, USB", "esp32_devkitc": "esp32, UART 115200"}
FIRST, KNOWN, SAME, ONCE, CHANGED = (
    "first, virgin board", "first, runtime is there", "nothing changed", "first change ever, one line of 10 KB",
    "one line of a 10 KB file changed",
)  # fmt: skip
MOST_SENT = {KNOWN: "≤ 11,000", SAME: "≤ 700", ONCE: "≤ 2,000", CHANGED: "≤ 2,000"}
NOTES = {
    FIRST: "launcher, receiver, runtime and configuration travel too; ",
    KNOWN: "both slots hold a small recipe with this runtime; ",
    ONCE: "the other slot holds a small recipe; what did not change is on the board already and is stood on; ",
    CHANGED: "both slots hold this recipe; ",
}
# What a peer's run is compared with: it keeps nothing of its own on a board, so a first copy is a first copy.
PEERS = {FIRST: FIRST, KNOWN: FIRST, SAME: SAME, ONCE: CHANGED, CHANGED: CHANGED}

Runs = dict[str, list[boards.Run]]


def measure() -> list[Row]:
    if os.name != "posix":
        raise SystemExit("pseudo-terminals are POSIX")
    peers, rows = tools.peers(), []
    with tempfile.TemporaryDirectory() as home:
        for kind, line in LINES.items():
            beside = {tool: _together([_peer(tool, kind, Path(home)) for _ in range(tool.times)]) for tool in peers}
            own = _together([_own(kind) for _ in range(tools.TIMES)])
            rows += _rows(line, own, beside)
    size = sum(map(len, weather.files().values()))
    rows[0] = Row(rows[0].what, rows[0].value, rows[0].unit, rows[0].aim,
                  f"9 files, {size} B of source; medians on {tools.TIMES} boards (ampy: one), of {tools.CHANGES} changes on each; "
                  f"{rows[0].note}")  # fmt: skip
    return rows


def _peer(tool: tools.Tool, kind: str, home: Path) -> Runs:
    """A fresh board: the first copy, the same again, and then some times with a line changed."""
    with tempfile.TemporaryDirectory(dir=home) as folder, boards.board(kind) as (virtual, port):
        def once(version: int = 1, one: str = "") -> boards.Run:
            src = Path(folder) / "src"
            src.mkdir(exist_ok=True)
            for name, content in weather.files(version=version).items():
                if not (src / name).exists() or (src / name).read_bytes() != content:
                    (src / name).write_bytes(content)
            if tool.compiled:
                made = Path(folder) / "made"
                tools.compile_folder(src, made)
                src = made
            run = boards.run(tool.command(src, port.name, one), port)
            wrong = run.failure or boards.check(virtual, src, same_bytes=tool.same_bytes)
            return boards.Run(run.seconds, run.sent, run.received, failure=wrong)

        # ampy compares nothing: who uses it names the file that changed.
        changed = Path(weather.CHANGED).with_suffix(".mpy" if tool.compiled else ".py").name
        named = changed if tool.name == "ampy" else ""
        return {FIRST: [once()], SAME: [once()], CHANGED: [once(2 + turn, named) for turn in range(tools.CHANGES)]}


def _own(kind: str) -> Runs:
    """potluck: a virgin board; then one that has run two versions of a small recipe, which gets the nine files."""
    runs: Runs = {}
    with tempfile.TemporaryDirectory() as folder:
        recipe = Path(folder) / "weather-mast"
        recipe.mkdir()

        def once(port, what: str, **write) -> None:
            for path in recipe.iterdir():
                path.unlink()
            weather.write_recipe(recipe, **write)
            # What this computer knows of boards from other days would make the first deploys look small.
            run = boards.run(tools.potluck(recipe, port.name), port, env={"POTLUCK_CACHE_DIR": f"{folder}/{cache}"})
            if run.failure:
                raise SystemExit(f"potluck deploy failed on {kind}, {what}: {run.failure}")
            runs.setdefault(what, []).append(run)

        cache = "virgin"
        with boards.board(kind) as (_, port):
            once(port, FIRST)
        cache = "known"
        with boards.board(kind) as (_, port):
            for version in (1, 2):
                once(port, "not counted", modules=False, version=version)
            once(port, KNOWN)
            once(port, SAME)
            once(port, ONCE, version=2)
            for turn in range(tools.CHANGES):
                once(port, CHANGED, version=3 + turn)
    return runs


def _together(many: list[Runs]) -> Runs:
    return {what: [run for runs in many for run in runs.get(what, ())] for what in many[0]}


def _rows(line: str, own: Runs, beside: dict[tools.Tool, Runs]) -> list[Row]:
    rows = []
    for what, of_peers in PEERS.items():
        theirs = {tool: _median(runs[of_peers]) for tool, runs in beside.items()}
        best = min((run.there_s for run in theirs.values() if not run.failure), default=0.0)
        mine = _median(own[what])
        rows.append(Row(
            f"deploy, {line}, {what}: potluck (.mpy)", mine.there_s, "s",
            f"< {best:.3f}" if best and what != FIRST else "",
            f"{NOTES.get(what, '')}{_bytes(mine)}; start and first sample took {mine.after_s:.2f} s more",
        ))  # fmt: skip
        if what in MOST_SENT:
            rows.append(Row(f"deploy, {line}, {what}: potluck, sent", mine.sent, "B", MOST_SENT[what]))
        if what == of_peers:
            rows += [_peer_row(f"deploy, {line}, {what}: {tool.title}", run, beside[tool][what]) for tool, run in theirs.items()]
    return rows


def _peer_row(what: str, run: boards.Run, runs: list[boards.Run]) -> Row:
    failed = [one for one in runs if one.failure]
    if run.failure:
        return Row(what, len(runs) - len(failed), f"of {len(runs)} runs", note=f"fails: {run.failure}")
    also = f"; {len(failed)} of {len(runs)} failed: {failed[0].failure}" if failed else ""
    return Row(what, run.seconds, "s", note=_bytes(run) + also)


def _median(runs: list[boards.Run]) -> boards.Run:
    """The middle one by time of those that did not fail; a failed one when none did it."""
    good = [run for run in runs if not run.failure]
    if not good:
        return runs[0]
    middle = median_low([run.there_s for run in good])
    return next(run for run in good if run.there_s == middle)


def _bytes(run: boards.Run) -> str:
    return f"{run.sent:,} / {run.received:,} B sent / received"
