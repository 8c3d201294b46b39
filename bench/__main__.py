# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""`python -m bench [--json] [--write] [NAME …]`: measures, and prints a table.

--write keeps the run in docs/benchmarks.md. Names are the modules'; `set_up` loads packages anew and
`deploy` its peers, and takes some minutes: these run only when they are named or with --write. Exit status 1
when a measurement failed; a missed aim is shown and is no failure: a benchmark is not a test.
"""

from __future__ import annotations

import datetime
import importlib
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

from bench.kit import ROOT
from bench.rows import Row, markdown_table, text_table

QUICK = ("board_start", "board_life", "wakeups", "thirty_days", "device_cost", "pipeline", "help_time", "generate", "pictures",
         "devs", "flash", "save_to_running")  # fmt: skip
ALL = (*QUICK, "deploy", "set_up")
DOCUMENT = ROOT / "docs" / "benchmarks.md"
_BEGIN, _END = "<!-- measured: made by `make bench ARGS=--write` -->", "<!-- end -->"


def main(words: list[str]) -> int:
    names = [word for word in words if not word.startswith("--")]
    unknown = [word for word in words if word not in (*ALL, "--json", "--write")]
    if unknown:
        print(f"{unknown[0]}: there is no such measurement; there are {', '.join(ALL)}", file=sys.stderr)
        return 2
    rows, failed = [], []
    for name in names or (ALL if "--write" in words else QUICK):
        print(f"measuring {name} …", file=sys.stderr)
        try:
            rows += importlib.import_module(f"bench.{name}").measure()
        except (Exception, SystemExit) as error:
            said = (getattr(error, "stderr", "") or str(error)) or type(error).__name__
            text = said.decode(errors="replace") if isinstance(said, bytes) else said
            failed.append(f"{name} failed: {text.strip()[-400:]}")
    if "--json" in words:
        print(json.dumps({"machine": machine(), "rows": [row.as_dict() for row in rows]}))
    else:
        print(text_table(rows))
    print(*failed, sep="\n", file=sys.stderr)
    if "--write" in words and not failed:
        write(rows)
    return 1 if failed else 0


def machine() -> str:
    """Processor, cores, system and Python, without names of people or hosts."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        found = [
            line.split(":", 1)[1].strip()
            for line in info.read_text().splitlines()
            if line.startswith("model name")
        ]
        model = found[0] if found else model
    return f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def write(rows: list[Row]) -> None:
    """Replaces the measured part of docs/benchmarks.md."""
    version = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()
    text = DOCUMENT.read_text("utf-8")
    before, rest = text.split(_BEGIN)
    after = rest.split(_END)[1]
    made = (
        f"\n\nDate: {datetime.date.today().isoformat()}. Commit: {version or 'unknown'}. "
        f"Machine: {machine()}.\n\n{markdown_table(rows)}\n\n"
    )
    DOCUMENT.write_text(before + _BEGIN + made + _END + after, "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
