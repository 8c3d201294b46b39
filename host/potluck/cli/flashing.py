# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""How a flash looks: a bar for one board, a line for each of several."""

from __future__ import annotations

import shutil
import sys
import threading

import click

from potluck.cli.loading import Loading
from potluck.cli.output import Output
from potluck.cli.pictures import picture
from potluck.flash.watcher import Plan, Watcher

STEPS = {
    "look": "asking the board what it is",
    "load": "loading the firmware",
    "enter": "bringing the board into its bootloader",
    "write": "writing",
    "back": "waiting for the board to come back",
    "verify": "comparing its flash with the file",
}

METHODS = {
    "uf2": "copied onto its boot drive",
    "esptool": "by esptool",
    "dfu": "by dfu-util",
    "picotool": "by picotool",
}


class OneBoard(Watcher):
    """The plan, a line for each step, a bar while bytes move, a picture when a hand is needed."""

    def __init__(self, out: Output):
        self._out = out
        self._bar: Loading | None = None
        self._done = 0

    def say(self, sentence: str) -> None:
        self.close()
        self._out.say(f"  {sentence}")

    def plan(self, plan: Plan) -> None:
        self.close()
        say = self._out.say
        say(f"{plan.board} ({plan.chip}) at {plan.where}" if plan.board != plan.chip else f"{plan.chip} at {plan.where}")
        say(f"  now:   {plan.now or 'nothing that answers'}")
        say(f"  then:  MicroPython {plan.version}" if plan.version else "  then:  firmware that names no version")
        say(f"  file:  {plan.firmware}, {plan.size / 1024:.0f} KB, {METHODS[plan.method]}")
        if plan.doubt:
            say(f"  note:  {plan.doubt}", fg="yellow")
        for sentence in plan.lost:
            say(f"  lost:  {sentence}", fg="yellow")
        self._out.data({"plan": plan.__dict__})

    def would_run(self, words: tuple[str, ...]) -> None:
        self._out.say("  would run: " + " ".join(words))
        self._out.data({"would_run": list(words)})

    def allow(self, plan: Plan) -> bool:
        if self._out.json or not sys.stdin.isatty():
            return False
        return click.confirm("Go on?", default=False, err=True)

    def step(self, name: str) -> None:
        self.close()
        self._done = 0
        if not self._out.live:
            self._out.say(f"  {STEPS[name]} ...")
        self._bar = Loading(self._out, STEPS[name])
        self._bar(0, 0)

    def progress(self, done: int, total: int) -> None:
        self._done = max(done, self._done)  # a second try begins again; the bar does not go back
        if self._bar:
            self._bar(done, total)

    def help_in(self, picture_name: str, words: str) -> None:
        self.close()
        self._out.say("The board needs your hand:", bold=True)
        self._out.say(picture(picture_name, words))
        self._out.say("  Waiting for it ... (Ctrl-C stops)")
        self._out.data({"needs_hand": {"picture": picture_name, "words": words}})

    def close(self) -> None:
        if self._bar:
            self._bar.__exit__()
            self._bar = None


class SeveralBoards:
    """One line for each board, rewritten in place on a terminal; elsewhere a line for each step."""

    def __init__(self, out: Output):
        self._out = out
        self._lines: list[str] = []
        self._lock = threading.Lock()
        self._drawn = 0

    def watch(self, target) -> Watcher:
        self._lines.append("")
        line = _OneOfSeveral(self, len(self._lines) - 1, target.name)
        line.tell("looking")
        return line

    def draw(self, index: int, text: str) -> None:
        with self._lock:
            if text == self._lines[index]:
                return
            self._lines[index] = text
            if not self._out.live:
                self._out.say(text)
                return
            # a line that went on in the next row of the screen would move all others
            width = shutil.get_terminal_size().columns - 1
            up = f"\x1b[{self._drawn}A" if self._drawn else ""
            sys.stdout.write(up + "".join(f"\r\x1b[K{line[:width]}\n" for line in self._lines))
            sys.stdout.flush()
            self._drawn = len(self._lines)


class _OneOfSeveral(Watcher):
    def __init__(self, all_: SeveralBoards, index: int, name: str):
        self._all, self._index, self._name = all_, index, name
        self._tenth = -1

    def tell(self, what: str) -> None:
        name = self._name if len(self._name) <= 24 else "…" + self._name[-23:]
        self._all.draw(self._index, f"  {name:<24} {what}")

    def step(self, name: str) -> None:
        self._tenth = -1
        self.tell(STEPS[name])

    def progress(self, done: int, total: int) -> None:
        tenth = 10 * done // total if total else 0
        if tenth != self._tenth:
            self._tenth = tenth
            self.tell(f"[{'#' * tenth}{'.' * (10 - tenth)}] {10 * tenth} %")

    def help_in(self, picture_name: str, words: str) -> None:
        self.tell(f"needs your hand: {words or 'hold BOOT or BOOTSEL while you plug it in'}")
