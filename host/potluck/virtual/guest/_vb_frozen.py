# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# Modules that official firmware carries frozen: imported from here on first use.
NAMES = ("asyncio", "uasyncio", "neopixel", "rp2", "esp32", "dht", "onewire", "ds18x20", "network")
