# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""DS18B20 behind the network layer of 1-Wire: scratchpad, conversion that takes its time.

knobs
  celsius    what it is put into
  damaged    1: a bit of each answer is wrong
  unplugged  1: a wire is off
"""

from world_onewire import Device, crc8

_CONVERT, _WRITE, _READ, _COPY, _RECALL, _POWER = 0x44, 0x4E, 0xBE, 0x48, 0xB8, 0xB4


class World(Device):
    family = 0x28
    takes = {_WRITE: 3}
    knobs = {"celsius": 20.0, "damaged": 0, "unplugged": 0}

    def __init__(self, name, options):
        # A search finds lower bits first: the index, its bits turned round, makes that order.
        index = int(options.get("index", 0))
        self.serial(sum((index >> i & 1) << (7 - i) for i in range(8)) | 0x0000_16A2_7C00)
        self._power_on()

    def _power_on(self):
        self._raw = 0x0550
        self._mark = 0x0C
        self._setup = b"\x4b\x46\x7f"
        self._left_s = 0.0

    def poke(self, knob, value):
        setattr(self, knob, value)
        if knob == "unplugged" and value:
            self._power_on()

    def step(self, dt_s):
        if self._left_s > 0:
            self._left_s -= dt_s
            if self._left_s <= 0:
                lost = 3 - (self._setup[2] >> 5 & 3)  # bits below the resolution
                steps = int(round(min(max(self.celsius, -55.0), 125.0) * 16)) >> lost << lost
                self._raw = steps & 0xFFFF
                self._mark = 16 - (steps & 15)

    def command(self, code):
        if code == _CONVERT:
            self._left_s = 0.75 / (1 << 3 - (self._setup[2] >> 5 & 3)) - 1e-4
        elif code == _READ:
            pad = self._raw.to_bytes(2, "little") + self._setup + bytes([0xFF, self._mark, 0x10])
            pad += bytes([crc8(pad)])
            return bytes([pad[0] ^ 1]) + pad[1:] if self.damaged else pad
        elif code == _POWER:
            return b"\xff"  # not fed through the line

    def written(self, code, data):
        self._setup = bytes([data[0], data[1], data[2] & 0x60 | 0x1F])
