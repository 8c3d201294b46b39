# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import sys as _sys
from _vb import address as _address
from _vb import data as _data
from _vb import op as _op
from _vb import size as _size
from _vb import text as _text
from _vb_pin import Pin as _Pin
from uctypes import bytearray_at as _bytearray_at


def _gpio(pin):
    return -1 if pin is None else (pin if isinstance(pin, _Pin) else _Pin(pin))._gpio


def _bytes_of(buffer):
    return _bytearray_at(_address(buffer), _size(buffer))


def _fill(buffer, value):
    view = _bytes_of(buffer)
    for i in range(len(view)):
        view[i] = value


class I2C:
    def __init__(self, id=-1, *, scl=None, sda=None, freq=400000, timeout=50000):
        _op(OP.i2c_timeout, timeout)
        self._bus = _op(OP.i2c_open, id, _gpio(sda) << 16 | _gpio(scl) & 0xFFFF, freq)
        self._told = (id, self._bus, timeout)

    def __repr__(self):
        return _text("i2c_told", "%d %d %d" % self._told)

    def scan(self):
        return [a for a in range(8, 120) if _op(OP.i2c_probe, self._bus, a)]

    def writeto(self, addr, buf, stop=True):
        data = _data(buf)
        _op(OP.i2c_write, self._bus << 8 | (0 if stop else 128) | addr, _address(data) if data else 0, len(data))
        return len(data)

    def writevto(self, addr, vector, stop=True):
        return self.writeto(addr, b"".join([_data(v) for v in vector]), stop)

    def readfrom_into(self, addr, buf, stop=True):
        _op(OP.i2c_read, self._bus << 8 | (0 if stop else 128) | addr, _address(buf), _size(buf))

    def readfrom(self, addr, nbytes, stop=True):
        buf = bytearray(nbytes)
        self.readfrom_into(addr, buf, stop)
        return bytes(buf)

    def _memaddr(self, memaddr, addrsize):
        if addrsize & 7 or addrsize > 32:
            raise ValueError("invalid addrsize")
        return (memaddr & (1 << addrsize) - 1).to_bytes(addrsize // 8, "big")

    def writeto_mem(self, addr, memaddr, buf, *, addrsize=8):
        self.writeto(addr, self._memaddr(memaddr, addrsize) + _data(buf))

    def readfrom_mem_into(self, addr, memaddr, buf, *, addrsize=8):
        self.writeto(addr, self._memaddr(memaddr, addrsize), False)
        self.readfrom_into(addr, buf)

    def readfrom_mem(self, addr, memaddr, nbytes, *, addrsize=8):
        buf = bytearray(nbytes)
        self.readfrom_mem_into(addr, memaddr, buf, addrsize=addrsize)
        return bytes(buf)

    def _only_soft(self, *args, **options):
        raise OSError("I2C operation not supported")

    init = start = stop = readinto = write = _only_soft

    def deinit(self):
        pass


class SoftI2C(I2C):
    # The primitive operations work on whole transfers: what is written after a start goes out at the
    # next start or stop, the address at once, because its ACK is what write() tells.
    def __init__(self, scl, sda, *, freq=400000, timeout=50000):
        super().__init__(-1, scl=scl, sda=sda, freq=freq, timeout=timeout)
        self._to = None
        self._out = b""

    init = __init__

    def start(self):
        self._flush()
        self._to = None

    def stop(self):
        self._flush()
        self._to = None

    def _flush(self):
        data, self._out = self._out, b""
        if data:
            self.writeto(self._to >> 1, data)

    def write(self, buf):
        data = _data(buf)
        acks = 0
        if data and self._to is None:
            if not _op(OP.i2c_probe, self._bus, data[0] >> 1):
                return 0
            self._to = data[0]
            data = data[1:]
            acks = 1
        self._out += data
        return acks + len(data)

    def readinto(self, buf, nack=True):
        if self._to is None:
            _fill(buf, 255)
        else:
            self.readfrom_into(self._to >> 1, buf)


class SPI:
    MSB = 0
    LSB = 1
    _rp2 = _sys.platform == "rp2"

    def __init__(self, id, baudrate=None, *, sck=None, mosi=None, miso=-1, **options):
        self._id = id
        self._baud = _op(OP.spi_rate, id, 1000000 if self._rp2 else 500000)
        self._open(id, sck, mosi, miso)
        self.init(baudrate, **options)

    def _open(self, id, sck, mosi, miso):
        sck = -1 if sck is None or sck == -1 else _gpio(sck)
        mosi = -1 if mosi is None or mosi == -1 else _gpio(mosi)
        # None: no such wire; -1: not said, so the default
        miso = 255 if miso is None else -1 if miso == -1 else _gpio(miso)
        self._bus = _op(OP.spi_open, id, sck, mosi << 16 | miso & 0xFFFF)

    def init(self, baudrate=None, polarity=0, phase=0, bits=8, firstbit=0, **pins):
        if firstbit:
            raise NotImplementedError("LSB")
        if bits != 8:
            raise ValueError("bits must be 8")
        if baudrate:
            self._baud = _op(OP.spi_rate, self._id, baudrate)
        self._mode = (polarity, phase)
        if pins:
            self._open(self._id, pins.get("sck"), pins.get("mosi"), pins.get("miso", -1))

    def __repr__(self):
        return _text("spi_told", "%d %d %d %d %d" % ((self._id, self._bus, self._baud) + self._mode))

    def _transfer(self, data):
        size = _size(data)
        if size:
            _op(OP.spi_time, size * 8000000 // self._baud)
            _op(OP.spi_transfer, self._bus, _address(data), size)
        return data

    def write(self, buf):
        self._transfer(bytearray(_data(buf)))

    def read(self, nbytes, write=0):
        return bytes(self._transfer(bytearray([write] * nbytes)))

    def readinto(self, buf, write=0):
        _fill(buf, write)
        self._transfer(buf)

    def write_readinto(self, write_buf, read_buf):
        data = _data(write_buf)
        if len(data) != _size(read_buf):
            raise ValueError("buffers must be the same length")
        _bytes_of(read_buf)[:] = data
        self._transfer(read_buf)

    def deinit(self):
        pass


class SoftSPI(SPI):
    _rp2 = False

    def __init__(self, baudrate=500000, *, sck=None, mosi=None, miso=None, **options):
        if sck is None or mosi is None or miso is None:
            raise ValueError("must specify all of sck/mosi/miso")
        super().__init__(-1, baudrate, sck=sck, mosi=mosi, miso=miso, **options)
