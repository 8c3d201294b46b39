# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""What the firmware calls each pin, and what each chip can do with it, against MicroPython's and Espressif's
public tables. Typed here a second time, from the sources; tests/host/model/test_boards.py has the headers."""

from __future__ import annotations

import pytest
from potluck.model import load_board

# MicroPython ports/{rp2,esp32}/boards/*/pins.csv, "name,GPIOn" as name=n; +n is EXT_GPIOn.
PINS_CSV = {
    "pico": " ".join(f"GP{n}={n}" for n in (*range(23), 25, 26, 27, 28)) + " LED=25",
    "pico_w": " ".join(f"GP{n}={n}" for n in (*range(23), 26, 27, 28))
              + " WL_GPIO0=+0 WL_GPIO1=+1 WL_GPIO2=+2 LED=+0",
    "arduino_nano_rp2040_connect":
        "TX=0 RX=1 D2=25 D3=15 D4=16 D5=17 D6=18 D7=19 D8=20 D9=21 D10=5 D11=7 D12=4 D13=6 D14=26 D15=27 D16=28"
        " D17=29 LED=6 LED_BUILTIN=6 A0=26 A1=27 A2=28 A3=29 SDA=12 SCL=13 LEDR=+0 LEDG=+1 LEDB=+2 LED_RED=+0"
        " LED_GREEN=+1 LED_BLUE=+2 D18=+3 D19=+4 D20=+5 D21=+6 A4=+3 A5=+4 A6=+5 A7=+6",
    "arduino_nano_esp32":
        "D0=44 D1=43 D2=5 D3=6 D4=7 D5=8 D6=9 D7=10 D8=17 D9=18 D10=21 D11=38 D12=47 D13=48 D17=1 D18=2 D19=3 D20=4"
        " D21=11 D22=12 D23=13 D24=14 LEDR=46 LEDG=0 LEDB=45 LED_RED=46 LED_GREEN=0 LED_BLUE=45 A0=1 A1=2 A2=3 A3=4"
        " A4=11 A5=12 A6=13 A7=14 LED_BUILTIN=48 TX=43 RX=44 RTS=45 CTS=6 DTR=1 DSR=7 SS=21 MOSI=38 MISO=47 SCK=48"
        " SDA=11 SCL=12",
}

# The same folders' board.json (mcu) and mpconfigboard.h or machine_{i2c,uart}.h, machine_hw_spi.c (SCL SDA, SCK
# MOSI MISO, TX RX).
BUSES = {
    "arduino_nano_rp2040_connect": {"SPI1": (14, 11, 8), "UART1": (8, 9), "I2C1": (27, 26)},
    "arduino_nano_esp32": {"I2C0": (12, 11), "I2C1": (8, 9), "SPI1": (48, 38, 47), "SPI2": (18, 10, 17)},
    "esp32_devkitc": {"I2C0": (18, 19), "I2C1": (25, 26), "SPI2": (18, 23, 19), "UART1": (10, 9), "UART2": (17, 16)},
}
MCU = {"pico": "rp2040", "pico_w": "rp2040", "arduino_nano_rp2040_connect": "rp2040", "arduino_nano_esp32": "esp32s3",
       "esp32_devkitc": "esp32"}

# esp-rs/esp-hal esp-metadata/devices/{esp32,esp32s3}/gpio.toml: the columns rtc, analog, functions, limitations.
ESP32_RTC = {0, 2, 4, 12, 13, 14, 15, 25, 26, 27, *range(32, 40)}
ESP32_HAS = {**{f"TOUCH{n}": gpio for n, gpio in enumerate((4, 0, 2, 15, 13, 12, 14, 27, 33, 32))},
             "DAC1": 25, "DAC2": 26, "UART0_TX": 1, "UART0_RX": 3}
ESP32S3_HAS = {**{f"TOUCH{n}": n for n in range(1, 15)}, "UART0_TX": 43, "UART0_RX": 44}


@pytest.mark.parametrize("name", PINS_CSV)
def test_the_firmwares_names(name):
    board = load_board(name)
    ours = {pin.name: pin.gpio for pin in board.pins.values()} | dict(board.names)
    for pair in PINS_CSV[name].split():
        pin, _, gpio = pair.partition("=")
        assert ours[pin] == (f"EXT_GPIO{gpio[1:]}" if gpio[0] == "+" else int(gpio)), pin


@pytest.mark.parametrize("name", MCU)
def test_the_chip_and_its_buses(name):
    board = load_board(name)
    assert board.mcu.name == MCU[name]
    for bus, gpios in BUSES.get(name, {}).items():
        assert board.defaults[bus] == gpios, bus


@pytest.mark.parametrize("name, has, rtc", [("esp32_devkitc", ESP32_HAS, ESP32_RTC),
                                            ("arduino_nano_esp32", ESP32S3_HAS, set(range(22)))])
def test_what_espressifs_pins_can_do(name, has, rtc):
    pins = load_board(name).mcu.pins
    assert {gpio for gpio, pin in pins.items() if "RTC" in pin.functions} == rtc
    found = {function: gpio for gpio, pin in pins.items() for function in pin.functions if function != "RTC"}
    assert found == has


@pytest.mark.parametrize("name", ["pico", "pico_w", "arduino_nano_rp2040_connect"])
def test_the_usual_bus_of_an_rp2040_is_one_that_its_pins_can_be(name):
    board = load_board(name)
    lines = {"I2C": ("SCL", "SDA"), "SPI": ("SCK", "TX", "RX"), "UART": ("TX", "RX")}
    for bus, gpios in board.defaults.items():
        for line, gpio in zip(lines[bus[:-1]], gpios, strict=True):
            assert f"{bus}_{line}" in board.mcu.pins[gpio].functions


def test_pwm_outputs_are_shared_as_the_table_says():
    pins = load_board("pico").mcu.pins
    of = {gpio: next(name for name in pin.functions if name.startswith("PWM")) for gpio, pin in pins.items()}
    assert of[0] == of[16] == "PWM0_A" and of[1] == of[17] == "PWM0_B"
    assert {name[:-2] for name in of.values()} == {f"PWM{n}" for n in range(8)}
