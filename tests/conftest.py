# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What holds for every test: it never touches the person's own data, boards or settings."""

from __future__ import annotations

import os
import signal
from collections import deque
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The clone's top folder."""
    return ROOT


@pytest.fixture(autouse=True)
def _apart(tmp_path_factory, monkeypatch):
    """Own data and runtime folders, no colours, no settings from outside.

    The cache is shared on purpose: the engine in it is keyed by hash and takes seconds to build.
    """
    # Short, since sockets and links live there and their paths may not exceed about 100 characters.
    home = tmp_path_factory.mktemp("p")
    monkeypatch.setenv("POTLUCK_DATA_DIR", str(home / "data"))
    monkeypatch.setenv("POTLUCK_RUNTIME_DIR", str(home / "run"))
    monkeypatch.setenv("NO_COLOR", "1")
    for name in [name for name in os.environ if name in ("FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def _names_of_terminals():
    """A pseudo-terminal that goes keeps its name for a while.

    The system gives the lowest free number out at once, to the tests beside these too, and whoever looks for a
    board under its old name would find somebody else's.
    """
    if os.name != "posix":
        yield
        return
    from potluck.virtual.ports.pty import PtyPort

    kept, vanish = deque(), PtyPort._vanish

    def _vanish(port):
        if port._slave is not None:
            kept.append(os.dup(port._slave))
        vanish(port)
        while len(kept) > 24:
            os.close(kept.popleft())

    PtyPort._vanish = _vanish
    yield
    PtyPort._vanish = vanish
    while kept:
        os.close(kept.popleft())


@pytest.fixture(autouse=True)
def _signals():
    """Ctrl-C works as in a terminal, whatever started the tests, and is left as it was found.

    A run started in the background ignores SIGINT, and so would the programs that tests start.
    """
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
