# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Five moments in the life of a virtual board, told line by line: the traces of docs/traces.md.

    python -m tests.traces         writes them into the page anew
"""

from __future__ import annotations

import math
import re
from pathlib import Path

from potluck.virtual.flash import Flash
from potluck.virtual.session import Session

PAGE = Path(__file__).resolve().parent.parent / "docs" / "traces.md"
_KEYS = {"\x01": "Ctrl-A", "\x02": "Ctrl-B", "\x03": "Ctrl-C", "\x04": "Ctrl-D"}


class Trace:
    """What stands on a terminal, with the control keys in brackets and what happens beside it after a *."""

    def __init__(self, board: Session) -> None:
        self.board = board
        self.said = ""

    def happens(self, what: str) -> None:
        self.said += f"\n* {what}\n"

    def hears(self, until: str = ">>> ") -> None:
        self.said += self.board.read_until(until)

    def types(self, *lines: str, until: str = ">>> ") -> None:
        for text in lines:
            if text in _KEYS:
                self.said += f"[{_KEYS[text]}]"
            self.board.send(text if text in _KEYS else text + "\r")
            self.hears(until)

    def text(self) -> str:
        # The engine's version and the day it was made are those of the banner, not of these moments.
        said = re.sub(r"MicroPython v\S+ on [\d-]+;", "MicroPython v1.27 …;", self.said.replace("\r\n", "\n"))
        return "\n".join(line.rstrip() for line in said.split("\n") if line.rstrip()) + "\n"


def _write(board: Session, files: dict[str, str]) -> None:
    for name, text in files.items():
        board.run(f"with open({name!r}, 'w') as f: f.write({text!r})")
    board.send("\x02")
    board.prompt()


def boot() -> str:
    with Session(speed=math.inf) as board:
        _write(board, {
            "boot.py": "import machine\nn = 1\nprint('boot.py')",
            "main.py": "print('main.py', n, machine.reset_cause() == machine.PWRON_RESET)",
        })  # fmt: skip
        trace = Trace(board)
        trace.happens("power off and on; boot.py and main.py print")
        board.board.power_cut()
        trace.hears()
        trace.types("n, machine.reset_cause()", "machine.reset()", "machine.reset_cause()")
        return trace.text()


def soft_reset() -> str:
    with Session(speed=math.inf) as board:
        _write(board, {"boot.py": "print('boot.py')", "main.py": "print('main.py')"})
        trace = Trace(board)
        trace.happens("a board that runs")
        trace.said += ">>> "
        trace.types(
            "import machine", "x = 5", "machine.mem32[0x4005800c] = 1234", "p = machine.Pin(2, machine.Pin.OUT, value=1)",
            "machine.reset_cause()", "\x04", "'x' in globals()", "import machine",
            "machine.mem32[0x4005800c], machine.Pin(2).value(), machine.reset_cause()",
        )  # fmt: skip
        trace.happens("the same from the raw REPL: boot.py runs, main.py does not")
        trace.types("\x01", until="exit\r\n>")
        trace.types("\x04", until="exit\r\n>")
        trace.types("\x02")
        return trace.text()


def watchdog() -> str:
    with Session(speed=math.inf) as board:
        trace = Trace(board)
        trace.hears()
        trace.types("import machine, time", "machine.WDT(timeout=9000)", "machine.mem32[0x4005800c] = 77")
        trace.types("w = machine.WDT(timeout=8388)", "time.sleep(8); w.feed(); time.sleep(4)", "\x04")
        trace.happens("it goes on through the soft reset, and nobody feeds it")
        trace.said += ">>> "
        trace.types("import machine, time", "time.sleep(8)", "import machine, time")
        trace.types("machine.reset_cause(), machine.mem32[0x4005800c]")
        trace.happens("stopped for good, as the RP2040's can be")
        trace.said += ">>> "
        trace.types("w = machine.WDT(timeout=1000); machine.mem32[0x4005b000] = 1 << 30", "time.sleep(60)")
        trace.types("machine.reset_cause()")
        return trace.text()


_SAVE = """
with open('state.tmp', 'w') as f: f.write('new ' * 1000)
import os
os.rename('state.tmp', 'state')
with open('log', 'w') as f: f.write('x' * 700)
"""


def power_cut() -> str:
    lines = ["* a program replaces the file `state`: it writes state.tmp, renames it, writes a log"]
    for torn in (False, True):
        outcomes = []
        at = 1
        while True:
            outcome = _cut(at, torn)
            if outcome is None:
                break
            outcomes.append(outcome)
            at += 1
        olds = outcomes.count("old")
        assert outcomes == ["old"] * olds + ["new"] * (len(outcomes) - olds), outcomes
        kind = "in the middle of" if torn else "just before"
        lines.append(
            f"* power cut {kind} each program and erase, {len(outcomes)} in all: "
            f"old content {olds} times, new content {len(outcomes) - olds} times, neither 0 times"
        )
    return "\n".join(lines) + "\n"


def _cut(at: int, torn: bool) -> str | None:
    """What `state` holds after a cut at the at-th operation on the flash; None: it ended before."""
    flash = Flash.for_board("pico")
    with Session(speed=math.inf, flash=flash) as board:
        board.run("with open('state', 'w') as f: f.write('old ' * 1000)")
        flash.device.cut_power_at(at, torn=torn)
        board.begin(_SAVE + "print('saved')")
        if "saved" in board.read_until(">"):
            return None
        kept = board.run("print(set(open('state').read().split()), len(open('state').read()))")
    return {"{'old'} 4000\r\n": "old", "{'new'} 4000\r\n": "new"}.get(kept, kept)


def full_flash() -> str:
    with Session(speed=math.inf) as board:
        trace = Trace(board)
        trace.hears()
        trace.types("import os", "os.statvfs('/')[:4]")
        trace.types("with open('small', 'w') as f: n = f.write('kept')\r")
        trace.types("f = open('big', 'wb'); block = bytes(4096); n = 0", "while True: n += f.write(block)\r")
        trace.types("n // 4096, os.statvfs('/')[3]", "f.close()", "open('small').read()")
        trace.types("os.remove('big'); os.statvfs('/')[3]")
        trace.types("os.mkdir('d'); os.mkdir('d/e'); os.mkdir('f'); os.rename('f', 'd')", "open('n' * 256, 'w')")
        return trace.text()


TRACES = {
    "Boot": boot, "Soft reset": soft_reset, "Watchdog": watchdog, "Power cut": power_cut, "Full flash": full_flash,
}  # fmt: skip


def on_page(name: str) -> str:
    """The trace as the page has it."""
    found = re.search(rf"^## {name}\n.*?^```text\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    return found[1] if found else ""


def main() -> None:
    for name, make in TRACES.items():
        page = PAGE.read_text(encoding="utf-8")
        old = re.search(rf"(^## {name}\n.*?^```text\n)(.*?)(^```)", page, re.M | re.S)
        PAGE.write_text(page[: old.start(2)] + make() + page[old.end(2) :], encoding="utf-8")


if __name__ == "__main__":
    main()
