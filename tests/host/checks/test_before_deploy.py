# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""A deploy asks the checks first: what must not be built reaches no board, and what is put up with is told."""

import pytest
from potluck.deploy import deploy
from potluck.errors import ChecksFailed, PinConflict
from potluck.virtual.session import Session

from tests.host.recipe_kit import write_recipe

MOTOR = ('pump   = { is = "pump_5v", through = "lowside_switch", max_on_s = 10 }', 'pump = { is = "pump_5v" }')


@pytest.mark.parametrize("error, change", [(PinConflict, ('"GP14"', '"GP15"')), (ChecksFailed, MOTOR)])
def test_nothing_reaches_the_board(error, change, tmp_path):
    with Session("pico", speed=50.0) as board:
        with pytest.raises(error) as caught:
            deploy(str(write_recipe(tmp_path, change)), link=board.link)
        assert "pump" in str(caught.value) and caught.value.do
        flash = board.board.flash
        there = {name for name, *_ in flash.listdir("/")} | {name for name, *_ in flash.listdir("/slots")}
        assert not {"main.py", "a", "b", "active"} & there, "neither a launcher nor a slot"
