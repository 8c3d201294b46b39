# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Facts about chips and boards against MicroPython's own tables, read from a clone (POTLUCK_MICROPYTHON).

test_boards.py has the same tables typed a second time, for everybody who has no clone.
"""

from __future__ import annotations

import csv
import re

import pytest
from potluck.model import load_board

from tests.needs import micropython_checkout, need

BOARDS = {"pico": "rp2/boards/RPI_PICO", "pico_w": "rp2/boards/RPI_PICO_W",
          "arduino_nano_rp2040_connect": "rp2/boards/ARDUINO_NANO_RP2040_CONNECT",
          "arduino_nano_esp32": "esp32/boards/ARDUINO_NANO_ESP32"}  # fmt: skip


@pytest.fixture
def ports():
    need("micropython-ports")
    return micropython_checkout() / "ports"


def test_every_function_of_an_rp2040_pin_is_in_its_table(ports):
    pins = load_board("pico").mcu.pins
    rows = [row for row in csv.reader((ports / "rp2/boards/rp2040_af.csv").open()) if row and row[0].startswith("GPIO")]
    assert len(rows) == len(pins) == 30
    for name, *functions in rows:
        table = {one for cell in functions for one in cell.split("/") if re.match(r"(SPI|UART|I2C|PWM)\d_", one)}
        assert set(pins[int(name[4:])].functions) <= table, name
        assert len(pins[int(name[4:])].functions) == 4


@pytest.mark.parametrize("board", BOARDS)
def test_every_name_of_a_pin_is_the_firmwares(board, ports):
    known, compared = load_board(board), 0
    for line in (ports / BOARDS[board] / "pins.csv").read_text("utf-8").splitlines():
        if found := re.fullmatch(r"-?(\w+),-?(\w+)", line.partition("#")[0].strip()):
            name, pin = found.groups()
            mine = known.names.get(name, known.pins[name].gpio if name in known.pins else None)
            assert str(mine) == pin.removeprefix("GPIO"), name
            compared += 1
    assert compared >= 4


@pytest.mark.parametrize("board, target", [("esp32_devkitc", "ESP32"), ("arduino_nano_esp32", "ESP32S3")])
def test_every_adc_channel_is_the_drivers(board, target, ports):
    source = (ports / "esp32/machine_adc.c").read_text("utf-8")
    conditions = re.finditer(r"#(?:el)?if ([^\n]*CONFIG_IDF_TARGET[^\n]*)\n(.*?)(?=#e)", source, re.S)
    [block] = [one[2] for one in conditions if re.search(rf"CONFIG_IDF_TARGET_{target}\b", one[1]) and "ADCBLOCK1" in one[2]]
    table = {int(gpio): f"ADC{unit}_CH{channel}" for unit, channel, gpio
             in re.findall(r"ADCBLOCK(\d), ADC_CHANNEL_(\d), GPIO_NUM_(\d+)", block)}
    assert {gpio: pin.adc for gpio, pin in load_board(board).mcu.pins.items() if pin.adc} == table
