# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A catalogue on the loopback with a cache of its own, a desk for boards, boot drives, a firmware file."""

import pytest

from tests.host.flasher import image_kit as kit
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


@pytest.fixture
def firmware(tmp_path):
    from tests.host.flasher.desk import ENGINE

    path = tmp_path / "RPI_PICO-20260602-v1.27.0.uf2"
    path.write_bytes(kit.uf2_image(length=200_000, version=ENGINE))
    return path


@pytest.fixture
def drive(desk):
    from tests.host.flasher.desk import BootDrive

    made = []

    def make(**options):
        made.append(BootDrive(desk, **options))
        return made[-1]

    yield make
    for one in made:
        one.stop()
