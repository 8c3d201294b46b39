# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The files carried by mpremote and by ampy, unmodified; verified and switched by us as ever."""

import pytest
from potluck.deploy import deploy
from potluck.deploy.via import TOOLS
from potluck.errors import DeployFailed
from potluck.virtual import daemon, registry

from tests.host.deploy.benches import write_recipe
from tests.needs import need


@pytest.fixture
def board():
    need("pty")
    started = daemon.start()
    yield started
    for running in registry.running():
        running.stop()


@pytest.mark.parametrize("tool", [pytest.param("ampy", marks=pytest.mark.long), "mpremote"])
def test_another_tool_carries_the_files(tool, board, tmp_path):
    need(tool)
    sent = []
    done = deploy(
        write_recipe(tmp_path), board.port, via=tool,
        progress=lambda stage, now, total: sent.append((now, total)) if stage == "send" else None,
    )  # fmt: skip
    assert done.alive.sample.values == (1,)
    assert {change.how for change in done.plan.changes if change.path != "slot.json"} == {"same"}, "it was all there"
    assert (done.size, done.size) in sent


def test_a_tool_that_is_not_installed(board, tmp_path, monkeypatch):
    monkeypatch.setattr("potluck.deploy.via.find_spec", lambda name: None)
    with pytest.raises(DeployFailed) as wrong:
        deploy(write_recipe(tmp_path), board.port, via="ampy")
    assert wrong.value.do == f"pip install {TOOLS['ampy']}"
