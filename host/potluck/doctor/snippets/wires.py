# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# Runs on the board, in the raw REPL: what is at the pins? No pin is ever driven high. Every answer is one literal.
from time import sleep_ms, sleep_us

from machine import ADC, Pin, SoftI2C


def pulled(gpio, pull):
    # The level with a pull on; None where the pin has none (ESP32's 34 to 39)
    try:
        pin = Pin(gpio, Pin.IN, pull)
    except (ValueError, OSError):
        return None
    sleep_ms(2)
    level = pin.value()
    Pin(gpio, Pin.IN, None)
    return level


def i2c(sda, scl, ids):
    said = {"down": (pulled(sda, Pin.PULL_DOWN), pulled(scl, Pin.PULL_DOWN))}
    said["up"] = (pulled(sda, Pin.PULL_UP), pulled(scl, Pin.PULL_UP))
    said["there"] = said["swapped"] = ()
    said["ids"] = {}
    if 0 in said["up"]:  # each of the scan's 112 addresses would wait for the line
        print(repr(said))
        return
    try:
        bus = SoftI2C(scl=Pin(scl), sda=Pin(sda), freq=100000)
        said["there"] = tuple(bus.scan())
        for address, register in ids:
            if address in said["there"]:
                said["ids"][address] = bus.readfrom_mem(address, register, 1)[0]
        if not said["there"]:
            said["swapped"] = tuple(SoftI2C(scl=Pin(sda), sda=Pin(scl), freq=100000).scan())
    except (OSError, ValueError) as error:
        said["failed"] = repr(error)
    for gpio in (sda, scl):
        Pin(gpio, Pin.IN, None)
    print(repr(said))


def millivolts(adc):
    seen = []
    for _ in range(9):
        seen.append(adc.read_uv() // 1000 if hasattr(adc, "read_uv") else adc.read_u16() * 3300 // 65535)
    return sorted(seen)[4]


def adc(gpio):
    # Baseline first: what the pulls leave on the sensor's capacitor is gone at the next look only.
    pin = Pin(gpio, Pin.IN)
    made = ADC(Pin(gpio))
    said = {"mv": None, "up": None, "down": None}
    if hasattr(ADC, "ATTN_11DB"):
        made.atten(ADC.ATTN_11DB)
    said["mv"] = millivolts(made)
    try:
        for name, pull in (("up", Pin.PULL_UP), ("down", Pin.PULL_DOWN)):
            pin.init(pull=pull)
            sleep_us(200)
            said[name] = millivolts(made)
    except (ValueError, OSError):
        pass  # no pulls here
    try:
        pin.init(pull=None)
    except (ValueError, OSError):
        pass
    print(repr(said))


def contact(gpio):
    # The levels that are seen in a quarter of a second with each pull
    said = {}
    for name, pull in (("up", Pin.PULL_UP), ("down", Pin.PULL_DOWN)):
        try:
            pin = Pin(gpio, Pin.IN, pull)
        except (ValueError, OSError):
            said[name] = ()
            continue
        sleep_ms(2)
        levels = set()
        for _ in range(25):
            levels.add(pin.value())
            sleep_ms(5)
        said[name] = tuple(sorted(levels))
    Pin(gpio, Pin.IN, None)
    print(repr(said))


def onewire(gpio):
    try:
        import onewire

        print(len(onewire.OneWire(Pin(gpio)).scan()))
    except ImportError:
        print(None)
    except Exception:
        print(0)  # onewire.OneWireError: no presence pulse
