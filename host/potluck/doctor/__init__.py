# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Verb: what is wrong with a board, from the cable to the sensor, and what to do about it.

Four looks, each in a file of checks: `computer` (cable, driver, permission, holder), `log_lines` (what the
board says by itself), `firmware` (what it answers at its prompt), `wires` (what its pins say, where the recipe
is known). Every check is a function that takes facts and gives findings; `ids` names them all.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from potluck import link as links
from potluck import model
from potluck.at_prompt import at_prompt
from potluck.devs.ask import who
from potluck.doctor import computer, firmware, log_lines, wires
from potluck.doctor.finding import ERROR, LEVELS, NOTE, WARNING, Finding
from potluck.doctor.hearing import LOOPS, hear, opener
from potluck.errors import (
    NotMicroPython,
    PortAmbiguous,
    PortBusy,
    PortGone,
    PortNotFound,
    PortPermission,
    PotluckError,
)
from potluck.link import memory
from potluck.link.base import Link
from potluck.link.memory import Facts, facts_of
from potluck.link.snippet import snippet

__all__ = ["LISTEN_S", "Finding", "Report", "examine", "ids"]

LISTEN_S = 3.0  # an ESP32 that loops starts about once a second
_ASK_S = 30.0
_SNIPPETS = Path(__file__).parent / "snippets"
# Findings that a person meets before any check can look: their words come from an error.
_OWN = {
    "no-prompt": ERROR, "several-boards": NOTE, "recipe-unknown": NOTE, "no-recipe": NOTE,
    "question-failed": WARNING, "port-refused": ERROR,
}  # fmt: skip


@dataclass(frozen=True)
class Report:
    """findings in the order in which to mend them; looked: what was examined, for people; facts: of the board."""

    port: str
    findings: tuple[Finding, ...]
    looked: tuple[str, ...]
    facts: Facts

    @property
    def well(self) -> bool:
        return not any(finding.level == ERROR for finding in self.findings)


def ids() -> dict[str, str]:
    """Every finding there can be: id → level."""
    rooms = (computer, log_lines, firmware, wires)
    return {one.id: one.level for room in rooms for one in room.CHECKS} | _OWN


def examine(
    port: str | None = None,
    *,
    recipe: str | None = None,
    listen_s: float = LISTEN_S,
    link: Link | None = None,
    seen: computer.Computer | None = None,
    progress: Callable[[str], None] = lambda what: None,
) -> Report:
    """Look at this computer and at the board at a port.

    port      as in link.open_port; None: the only board there is; without one, or with several, only
              what can be seen from outside is looked at
    recipe    the recipe whose wires to test; None: the one that the board says it runs
    listen_s  how long to listen before anything is asked
    link      an open link to use instead of opening the port
    seen      what to take for this computer, instead of looking
    progress  called with what is looked at now

    What runs on the board is stopped for the questions and started again. Raises PortNotFound for a port
    that was named and is not there, RecipeNotFound for a recipe that was named.
    """
    doctor = _Doctor(progress, listen_s)
    named = model.load_recipe(recipe) if recipe else None
    progress("this computer")
    doctor.looked.append("this computer")
    seen = seen or computer.look()
    target = link.name if link else doctor.choose(port)
    at = links.board_at(target) if target else None
    elsewhere = bool(target) and (at is None or at.kind != "usb")
    doctor.run([one for one in computer.CHECKS if not (elsewhere and one is computer.nothing_on_usb)], seen)
    if target:
        try:
            again = None if link else opener(target)
            doctor.line = link or links.open_port(target)
        except (PortPermission, PortBusy) as wrong:
            doctor.add_refusal(wrong)
        else:
            try:
                doctor.board(target, named, again)
            finally:
                if link is None:
                    doctor.line.close()
    order = {level: rank for rank, level in enumerate(LEVELS)}
    findings = sorted(doctor.findings, key=lambda finding: order[finding.level])
    return Report(target, tuple(findings), tuple(doctor.looked), doctor.facts)


class _Doctor:
    def __init__(self, progress, listen_s: float):
        self.progress, self.listen_s = progress, listen_s
        self.findings: list[Finding] = []
        self.looked: list[str] = []
        self.facts = Facts()
        self.line: Link  # of the board; another one when it went and came back

    def run(self, checks, *facts) -> None:
        for one in checks:
            self.findings += one(*facts)

    def add(self, id: str, what: str, where: str, do: str) -> None:
        self.findings.append(Finding(id, _OWN[id], what, where, do))

    def add_refusal(self, wrong: PotluckError) -> None:
        """The port could not be opened: said once, by the check that saw it from outside if one did."""
        if not any(finding.id in ("port-permission", "port-busy") for finding in self.findings):
            self.add("port-refused", wrong.what, wrong.where, wrong.do)

    def choose(self, port: str | None) -> str:
        try:
            return links.choose(port)
        except PortAmbiguous as several:
            self.add("several-boards", several.what, "", "name one to have it examined: potluck doctor PORT")
        except PortNotFound:
            pass  # the checks of this computer say more
        return ""

    # -- the board -----------------------------------------------------------------------------

    def board(self, port: str, named, again: Callable[[], Link] | None) -> None:
        self.progress(f"what {port} says by itself")
        heard = hear(self.line, self.listen_s, again)
        self.line = heard.line
        self.looked.append(f"what the board says in {self.listen_s:g} s")
        before = len(self.findings)
        self.run(log_lines.CHECKS, heard, port)
        if heard.hello:
            self.facts = facts_of(heard.hello)
        if heard.went >= LOOPS or {finding.id for finding in self.findings[before:]} & log_lines.NO_PROMPT:
            return
        self.progress("firmware and files")
        try:
            with at_prompt(link=self.line) as board:
                self._ask(board.repl, port, named, board.running)
        except NotMicroPython as wrong:
            if not self._looked_at_the_start(port):
                self.add("no-prompt", wrong.what, port, "potluck rescue gets a prompt back; " + wrong.do)
        except PortGone:
            self.add(
                "no-prompt", "the board went off USB while it was asked", port,
                "if nobody pulled the cable, its program starts it anew: potluck rescue gets a prompt back",
            )  # fmt: skip

    def _looked_at_the_start(self, port: str) -> bool:
        """No prompt: reset the chip by its line, where it has one, and hear what its boot ROM says of that."""
        before = {finding.id for finding in self.findings}
        try:
            if not self.line.hard_reset():
                return False
            heard = hear(self.line, self.listen_s)
        except PortGone:
            return False
        self.looked.append("what the board says as it starts")
        found = [finding for one in log_lines.CHECKS for finding in one(heard, port) if finding.id not in before]
        self.findings += found
        return any(finding.level == ERROR for finding in found)

    def _ask(self, repl, port: str, named, running: bool) -> None:
        said = _literal(repl, snippet(_SNIPPETS / "board.py"))
        said["running"] = running
        said["newest"] = firmware.newest_release(said["machine"])
        self.looked.append("firmware and files")
        self.run(firmware.CHECKS, said, port)
        if said["name"] != "micropython":
            return
        self.facts = who(repl)
        self._remember(port)
        wiring = self._wiring(named, said["machine"], port)
        if wiring is None:
            return
        self.progress(f"the wires of {wiring.recipe.name} on {wiring.board.title}")
        repl.exec(snippet(_SNIPPETS / "wires.py"))
        for asked in wires.questions(wiring):
            self._wire(repl, asked)
        self.looked.append(f"the wires of {wiring.recipe.name} on {wiring.board.title}")

    def _wire(self, repl, asked: wires.Asked) -> None:
        try:
            answer = _literal(repl, asked.call)
        except (PotluckError, ValueError, SyntaxError) as wrong:
            what = wrong.what if isinstance(wrong, PotluckError) else str(wrong)
            self.add("question-failed", f"could not be tested: {what}", asked.where, "check its wires by eye")
            return
        self.run(wires.CHECKS, wires.Asked(asked.call, asked.kind, asked.names, asked.pins, asked.wiring, answer))

    def _remember(self, port: str) -> None:
        found = links.board_at(port)
        if found is not None:
            memory.remember({found.key: self.facts})

    def _wiring(self, named, machine: str, port: str):
        """The recipe's wiring on this board; None, with a note, when it is not known."""
        if named is None and not self.facts.recipe:
            self.add(
                "no-recipe", "no recipe is on the board, so its wires were not tested", port,
                "name one whose wires to test: potluck doctor --recipe plant-waterer",
            )  # fmt: skip
            return None
        try:
            recipe = named or model.load_recipe(self.facts.recipe)
            kinds = [model.load_board(name) for name in recipe.boards]
            fits = [kind.name for kind in kinds if kind.micropython.machine == machine]
            board = self.facts.board if self.facts.board in recipe.boards else (fits or [""])[0]
            return model.wire(recipe, board)
        except PotluckError as wrong:
            self.add(
                "recipe-unknown", f"the wires were not tested: {wrong.what}", port,
                "name the recipe's folder with --recipe",
            )  # fmt: skip
            return None


def _literal(repl, code: str):
    return ast.literal_eval(repl.exec(code, timeout_s=_ASK_S).decode("utf-8", "replace").strip())
