# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""The SSD1306's driver against a display that obeys commands and keeps a memory."""

import binascii
import random

import pytest

from .part_bench import growth, on_i2c


@pytest.fixture(scope="module", params=[("pico", 64), ("esp32_devkitc", 32)], ids=["pico-64", "esp32-32"])
def oled(request):
    board, height = request.param
    with on_i2c("ssd1306", "SSD1306", board, options=f"height={height}") as bench:
        bench.height = height
        yield bench


def shown(oled):
    """CRC-32 of what the display's memory holds in its visible pages."""
    return int(oled.world("picture"))


def test_wakes_up_dark_and_without_noise(oled):
    assert oled.world("on") == 1 and oled.world("lit") == 0
    assert shown(oled) == binascii.crc32(bytes(128 * oled.height // 8))


def test_a_pixel_is_where_it_was_drawn(oled):
    chance = random.Random(1306)
    picture = bytearray(128 * oled.height // 8)
    oled.run("d.canvas.fill(0)")
    for _ in range(30):
        x, y = chance.randrange(128), chance.randrange(oled.height)
        picture[y // 8 * 128 + x] |= 1 << y % 8  # a page is eight rows, the upper one lowest
        oled.run(f"d.canvas.pixel({x}, {y}, 1)")
    assert oled.ask("asyncio.run(d.show())") is True
    assert shown(oled) == binascii.crc32(picture)
    assert oled.world("lit") == sum(byte.bit_count() for byte in picture)


def test_the_second_picture_begins_where_the_first_did(oled):
    for colour in (1, 0, 1):
        oled.run(f"d.canvas.fill({colour})\nasyncio.run(d.show())")
        assert oled.world("lit") == colour * 128 * oled.height


def test_words_can_be_read(oled):
    oled.run("d.canvas.fill(0)\nd.canvas.text('21.5 C', 0, 0)\nasyncio.run(d.show())")
    assert 40 < oled.world("lit") < 200


def test_power_and_contrast(oled):
    oled.run("d.canvas.fill(1)\nasyncio.run(d.show())\nd.power(False)")
    assert oled.world("on") == 0 and oled.world("lit") == 0
    oled.run("d.power(True)\nd.contrast(300)")
    assert oled.world("lit") == 128 * oled.height and oled.world("contrast") == 255


def test_nobody_there(oled):
    assert oled.run("try: SSD1306(d._i2c, address=0x3D)\nexcept OSError as error: print(error.errno)").strip() == "19"
    oled.poke("unplugged", 1)
    assert oled.ask("asyncio.run(d.show())") is False
    oled.poke("unplugged", 0)
    oled.run(f"d = SSD1306(d._i2c, height={oled.height})")
    assert oled.world("on") == 1


def test_lets_others_run_between_pages_and_allocates_little(oled):
    oled.run("n = 0\nasync def other():\n  global n\n  while True:\n    n += 1\n    await asyncio.sleep_ms(0)\n"
             "async def main():\n  t = asyncio.create_task(other())\n  await d.show()\n  t.cancel()\nasyncio.run(main())")
    assert oled.ask("n") >= oled.height // 8 - 1
    assert growth(oled, "d._send_page(0)") <= 300  # the engine's bus copies; the driver's slice is 32 bytes
