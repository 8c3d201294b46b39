# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The DS18B20's driver: the data sheet's table, damaged answers, several on one line."""

import pytest
from potluck.virtual.session import Session

from .part_bench import MAX, PARTS, Bench, driver_source

READ = "asyncio.run(d.read())"
WIRE = "__import__('onewire').OneWire(Pin({}))"


@pytest.fixture(scope="module", params=[("pico", 22), ("esp32_devkitc", 4)], ids=lambda at: at[0])
def probe(request):
    board, gpio = request.param
    with Bench("ds18b20", "DS18B20", board=board, pins={"dq": gpio}, wire=WIRE.format(gpio)) as bench:
        yield bench


@pytest.fixture(autouse=True)
def clean(request):
    yield
    if "probe" in request.fixturenames:
        for knob, value in (("unplugged", 0), ("damaged", 0), ("celsius", 20)):
            request.getfixturevalue("probe").poke(knob, value)


# Data sheet 19-7487, table 1: temperature and what the first two bytes hold.
TABLE = [(125, 0x07D0), (85, 0x0550), (25.0625, 0x0191), (10.125, 0x00A2), (0.5, 0x0008), (0, 0x0000),
         (-0.5, 0xFFF8), (-10.125, 0xFF5E), (-25.0625, 0xFE6F), (-55, 0xFC90)]  # fmt: skip


@pytest.mark.parametrize(("celsius", "raw"), TABLE)
def test_the_data_sheets_table(probe, celsius, raw):
    pad = bytes([raw & 255, raw >> 8, 0x4B, 0x46, 0x7F, 0xFF, 16 - (raw & 15), 0x10])
    assert probe.ask(f"d.celsius({pad!r})") == celsius
    probe.poke("celsius", celsius)
    assert probe.ask(READ) == celsius


def test_85_degrees_that_were_never_measured_are_none(probe):
    assert probe.ask(f"d.celsius({bytes([0x50, 0x05, 0x4B, 0x46, 0x7F, 0xFF, 0x0C, 0x10])!r})") is None
    # power is lost during the conversion: the pad holds what it holds after power-on
    probe.run("async def main():\n  t = asyncio.create_task(d.read())\n  await asyncio.sleep_ms(100)\n"
              "  print('cut')\n  return await t\n")  # fmt: skip
    probe.begin("print(asyncio.run(main()))")
    probe.read_until("cut")
    probe.poke("unplugged", 1)
    probe.poke("unplugged", 0)
    assert probe.finish().split()[-1] in ("None", "20.0")  # the host may have come too late for it


@pytest.mark.parametrize("knob", ["damaged", "unplugged"])
def test_a_fault_is_none_and_heals(probe, knob):
    probe.poke(knob, 1)
    assert probe.ask(READ) is None
    probe.poke(knob, 0)
    assert probe.ask(READ) == 20


def test_nine_zeros_are_no_temperature(probe):
    assert probe.ask("d.celsius(bytes(9))") is None, "their CRC is right: a line that is held low"


def test_it_is_its_own_thermometer(probe):
    assert probe.ask("d.rom[0]") == 0x28 and probe.ask("d._wire.crc8(d.rom)") == 0
    assert probe.run("try: DS18B20(d._wire, index=1)\nexcept OSError as error: print(error.errno)").strip() == "19"


def test_a_measurement_waits_for_the_conversion_without_holding_others_up(probe):
    said = probe.run(f"t = time.ticks_ms()\n{READ}\nprint(time.ticks_diff(time.ticks_ms(), t))")
    assert 750 <= int(said) < 800


def test_three_on_one_line_are_counted_in_the_order_of_their_addresses():
    source = (PARTS / "ds18b20" / "world.py").read_text()
    parts = [{"name": f"t{i}", "kind": "ds18b20", "source": source, "options": {"index": i}, "pins": {"dq": 22}}
             for i in (2, 0, 1)]  # fmt: skip
    with Session("pico", speed=MAX, world={"model": "", "options": {}, "parts": parts}) as board:
        for i in range(3):
            board.board.poke(f"t{i}.celsius", 10 * i - 5)
        board.run(driver_source("ds18b20"))
        board.run(f"from machine import Pin\nw = {WIRE.format(22)}\nd = [DS18B20(w, index=i) for i in range(3)]")
        # all three convert at once, on the line they share
        said = board.run("async def main(): return await asyncio.gather(*[one.read() for one in d])\n"
                         "print(asyncio.run(main()))")  # fmt: skip
        assert said.strip() == "[-5.0, 5.0, 15.0]"
        order = board.run("print([bytes(rom) for rom in w.scan()] == [one.rom for one in d])")
        assert order.strip() == "True", "the order of a search"
