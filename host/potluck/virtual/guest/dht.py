# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# DHT11 and DHT22 (AM2302), after their data sheets: 16 bits humidity, 16 bits temperature, checksum.
from machine import dht_readinto as _readinto


class DHTBase:
    def __init__(self, pin):
        self.pin = pin
        self.buf = bytearray(5)

    def measure(self):
        _readinto(self.pin, self.buf)
        if sum(self.buf[:4]) & 0xFF != self.buf[4]:
            raise Exception("checksum error")


class DHT11(DHTBase):
    def humidity(self):
        return self.buf[0]

    def temperature(self):
        return self.buf[2]


class DHT22(DHTBase):
    def humidity(self):
        return (self.buf[0] << 8 | self.buf[1]) * 0.1

    def temperature(self):
        magnitude = ((self.buf[2] & 0x7F) << 8 | self.buf[3]) * 0.1
        return -magnitude if self.buf[2] & 0x80 else magnitude
