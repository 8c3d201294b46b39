# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The same questions to every board: questions.txt, a line each, and what one prints.

Record what official firmware answers (POTLUCK_UF2 names it; see tests/true_pico.py):

    python -m tests.host.virtual.official.ask
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from potluck import link
from potluck.errors import FirmwareError
from potluck.link.repl import Repl

HERE = Path(__file__).parent
ANSWERS = HERE / "pico-1.26.1.jsonl"


def questions() -> list[str]:
    return (HERE / "questions.txt").read_text("utf-8").splitlines()


def answers(repl: Repl, asked: Iterable[str], timeout_s: float = 10.0) -> Iterator[tuple[str, str]]:
    """(question, answer): what it prints; of an exception the last line, after "! "."""
    for question in asked:
        try:
            printed = repl.exec(question.replace("\\n", "\n"), timeout_s=timeout_s).decode("utf-8", "replace")
        except FirmwareError as raised:
            printed = "! " + raised.trace.strip().splitlines()[-1]
        yield question, "\n".join(printed.splitlines()).strip()


def main() -> None:
    from tests import true_pico

    with tempfile.TemporaryDirectory() as folder, true_pico.running(Path(folder)) as port, link.open_port(port) as line:
        with Repl(line) as repl, open(ANSWERS, "w", encoding="utf-8") as file:
            for question, answer in answers(repl, questions(), timeout_s=90):
                file.write(json.dumps([question, answer], ensure_ascii=False) + "\n")
                file.flush()


if __name__ == "__main__":
    main()
