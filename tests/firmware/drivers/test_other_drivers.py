# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The worlds of parts before drivers that we did not write: micropython-lib's, as official firmware has them.

They come with a clone of MicroPython whose submodule lib/micropython-lib is there (POTLUCK_MICROPYTHON).
"""

import binascii

import pytest
from potluck.virtual.session import Session

from tests.needs import micropython_checkout, need

from .part_bench import MAX, PARTS

DRIVERS = "lib/micropython-lib/micropython/drivers"


def theirs(path: str) -> str:
    need("micropython-lib")
    return (micropython_checkout() / DRIVERS / path).read_text()


def board_with(kind: str, **pins: int) -> Session:
    source = (PARTS / kind / "world.py").read_text()
    part = {"name": "part", "kind": kind, "source": source, "options": {}, "pins": pins}
    return Session("pico", speed=MAX, world={"model": "", "options": {}, "parts": [part]})


def test_the_display_takes_their_ssd1306():
    driver = theirs("display/ssd1306/ssd1306.py")
    with board_with("ssd1306", sda=4, scl=5) as board:
        board.run(driver)
        board.run("from machine import *\nd = SSD1306_I2C(128, 64, I2C(0, sda=Pin(4), scl=Pin(5)))\n"
                  "d.text('hello', 0, 0)\nd.pixel(127, 63, 1)\nd.show()")  # fmt: skip
        world = board.board.state()["world"]
        picture = eval(board.run("print(bytes(d.buffer))"))
        assert world["part.picture"] == binascii.crc32(picture)
        assert world["part.lit"] == sum(byte.bit_count() for byte in picture) > 50
        board.run("d.invert(1)")
        assert board.board.state()["world"]["part.lit"] == 128 * 64 - world["part.lit"]
        board.run("d.poweroff()")
        assert board.board.state()["world"]["part.on"] == 0


@pytest.mark.parametrize("celsius", [-10.125, 0, 21.5, 125])
def test_the_thermometer_takes_their_ds18x20_on_their_onewire(celsius):
    wire, driver = theirs("bus/onewire/onewire.py"), theirs("sensor/ds18x20/ds18x20.py")
    with board_with("ds18b20", dq=22) as board:
        board.board.poke("part.celsius", celsius)
        board.run(wire)
        board.run("import sys\nclass onewire: OneWire, OneWireError = OneWire, OneWireError\n"
                  "sys.modules['onewire'] = onewire")  # fmt: skip
        board.run(driver)
        said = board.run("import time\nfrom machine import Pin\nd = DS18X20(onewire.OneWire(Pin(22)))\n[rom] = d.scan()\n"
                         "d.convert_temp()\ntime.sleep_ms(750)\nprint(d.read_temp(rom))")  # fmt: skip
        assert float(said) == celsius
