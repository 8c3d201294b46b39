# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Files carried by another tool's own transfer, for a board or a line that ours does not get along with.

The tool, run as a program, puts the files into the idle slot and the folders that it stands on. The deploy after it
finds them there, so it only verifies and switches: it is the same transaction.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from potluck import link as links
from potluck.deploy import kept
from potluck.deploy.layout import layout
from potluck.deploy.receiver import Receiver
from potluck.deploy.state import BASE, ROOT, Held
from potluck.errors import DeployFailed
from potluck.link.repl import Repl, stop_line

TOOLS = {"mpremote": "mpremote", "ampy": "adafruit-ampy"}  # name → its package
_MOST_S = 300


def carry(
    tool: str,
    port: str,
    files_for: Callable,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Put what the idle slot and the folders below it lack there by `tool`; bytes put.

    files_for   state → path in the slot → content

    Raises DeployFailed when the tool is not installed or gives up, and what Receiver.ask raises.
    """
    if tool not in TOOLS or find_spec(tool) is None:
        raise DeployFailed(
            f"{tool} is not installed here" if tool in TOOLS else f"there is no way by {tool}",
            do=f"pip install {TOOLS[tool]}" if tool in TOOLS else f"there is: {', '.join(TOOLS)}",
        )  # fmt: skip
    with links.open_port(port) as line:
        repl = Repl(line)
        receiver = Receiver(repl)
        repl.enter(stop=stop_line)
        state = receiver.ask_all()
        receiver.leave()
        if state.idle == state.pointer.slot:
            return 0  # it is on trial: what runs may not be written over; ours points back first
        files = {
            f"{ROOT}/{name}/{path}": content
            for name, wanted in layout(state, files_for(state)).folders.items()
            for path, content in wanted.items()
            if path != BASE and kept.short(content) != state.folder(name).get(path, Held("", 0)).hash
        }
        folders = {path[:at] for path in files for at, letter in enumerate(path) if letter == "/" and at > len(ROOT)}
        repl.exec(
            "import os\n"
            f"for p in {sorted(folders)!r}:\n"
            " try: os.mkdir(p)\n"
            " except OSError: pass\n"
        )  # fmt: skip
        repl.close()
    done, total = 0, sum(map(len, files.values()))
    with tempfile.TemporaryDirectory() as folder:
        for number, (path, content) in enumerate(files.items()):
            source = Path(folder) / f"{number}.mpy"
            source.write_bytes(content)
            _put(tool, port, source, path)
            done += len(content)
            progress(done, total)
    return done


def _put(tool: str, port: str, source: Path, target: str) -> None:
    device = links.resolve(port)
    if tool == "mpremote":
        words = ["-m", "mpremote", "connect", device, "resume", "fs", "cp", str(source), f":{target}"]
    else:
        words = ["-c", "from ampy.cli import cli; cli()", "--port", device, "put", str(source), target]
    try:
        done = subprocess.run(
            [sys.executable, *words], capture_output=True, text=True, timeout=_MOST_S, check=False
        )
    except subprocess.TimeoutExpired as wrong:
        raise DeployFailed(f"{tool} did not end within {_MOST_S} s", where=port, do=_UNTOUCHED) from wrong
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["it says nothing"]
        raise DeployFailed(f"{tool} gave up on {target}: {said[-1]}", where=port, do=_UNTOUCHED)


_UNTOUCHED = "nothing was switched; reset the board, and the version before runs"
