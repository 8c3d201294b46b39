# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The float switch's driver: every doubt is "empty"."""

import pytest

from .part_bench import Bench


@pytest.fixture(scope="module", params=[("pico", 14), ("esp32_devkitc", 27)], ids=lambda at: at[0])
def tank(request):
    board, gpio = request.param
    with Bench("float_switch", "FloatSwitch", board=board, pins={"signal": gpio}, pin="in_up") as bench:
        yield bench


def test_water_empty_and_a_broken_wire(tank):
    assert tank.ask("d.closed") is True
    tank.poke("water", 0)
    assert tank.ask("d.closed") is False
    tank.poke("water", 1)
    assert tank.ask("asyncio.run(d.read())") == 1
    tank.poke("unplugged", 1)
    assert tank.ask("d.closed") is False
    assert tank.ask("asyncio.run(d.read())") == 0
    tank.poke("unplugged", 0)
    assert tank.ask("d.closed") is True


@pytest.mark.parametrize(("levels", "closed"), [("0, 0, 0", True), ("0, 1, 0", False), ("0, 0, 1", False),
                                                ("1, 0, 0", False)])  # fmt: skip
def test_a_contact_that_bounces_is_empty(tank, levels, closed):
    tank.run(f"seen = [{levels}]")
    assert tank.ask("FloatSwitch(lambda: seen.pop(0)).closed") is closed
