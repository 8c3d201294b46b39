# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import sys as _sys
from _vb import Missing as _Missing
from _vb import address as _address
from _vb import op as _op
from _vb import text as _text
from machine import Pin as _Pin

if _sys.platform != "esp32":
    raise ImportError("no module named 'esp32'")
WAKEUP_ALL_LOW = False
WAKEUP_ANY_HIGH = True
HEAP_DATA = 4
HEAP_EXEC = 1


class NVS:
    def __init__(self, namespace):
        self._namespace = namespace
        self._at("")

    def _at(self, key):
        _text("nvs_key", self._namespace + "\n" + key)

    def get_i32(self, key):
        self._at(key)
        return _op(OP.nvs_get)

    def set_i32(self, key, value):
        self._at(key)
        _op(OP.nvs_set, value)

    def get_blob(self, key, buffer):
        self._at(key)
        return _op(OP.nvs_get_blob, _address(buffer), len(buffer))

    def set_blob(self, key, value):
        self._at(key)
        data = value.encode() if isinstance(value, str) else bytes(value)
        _op(OP.nvs_set_blob, _address(data) if data else 0, len(data))

    def erase_key(self, key):
        self._at(key)
        _op(OP.nvs_erase)

    def commit(self):
        _op(OP.nvs_commit)


def _gpio(pin):
    return (pin if isinstance(pin, _Pin) else _Pin(pin))._gpio


def wake_on_ext0(pin=None, level=False):
    _op(OP.wake_on_pin, -1 if pin is None else _gpio(pin), level)


def wake_on_ext1(pins=None, level=False):
    _op(OP.wake_on_pins, -1, level, 1)
    for pin in pins or ():
        _op(OP.wake_on_pins, _gpio(pin), level)


if "S3" in _sys.implementation._machine:

    def mcu_temperature():
        return 40

else:

    def raw_temperature():
        return 127  # Fahrenheit, the first ESP32 in a warm room


gpio_deep_sleep_hold = _Missing("esp32.gpio_deep_sleep_hold")  # pins let go in deep sleep
wake_on_touch = _Missing("esp32.wake_on_touch")
wake_on_ulp = _Missing("esp32.wake_on_ulp")
idf_heap_info = _Missing("esp32.idf_heap_info")
Partition = _Missing("esp32.Partition")
RMT = _Missing("esp32.RMT")
PCNT = _Missing("esp32.PCNT")
ULP = _Missing("esp32.ULP")
