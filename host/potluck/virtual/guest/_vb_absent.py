# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# Modules that boards have in their firmware and this one has not: one that a board has too says so, the others are not
# there at all. `rom.py` makes a file of each name that says it.
import sys

from _vb import text

_RADIO = text("wlan_kind").split("\n")[0]
_NANO = "Nano" in sys.implementation._machine
# name -> whether this board has it (ports/*/mpconfigport.h and boards/*/manifest.py)
_THERE = {
    "_thread": True, "cryptolib": True, "btree": _RADIO == "esp32", "espnow": _RADIO == "esp32", "_espnow": _RADIO == "esp32",
    "aioespnow": _RADIO == "esp32", "lwip": _RADIO == "cyw43", "tls": bool(_RADIO), "websocket": bool(_RADIO),
    "webrepl": bool(_RADIO), "_webrepl": bool(_RADIO), "webrepl_setup": bool(_RADIO), "mip": bool(_RADIO),
    "aioble": bool(_RADIO) and (_RADIO != "esp32" or _NANO), "umqtt": _RADIO == "esp32", "upysh": _RADIO == "esp32",
    "senml": _NANO, "logging": _NANO,
}  # fmt: skip
_PYTHON = {"aioble": "aioble", "umqtt": "umqtt.simple", "upysh": "upysh", "senml": "senml", "logging": "logging"}


def say(name):
    sys.modules.pop(__name__, None)
    if not _THERE[name]:
        raise ImportError("no module named '%s'" % name)
    if name == "mip":
        raise ImportError("mip is not simulated: `mpremote mip install` does it from the computer")
    if name in _PYTHON:
        raise ImportError("%s is not in the firmware here: `mpremote mip install %s`" % (name, _PYTHON[name]))
    raise ImportError("%s is not simulated" % name)
