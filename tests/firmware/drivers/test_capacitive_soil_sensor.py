# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The soil sensor's driver against its world: what it says, and when it says that it does not know."""

import pytest

from .part_bench import Bench

READ = "asyncio.run(d.read())"


@pytest.fixture(scope="module", params=[("pico", 26), ("esp32_devkitc", 32)], ids=lambda at: at[0])
def soil(request):
    board, gpio = request.param
    with Bench("capacitive_soil_sensor", "CapacitiveSoilSensor", board=board, pins={"aout": gpio}, adc="adc",
               pin="pin") as bench:  # fmt: skip
        yield bench


@pytest.fixture(autouse=True)
def plugged_in(soil):
    yield
    for knob, value in (("unplugged", 0), ("shorted", 0), ("moisture", 50)):
        soil.poke(knob, value)
    soil.run("d.dry_v, d.wet_v = 2.6, 1.1")


@pytest.mark.parametrize("moisture", [0, 35, 62.5, 100])
def test_reads_what_the_soil_is(soil, moisture):
    soil.poke("moisture", moisture)
    assert soil.ask(READ) == pytest.approx(moisture, abs=0.7)


@pytest.mark.parametrize(("knob", "value"), [("unplugged", 1), ("shorted", 1), ("shorted", 2)])
def test_a_fault_is_none_and_heals(soil, knob, value):
    soil.poke(knob, value)
    assert [soil.ask(READ) for _ in range(5)] == [None] * 5
    soil.poke(knob, 0)
    assert soil.ask(READ) == pytest.approx(50, abs=0.7)


def test_leaves_no_pull_on_the_wire(soil):
    soil.ask(READ)
    soil.poke("unplugged", 1)
    soil.ask(READ)
    soil.run("from machine import ADC")
    heights = soil.ask("[d._mv(d._read()) for _ in range(40)]")
    assert max(heights) < 2000  # a floating input drifts about; a pull-up would hold it at 3.3 V
    assert len(set(heights)) > 10


@pytest.mark.parametrize("calibration", ["1.1, 2.6", "1.5, 1.5", "float('nan'), 1.1", "2.6, float('nan')"])
def test_a_calibration_that_cannot_be_gives_no_reading(soil, calibration):
    soil.run(f"d.dry_v, d.wet_v = {calibration}")
    assert soil.ask(READ) is None


def test_a_voltage_far_from_the_calibration_is_not_believed(soil):
    soil.poke("moisture", 0)  # 2.6 V
    soil.run("d.dry_v, d.wet_v = 2.0, 1.1")
    assert soil.ask(READ) is None
    soil.run("d.dry_v, d.wet_v = 2.5, 1.1")  # a little beyond: as dry as can be
    assert soil.ask(READ) == 0


def test_one_wild_sample_changes_nothing(soil):
    soil.run(
        "class Adc:\n"
        "  def __init__(self, values): self.values = values\n"
        "  def read_u16(self): return self.values.pop(0) if len(self.values) > 1 else self.values[0]\n"
        "class Wire:\n"
        "  def init(self, pull=None): pass\n"
    )
    calm = [32000] * 3
    wild = "[32000, 65535, 32000, 0, 32000, 65535, 32000, 31000, 33000, 32000]"
    made = "CapacitiveSoilSensor(Adc({}), Wire()).volts()"
    assert soil.ask(made.format(wild)) == soil.ask(made.format(calm))


def test_sampling_allocates_nothing(soil):
    used = soil.run(
        "d._median_mv(), d._loose()\ngc.collect()\ngc.disable()\nbefore = gc.mem_alloc()\n"
        "for _ in range(20): d._median_mv(), d._loose()\n"
        "print(gc.mem_alloc() - before)\ngc.enable()"
    )
    # The tuple of the line above is 20 times 32 bytes on this 32-bit machine; the driver adds nothing.
    assert int(used) <= 20 * 32
