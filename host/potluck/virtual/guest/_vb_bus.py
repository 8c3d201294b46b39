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


_RP2 = _sys.platform == "rp2"


class I2C:
    _made = {}  # number -> the one object of that peripheral, and the pins that it was given last

    def __new__(cls, id=0 if _RP2 else -1, *args, **options):
        made = I2C._made.get(id) if cls is I2C else None
        return made or object.__new__(cls)

    def __init__(self, id=0 if _RP2 else -1, freq=None, *, scl=None, sda=None, timeout=50000):
        if self is not I2C._made.get(id):
            self._pins = (None, None)
        elif freq is scl is sda is None and timeout == 50000:
            return  # nothing was said: it stays as it is
        if _RP2 and id < 0 and type(self) is I2C:
            raise ValueError("I2C(%d) doesn't exist" % id)
        sda, scl = (self._pins[0] if sda is None else sda), (self._pins[1] if scl is None else scl)
        _op(OP.i2c_timeout, timeout)
        self._bus = _op(OP.i2c_open, id, _gpio(sda) << 16 | _gpio(scl) & 0xFFFF, freq or 400000)
        self._told = (id, self._bus, timeout)
        self._pins = (sda, scl)
        if id >= 0:
            I2C._made[id] = self

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

    if not _RP2:

        def deinit(self):
            pass


class SoftI2C(I2C):
    # The primitive operations work on whole transfers: what is written after a start goes out at the
    # next start or stop, the address at once, because its ACK is what write() tells.
    def __init__(self, scl=None, sda=None, *, freq=400000, timeout=50000):
        for name, pin in (("scl", scl), ("sda", sda)):
            if pin is None:
                raise TypeError("'%s' argument required" % name)
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
    MSB = 1 if _RP2 else 0
    LSB = 0 if _RP2 else 1
    _rp2 = _RP2
    _made = {}  # number -> the one object of that peripheral

    def __new__(cls, id=0, *args, **options):
        made = SPI._made.get(id) if cls is SPI else None
        return made or object.__new__(cls)

    if _RP2:

        def __init__(self, id=0, baudrate=1000000, *, sck=None, mosi=None, miso=-1, **options):
            known = SPI._made.get(id) is self
            if known and baudrate == 1000000 and not options and sck is None and mosi is None and miso == -1:
                return  # nothing was said: it stays as it is
            if not known:
                self._pins = (None, None, -1)
            self._begin(
                id, baudrate, self._pins[0] if sck is None else sck, self._pins[1] if mosi is None else mosi,
                self._pins[2] if miso == -1 else miso, options,
            )  # fmt: skip

    else:

        def __init__(self, id, baudrate=None, *, sck=None, mosi=None, miso=-1, **options):
            self._begin(id, baudrate, sck, mosi, miso, options)

    def _begin(self, id, baudrate, sck, mosi, miso, options):
        self._id = id
        self._baud = _op(OP.spi_rate, id, 1000000 if self._rp2 else 500000)
        self._open(id, sck, mosi, miso)
        self._pins = (sck, mosi, miso)
        self._mode = (0, 0)
        self._bits = 8
        self.init(baudrate, **options)
        if id >= 0:
            SPI._made[id] = self

    def _open(self, id, sck, mosi, miso):
        sck = -1 if sck is None or sck == -1 else _gpio(sck)
        mosi = -1 if mosi is None or mosi == -1 else _gpio(mosi)
        # None: no such wire; -1: not said, so the default
        miso = 255 if miso is None else -1 if miso == -1 else _gpio(miso)
        self._bus = _op(OP.spi_open, id, sck, mosi << 16 | miso & 0xFFFF)

    def init(self, baudrate=None, polarity=None, phase=None, bits=8, firstbit=MSB, **pins):
        if firstbit == self.LSB and self._rp2:
            raise NotImplementedError("LSB")
        if firstbit == self.LSB:
            raise NotImplementedError("SPI with the lowest bit first is not simulated")
        if bits != 8 and not (self._rp2 and 4 <= bits <= 16):
            raise ValueError("bits must be 8")
        self._bits = bits
        if baudrate:
            self._baud = _op(OP.spi_rate, self._id, baudrate)
        self._mode = (self._mode[0] if polarity is None else polarity, self._mode[1] if phase is None else phase)
        if pins:
            self._open(self._id, pins.get("sck"), pins.get("mosi"), pins.get("miso", -1))

    def __repr__(self):
        return _text("spi_told", "%d %d %d %d %d %d" % ((self._id, self._bus, self._baud) + self._mode + (self._bits,)))

    def _transfer(self, data):
        if self._bits != 8:
            raise NotImplementedError("SPI with %d bits is not simulated" % self._bits)
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

    def __new__(cls, *args, **options):
        return object.__new__(cls)

    def __init__(self, baudrate=500000, *, sck=None, mosi=None, miso=None, **options):
        if sck is None or mosi is None or miso is None:
            raise ValueError("must specify all of sck/mosi/miso")
        self._begin(-1, baudrate, sck, mosi, miso, options)
