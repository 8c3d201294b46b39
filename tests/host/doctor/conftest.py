# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A board to examine; what the cache of this computer knows of releases stays out of it."""

import pytest
from potluck.virtual.session import Session


@pytest.fixture
def no_releases_known(monkeypatch):
    monkeypatch.setattr("potluck.doctor.firmware.newest_release", lambda machine: "")


@pytest.fixture
def board():
    started = []

    def start(kind="pico", **files):
        session = Session(kind, speed=float("inf"))
        for name, content in files.items():
            session.board.flash.write_bytes("/" + name.replace("_", "."), content)
        session.start()
        started.append(session)
        return session

    yield start
    for session in started:
        session.board.stop()
