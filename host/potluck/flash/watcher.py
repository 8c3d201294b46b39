# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What a flash tells whoever started it. The verb never prints; this is its only way to speak or ask."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """What will happen, told before it does.

    board     for people ("Raspberry Pi Pico"), chip its title
    where     port or drive
    now       what runs there ("MicroPython v1.26.1"), "" when nothing answers
    firmware  name of the file, version of what is in it ("" when it does not say)
    size      bytes
    method    "esptool", "uf2", "dfu" or "picotool"
    lost      what of the maker's will be lost, one sentence each; empty: nothing
    doubt     what nobody could tell about the board, and what to do if it is another; "": no doubt
    """

    board: str
    chip: str
    where: str
    now: str
    firmware: str
    version: str
    size: int
    method: str
    lost: tuple[str, ...] = ()
    doubt: str = ""


class Watcher:
    """Deaf and mute; override what you need. Calls come from the thread that flashes."""

    def say(self, sentence: str) -> None:
        """Something worth knowing."""

    def plan(self, plan: Plan) -> None:
        """What will happen. Not called again."""

    def would_run(self, words: tuple[str, ...]) -> None:
        """Dry run: this program would be run."""

    def allow(self, plan: Plan) -> bool:
        """Whether plan.lost may be lost. Only asked when something would be."""
        return False

    def step(self, name: str) -> None:
        """One of "look", "load", "enter", "write", "back", "verify"."""

    def progress(self, done: int, total: int) -> None:
        """Bytes of the step "load", "write" or "verify"."""

    def help_in(self, picture: str, words: str) -> None:
        """The board needs a hand: which picture ("bootsel", "boot_en", "double_tap"), and its file's words."""
