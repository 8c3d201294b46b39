# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A recipe on official firmware: deployed, changed by a line, broken, undone. See tests/true_pico.py."""

import time

import pytest
from potluck import link
from potluck.deploy import deploy
from potluck.deploy.slots import slots, undo
from potluck.errors import FirmwareError, TrialFailed
from potluck.link.repl import Repl
from potluck.telemetry import Parser, Sample

from tests import true_pico
from tests.host.deploy.benches import MAIN, write_recipe

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]
SLOW = {"hello_s": 300.0, "sample_s": 300.0}  # the emulator takes 20 s for one of a Pico's


def live(line, until_ms=8_000):
    """Let the recipe run until it has proven itself, which the launcher looks at every 5 s of the board's."""
    parser, end = Parser(), time.monotonic() + 600
    while time.monotonic() < end:
        for event in parser.feed(line.read(1.0)):
            if isinstance(event, Sample) and event.t_ms >= until_ms:
                return
    raise AssertionError("it reports nothing any more")


def test_a_deploy_on_official_firmware(tmp_path, monkeypatch):
    monkeypatch.setattr(Repl, "PATIENCE_S", 120.0)
    monkeypatch.setattr("potluck.deploy.receiver.PIECE_S", 120.0)
    with true_pico.running(tmp_path) as port, link.open_port(port) as line:
        first = deploy("plant-waterer", link=line, **SLOW)
        assert first.alive.hello.hash == first.hash and first.board == "pico"
        assert first.alive.sample is not None

        recipe = write_recipe(tmp_path)
        deploy(recipe, link=line, **SLOW)
        again = deploy(recipe, link=line, **SLOW)
        assert again.sent == 0 and again.alive.sample.values == (1,)
        live(line)

        changed = write_recipe(tmp_path, MAIN.replace("n += 1", "n += 3"))
        third = deploy(changed, link=line, **SLOW)
        assert 0 < third.sent < 2000 and third.alive.sample.values == (3,)
        live(line)

        undone = undo(link=line, **SLOW)
        assert undone.slot.hash == again.hash and undone.alive.sample.values == (1,)
        assert {slot.hash for slot in slots(link=line).slots} == {again.hash, third.hash}

        broken = write_recipe(tmp_path, "import potluck_is_missing\n")
        with pytest.raises((FirmwareError, TrialFailed), match="potluck_is_missing"):
            deploy(broken, link=line, **SLOW)
