# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Several boards at once: each by itself, and none for another."""

import pytest
from potluck.errors import BoardNotRunning, PortNotFound, RecipeInvalid
from potluck.fleet import deploy_all, every_board
from potluck.virtual import daemon, registry

from tests.host.beat import write_beat


@pytest.fixture
def boards():
    yield [daemon.start(name=name, speed=20.0, board=kind).name for name, kind in (("one", "pico"), ("two", "esp32_devkitc"))]
    for running in registry.running():
        running.stop()


def test_each_has_its_own_line_and_a_failure_is_its_own(boards, tmp_path):
    told, stages = [], set()
    ports = ["virtual:one", "virtual:none", "virtual:two", "virtual:one"]
    outcomes = deploy_all(
        write_beat(tmp_path), ports, told=told.append, progress=lambda port, stage, *_: stages.add((port, stage))
    )
    assert [one.port for one in outcomes] == ["virtual:one", "virtual:none", "virtual:two"]
    assert sorted(told, key=str) == sorted(outcomes, key=str)
    one, none, two = outcomes
    assert one.done.board == "pico" and two.done.board == "esp32_devkitc" and one.error is two.error is None
    assert none.done is None and isinstance(none.error, BoardNotRunning)
    assert {("virtual:one", "send"), ("virtual:two", "send")} <= stages


def test_a_wrong_recipe_touches_no_board(tmp_path):
    with pytest.raises(RecipeInvalid):
        deploy_all(write_beat(tmp_path, more="def (:\n"), ["virtual:none"])


def test_every_board_there_is(boards, monkeypatch):
    monkeypatch.setattr("potluck.link.find._usb", list)
    assert every_board() == ["virtual:one", "virtual:two"]
    for running in registry.running():
        running.stop()
    with pytest.raises(PortNotFound):
        every_board()
