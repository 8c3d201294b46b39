# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from _vb import address as _address
from _vb import op as _op
from _vb_pin import Pin as _Pin


def _gpio(pin):
    return -1 if pin is None else (pin._gpio if isinstance(pin, _Pin) else pin)


class I2C:
    def __init__(self, id=-1, *, scl=None, sda=None, freq=400000, timeout=50000):
        self._bus = _op(OP.i2c_open, id, _gpio(sda), _gpio(scl))

    def scan(self):
        return [a for a in range(8, 120) if _op(OP.i2c_probe, self._bus, a)]

    def writeto(self, addr, buf, stop=True):
        data = bytes(buf)
        _op(OP.i2c_write, self._bus << 8 | addr, _address(data) if data else 0, len(data))
        return len(data)

    def writevto(self, addr, vector, stop=True):
        return self.writeto(addr, b"".join([bytes(v) for v in vector]), stop)

    def readfrom_into(self, addr, buf, stop=True):
        _op(OP.i2c_read, self._bus << 8 | addr, _address(buf), len(buf))

    def readfrom(self, addr, nbytes, stop=True):
        buf = bytearray(nbytes)
        self.readfrom_into(addr, buf)
        return bytes(buf)

    def _memaddr(self, memaddr, addrsize):
        return memaddr.to_bytes(addrsize // 8, "big")

    def writeto_mem(self, addr, memaddr, buf, *, addrsize=8):
        self.writeto(addr, self._memaddr(memaddr, addrsize) + bytes(buf))

    def readfrom_mem_into(self, addr, memaddr, buf, *, addrsize=8):
        self.writeto(addr, self._memaddr(memaddr, addrsize), False)
        self.readfrom_into(addr, buf)

    def readfrom_mem(self, addr, memaddr, nbytes, *, addrsize=8):
        buf = bytearray(nbytes)
        self.readfrom_mem_into(addr, memaddr, buf, addrsize=addrsize)
        return bytes(buf)

    def deinit(self):
        pass


class SoftI2C(I2C):
    def __init__(self, scl, sda, *, freq=400000, timeout=50000):
        super().__init__(-1, scl=scl, sda=sda)
