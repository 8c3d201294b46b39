# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What holds for every test: it never touches the person's own data, boards or settings."""

from __future__ import annotations

import os
import signal
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
