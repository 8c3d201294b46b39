# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
import io as _io
import sys as _sys
from time import sleep_ms as _sleep_ms
from time import sleep_us as _sleep_us
from _vb import address as _address
from _vb import data as _data
from _vb import handlers as _handlers
from _vb import op as _op
from _vb import size as _size
from _vb import text as _text
from _vb_pin import Pin as _Pin

_rp2 = _sys.platform == "rp2"
_FIRST = 56  # interrupt number of UART(0): chip/uart.py


def _gpio(pin, none):
    return none if pin is None else (pin if isinstance(pin, _Pin) else _Pin(pin))._gpio


class _Irq:
    def __init__(self, trigger):
        self._trigger = trigger
        self._flags = 0

    def flags(self):
        return self._flags

    def trigger(self, trigger=None):
        before = self._trigger
        self._trigger = before if trigger is None else trigger
        return before

    def __repr__(self):
        return "<irq>"


class UART(_io.IOBase):
    if _rp2:  # ports/rp2/machine_uart.c
        INV_TX = 1
        INV_RX = 2
        CTS = 1
        RTS = 2
        IRQ_RXIDLE = 0x40
        IRQ_TXIDLE = 0x20
        IRQ_BREAK = 0x200
        _MASKS = (3, 0x260, "bad inversion mask", "bad hardware flow control mask")
    else:  # ports/esp32/machine_uart.c, esp-idf hal/uart_types.h
        INV_TX = 32
        INV_RX = 4
        INV_RTS = 64
        INV_CTS = 8
        CTS = 2
        RTS = 1
        IRQ_RX = 1
        IRQ_RXIDLE = 0x1000
        IRQ_BREAK = 2
        _MASKS = (108, 0x1003, "invalid inversion mask", "invalid flow control mask")

    def __init__(self, id, baudrate=115200, bits=8, parity=None, stop=1, **options):
        _op(OP.uart_check, id)
        if _sys.platform == "esp32" and id == 0:
            raise NotImplementedError("UART(0) is the line of the REPL here: it is not simulated as a UART")
        self._id = id
        self._irq = _Irq(0)
        self._baud = baudrate
        self.init(baudrate, bits, parity, stop, **options)

    def init(self, baudrate=None, bits=8, parity=None, stop=1, *, tx=None, rx=None, cts=None, rts=None, timeout=0,
             timeout_char=0, invert=0, flow=0, txbuf=256, rxbuf=256):  # fmt: skip
        if bits not in (5, 6, 7, 8):
            raise ValueError("invalid data bits")
        if stop not in (1, 2):
            raise ValueError("invalid stop bits")
        if invert & ~self._MASKS[0]:
            raise ValueError(self._MASKS[2])
        if flow & ~3:
            raise ValueError(self._MASKS[3])
        if rxbuf > 32766:
            raise ValueError("rxbuf too large")
        if txbuf > 32766:
            raise ValueError("txbuf too large")
        if baudrate:
            self._baud = baudrate
        if _rp2:  # a whole character, and each wait is over when more than its time has passed
            self._first = timeout + 1
            self._gap = max(timeout, timeout_char, 13000 // self._baud + 1) + 1
        else:
            self._first = timeout
            self._gap = max(timeout, timeout_char)
        self._rxbuf = max(rxbuf, 32)
        self._told = (bits, -1 if parity is None else parity & 1, stop, timeout, timeout_char, txbuf, self._rxbuf, invert)
        _op(OP.uart_open, self._id, _gpio(tx, -1) << 16 | _gpio(rx, -1) & 0xFFFF, self._baud)
        parts = 2 * (1 + bits + (parity is not None) + stop)  # half bits: start, data, parity, stop
        _op(OP.uart_frame, self._id, parts, txbuf << 16 | self._rxbuf)
        _op(OP.uart_tell_sent, self._id, self._irq._trigger & getattr(self, "IRQ_TXIDLE", 0))

    def deinit(self):
        _handlers.pop(_FIRST + self._id, None)
        _op(OP.uart_close, self._id)

    def any(self):
        return _op(OP.uart_any, self._id)

    def _await(self, ms):
        while not self.any():
            if ms <= 0:
                return False
            _sleep_ms(1)
            ms -= 1
        return True

    def readinto(self, buf, nbytes=-1):
        want = _size(buf) if nbytes < 0 else min(nbytes, _size(buf))
        got = 0
        start = _address(buf) if want else 0
        while got < want and self._await(self._gap if got else self._first):
            got += _op(OP.uart_read, self._id, start + got, want - got)
        return got or None

    def read(self, nbytes=-1):
        data = b""
        while nbytes < 0 or len(data) < nbytes:
            if not self._await(self._gap if data else self._first):
                break
            piece = bytearray(self.any() if nbytes < 0 else min(self.any(), nbytes - len(data)))
            _op(OP.uart_read, self._id, _address(piece), len(piece))
            data += bytes(piece)
        return data or None

    def readline(self, nbytes=-1):
        line = bytearray()
        one = bytearray(1)
        while (nbytes < 0 or len(line) < nbytes) and self._await(self._first):
            _op(OP.uart_read, self._id, _address(one), 1)
            line += one
            if one[0] == 10:
                break
        return bytes(line) or None

    def write(self, buf, *args):
        data = _data(buf)
        if data:
            _sleep_us(_op(OP.uart_write, self._id, _address(data), len(data)))
        return len(data)

    def txdone(self):
        return _op(OP.uart_busy_us, self._id) == 0

    def flush(self):
        while True:
            left = _op(OP.uart_busy_us, self._id)
            if not left:
                return
            _sleep_us(left)

    def sendbreak(self):
        pass

    def ioctl(self, request, arg):
        if request == 3:
            return (arg & 1 if self.any() else 0) | arg & 4
        return 0

    def irq(self, *arguments, **options):
        if arguments or options:
            self._set_irq(*arguments, **options)
        return self._irq

    def _set_irq(self, handler=None, trigger=0, hard=False):
        if handler is not None and not callable(handler):
            raise ValueError("handler must be None or callable")
        if trigger & ~self._MASKS[1]:
            raise ValueError("trigger 0x%04x unsupported" % (trigger & ~self._MASKS[1]))
        if hard and not _rp2:
            raise ValueError("hard IRQ is not supported")
        if trigger & self.IRQ_BREAK:
            raise NotImplementedError("a break on a UART is not simulated")
        self._irq._trigger = trigger
        _handlers.pop(_FIRST + self._id, None)
        sent = getattr(self, "IRQ_TXIDLE", 0)
        _op(OP.uart_tell_sent, self._id, trigger & sent)
        if handler is not None:
            _handlers[_FIRST + self._id] = lambda: self._interrupted(handler, sent)

    def _interrupted(self, handler, sent):
        events = _op(OP.uart_events, self._id)
        flags = self._irq._trigger & ((~sent if events & 1 else 0) | (sent if events & 2 else 0))
        if flags:
            self._irq._flags = flags
            handler(self)

    def __repr__(self):
        return _text("uart_told", " ".join([str(x) for x in (self._id, self._baud) + self._told]))
