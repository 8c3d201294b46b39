# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import sys as _sys
from neopixel import NeoPixel

if _sys.platform != "esp32":
    raise ImportError("no module named 'apa106'")


class APA106(NeoPixel):
    ORDER = (0, 1, 2, 3)  # red first
