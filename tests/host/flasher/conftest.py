# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A catalogue on the loopback, and a cache of its own."""

import pytest

from tests.host.flasher.catalogue_server import Server
from tests.needs import need


@pytest.fixture
def server(monkeypatch, tmp_path):
    need("loopback")
    running = Server()
    monkeypatch.setenv("POTLUCK_FIRMWARE_URL", running.address)
    monkeypatch.setenv("POTLUCK_FIRMWARE_DIR", str(tmp_path / "cache"))
    yield running
    running.close()


@pytest.fixture
def desk(monkeypatch, tmp_path):
    need("pty")
    from tests.host.flasher.desk import Desk

    there = Desk(monkeypatch, tmp_path)
    yield there
    there.clear()
