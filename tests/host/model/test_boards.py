# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Facts about boards and chips, against what public tables say (typed here a second time)."""

from __future__ import annotations

import pytest
from potluck import errors
from potluck.model import board_names, load_board

from tests.host.recipe_kit import own_hardware

# MicroPython ports/rp2/boards/rp2040_af.csv, columns AF1 to AF4, as the rule behind the table.
_SPI, _UART = ("RX", "CS", "SCK", "TX"), ("TX", "RX", "CTS", "RTS")


def rp2040_functions(gpio: int) -> tuple[str, ...]:
    uart = (0, 1, 1, 0)[gpio // 4 % 4]
    return (f"SPI{gpio // 8 % 2}_{_SPI[gpio % 4]}", f"UART{uart}_{_UART[gpio % 4]}",
            f"I2C{gpio // 2 % 2}_{('SDA', 'SCL')[gpio % 2]}", f"PWM{gpio // 2 % 8}_{'AB'[gpio % 2]}")


# The same csv's rows that show where the rule turns.
RP2040_ROWS = """
GPIO0,SPI0_RX,UART0_TX,I2C0_SDA,PWM0_A      GPIO7,SPI0_TX,UART1_RTS,I2C1_SCL,PWM3_B
GPIO8,SPI1_RX,UART1_TX,I2C0_SDA,PWM4_A      GPIO13,SPI1_CS,UART0_RX,I2C0_SCL,PWM6_B
GPIO16,SPI0_RX,UART0_TX,I2C0_SDA,PWM0_A     GPIO22,SPI0_SCK,UART1_CTS,I2C1_SDA,PWM3_A
GPIO26,SPI1_SCK,UART1_CTS,I2C1_SDA,PWM5_A   GPIO29,SPI1_CS,UART0_RX,I2C0_SCL,PWM6_B
"""

# MicroPython ports/esp32/machine_adc.c (ADC1) and ESP32 datasheet (ADC2): channel -> GPIO.
ESP32_ADC1 = (36, 37, 38, 39, 32, 33, 34, 35)
ESP32_ADC2 = (4, 0, 2, 15, 13, 12, 14, 27, 25, 26)

# Espressif's ESP32-DevKitC V4 user guide: names printed on J2 and J3, and the GPIO of each.
J2 = "3V3 EN VP:36 VN:39 IO34 IO35 IO32 IO33 IO25 IO26 IO27 IO14 IO12 GND IO13 D2:9 D3:10 CMD:11 5V"
J3 = "GND IO23 IO22 TX:1 RX:3 IO21 GND IO19 IO18 IO5 IO17 IO16 IO4 IO0 IO2 IO15 D1:8 D0:7 CLK:6"

# Raspberry Pi Pico Datasheet, figure "pinout": pin number -> name, counted round the board.
PICO = ("GP0 GP1 GND GP2 GP3 GP4 GP5 GND GP6 GP7 GP8 GP9 GND GP10 GP11 GP12 GP13 GND GP14 GP15 "
        "GP16 GP17 GND GP18 GP19 GP20 GP21 GND GP22 RUN GP26 GP27 AGND GP28 ADC_VREF 3V3 3V3_EN GND "
        "VSYS VBUS").split()


def test_rp2040_functions_are_the_public_table():
    pins = load_board("pico").mcu.pins
    assert {gpio: pin.functions for gpio, pin in pins.items()} == {
        gpio: rp2040_functions(gpio) for gpio in range(30)}
    for row in RP2040_ROWS.split():
        name, *functions = row.split(",")
        assert pins[int(name[4:])].functions == tuple(functions)


def test_rp2040_has_its_adc_on_26_to_29_only():
    pins = load_board("pico").mcu.pins
    assert {gpio: pin.adc for gpio, pin in pins.items() if pin.adc} == {
        26: "ADC0", 27: "ADC1", 28: "ADC2", 29: "ADC3"}


def test_esp32_adc_channels():
    pins = load_board("esp32_devkitc").mcu.pins
    expected = {gpio: f"ADC1_CH{channel}" for channel, gpio in enumerate(ESP32_ADC1)}
    expected |= {gpio: f"ADC2_CH{channel}" for channel, gpio in enumerate(ESP32_ADC2)}
    assert {gpio: pin.adc for gpio, pin in pins.items() if pin.adc} == expected


@pytest.mark.parametrize("limit, gpios", [
    ("strapping", {0, 2, 5, 12, 15}),
    ("flash", set(range(6, 12))),
    ("input_only", set(range(34, 40))),
    ("psram", {16, 17}),
    ("console", {1, 3}),
    ("adc2", set(ESP32_ADC2)),
])
def test_esp32_limits(limit, gpios):
    pins = load_board("esp32_devkitc").mcu.pins
    assert {gpio for gpio, pin in pins.items() if limit in {one.name for one in pin.limits}} == gpios


def test_esp32_has_no_such_gpios():
    assert not {20, 24, 28, 29, 30, 31} & set(load_board("esp32_devkitc").mcu.pins)


@pytest.mark.parametrize("prefix, printed", [("J2-", J2), ("J3-", J3)])
def test_devkitc_header(prefix, printed):
    board = load_board("esp32_devkitc")
    places = {place.number: place for place in board.header}
    for position, name in enumerate(printed.split(), start=1):
        place = places[f"{prefix}{position}"]
        shown, _, gpio = name.partition(":")
        gpio = gpio or (shown[2:] if shown.startswith("IO") else "")
        if gpio:
            pin = board.pins[place.label]
            assert (pin.gpio, pin.printed) == (int(gpio), shown)
        else:
            assert place.label == shown


def test_pico_header():
    board = load_board("pico")
    assert {place.number: place.label for place in board.header} == {
        str(number): name for number, name in enumerate(PICO, start=1)}
    for place in board.header:
        if place.kind == "gpio":
            assert board.pins[place.label].gpio == int(place.label[2:])
        assert (place.side, place.position) == (
            ("left", int(place.number) - 1) if int(place.number) <= 20 else ("right", 40 - int(place.number)))


# Arduino's pinout of the Nano form: printed names from the USB end, left side down, then right side down.
NANO = "D13 3V3 {} A0 A1 A2 A3 A4 A5 A6 A7 5V {} GND VIN D12 D11 D10 D9 D8 D7 D6 D5 D4 D3 D2 GND RST RX TX"
# MicroPython ports/{rp2,esp32}/boards/ARDUINO_NANO_*/pins.csv: name=GPIO. A4 and A5 of the RP2040 one from its data sheet.
NANO_RP2040 = ("TX=0 RX=1 D2=25 D3=15 D4=16 D5=17 D6=18 D7=19 D8=20 D9=21 D10=5 D11=7 D12=4 D13=6 A0=26 A1=27 "
               "A2=28 A3=29 A4=12 A5=13")
NANO_ESP32 = ("TX=43 RX=44 D2=5 D3=6 D4=7 D5=8 D6=9 D7=10 D8=17 D9=18 D10=21 D11=38 D12=47 D13=48 A0=1 A1=2 A2=3 "
              "A3=4 A4=11 A5=12 A6=13 A7=14 B0=46 B1=0")


@pytest.mark.parametrize("name, third, thirteenth, gpios", [
    ("arduino_nano_rp2040_connect", "AREF", "REC", NANO_RP2040),
    ("arduino_nano_esp32", "B0", "B1", NANO_ESP32),
])
def test_nano_headers(name, third, thirteenth, gpios):
    board = load_board(name)
    places = {int(place.number): place.label for place in board.header}
    printed = NANO.format(third, thirteenth).split()
    assert [places[n] for n in [*range(1, 16), *range(30, 15, -1)]] == printed
    assert {pin.name: pin.gpio for pin in board.pins.values()} == {
        name: int(gpio) for name, gpio in (pair.split("=") for pair in gpios.split())}


def test_a_pico_w_has_the_header_of_a_pico_and_its_led_on_the_radio():
    pico, wireless = load_board("pico"), load_board("pico_w")
    assert wireless.header == pico.header
    assert (pico.names["LED"], wireless.names["LED"]) == (25, "EXT_GPIO0")
    assert pico.radio is None and wireless.radio.hostname == "PicoW"


def test_esp32s3_pins():
    pins = load_board("arduino_nano_esp32").mcu.pins
    assert set(pins) == set(range(49)) - {22, 23, 24, 25}
    expected = {gpio: f"ADC1_CH{gpio - 1}" for gpio in range(1, 11)}
    expected |= {gpio: f"ADC2_CH{gpio - 11}" for gpio in range(11, 21)}
    assert {gpio: pin.adc for gpio, pin in pins.items() if pin.adc} == expected
    assert {gpio for gpio, pin in pins.items() if "RTC" in pin.functions} == set(range(22))
    limits = {name: {gpio for gpio, pin in pins.items() if name in {one.name for one in pin.limits}}
              for name in ("strapping", "flash", "psram", "usb")}
    assert limits == {"strapping": {0, 3, 45, 46}, "flash": set(range(26, 33)), "psram": set(range(33, 38)),
                      "usb": {19, 20}}


# MicroPython ports/esp32/machine_touchpad.c: GPIO by touch channel.
def test_esp32_touch_pads():
    pins = load_board("esp32_devkitc").mcu.pins
    assert [gpio for channel in range(10) for gpio, pin in pins.items() if f"TOUCH{channel}" in pin.functions] == [
        4, 0, 2, 15, 13, 12, 14, 27, 33, 32]


@pytest.mark.parametrize("name", board_names())
def test_every_board_is_whole(name):
    board = load_board(name)
    assert board.name == name
    assert {"3V3", "5V", "GND"} <= set(board.rails)
    assert all(pin.can.gpio == pin.gpio for pin in board.pins.values())
    assert board.micropython.page.endswith(f"/{board.micropython.firmware}/")
    for usb in board.port.usb + board.port.boot_usb:
        vid, pid = usb.split(":")
        assert f"{int(vid, 16):04x}:{int(pid, 16):04x}" == usb


def test_pins_are_found_by_name_and_by_print_and_the_nearest_is_named():
    board = load_board("esp32_devkitc")
    assert board.pin("GPIO36") is board.pin("VP") is board.by_gpio(36)
    with pytest.raises(errors.PinMissing, match='no pin "GPIO3222".*did you mean "GPIO32"'):
        board.pin("GPIO3222")
    with pytest.raises(errors.PinMissing, match='"EN".*pull to GND to reset'):
        board.pin("EN")


def test_an_unknown_board_names_those_there_are():
    with pytest.raises(errors.UnknownBoard, match='did you mean "pico"'):
        load_board("picoo")
    with pytest.raises(errors.UnknownBoard):
        load_board("../mcu/rp2040")


@pytest.mark.parametrize("old, new, said", [
    ('GP26 = { gpio = 26 }', 'GP26 = { gpio = 27 }', "two names"),
    ('GP26 = { gpio = 26 }', 'GP26 = { gpio = 77 }', "no GPIO77"),
    ('"GP27", "GP26"', '"GP27", "GP27"', "once in the header"),
    ('"GP27", "GP26"', '"GP27", "GP99"', "no pin, rail or control"),
    ("first = 40", "first = 41", "two header pins|once"),
    ('source = "usb-ids"', 'source = "hearsay"', "not possible here"),
    ('[pins]\nsource = "datasheet"\n', "[pins]\n", "source"),
    ('[controls]\nsource = "datasheet"\n', "[controls]\n", "source"),
    ('[[header]]\nsource = "datasheet"\n', "[[header]]\n", "source"),
    ("needs_dtr = true", "needs_dtr = 1", "true or false"),
    ("needs_dtr = true", "need_dtr = true", "looks like it"),
])
def test_a_broken_board_file_is_one_clear_error(old, new, said, tmp_path, monkeypatch):
    if old == "first = 40":
        new = "first = 20"                       # the right side would then reuse the left's numbers
    own_hardware(tmp_path, monkeypatch, ("boards/pico.toml", old, new))
    with pytest.raises(errors.HardwareInvalid, match=said) as caught:
        load_board("pico")
    assert "hardware/boards/pico.toml" in caught.value.where
