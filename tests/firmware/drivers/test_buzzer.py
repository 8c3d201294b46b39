# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The buzzer's driver: a tone, and an end of it."""

import pytest

from .part_bench import Bench


@pytest.fixture(scope="module", params=[("pico", 18), ("esp32_devkitc", 27)], ids=lambda at: at[0])
def buzzer(request):
    board, gpio = request.param
    with Bench("buzzer", "Buzzer", board=board, pins={"signal": gpio}, pwm="pwm") as bench:
        yield bench


@pytest.mark.parametrize("hz", [50, 440, 4000, 15000])
def test_a_tone_is_a_square_wave_of_that_frequency(buzzer, hz):
    buzzer.run(f"d.tone({hz})")
    assert buzzer.level() == pytest.approx(0.5, abs=0.001) and buzzer.world("sounding") == 1
    assert buzzer.ask("d._pwm.freq()") == pytest.approx(hz, rel=0.01)
    buzzer.run("d.safe()")
    assert buzzer.level() == 0 and buzzer.world("sounding") == 0


def test_a_beep_ends(buzzer):
    before = buzzer.world("on_s")
    buzzer.run("asyncio.run(d.beep(1000, 0.5))")
    assert buzzer.world("on_s") - before == pytest.approx(0.5, abs=0.02)
    assert buzzer.ask("d.on") is False


def test_a_beep_that_is_cancelled_ends_too(buzzer):
    buzzer.run("async def main():\n  t = asyncio.create_task(d.beep(1000, 5))\n  await asyncio.sleep(0.1)\n"
               "  t.cancel()\n  await asyncio.sleep(0)\nasyncio.run(main())")  # fmt: skip
    assert buzzer.level() == 0


@pytest.mark.parametrize("hz", ["0", "49", "16000", "-1", "float('nan')"])
def test_what_nobody_hears_is_refused(buzzer, hz):
    assert buzzer.run(f"try: d.tone({hz})\nexcept ValueError: print('no')").strip() == "no"
    assert buzzer.level() == 0
