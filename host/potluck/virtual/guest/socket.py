# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# TCP and UDP sockets. Where they may lead is decided in virtual/chip/net.py.
import io as _io
from errno import EAGAIN as _EAGAIN
from errno import EINPROGRESS as _EINPROGRESS
from errno import ETIMEDOUT as _ETIMEDOUT
from time import ticks_diff as _diff
from time import ticks_ms as _now
from _vb import address as _address
from _vb import op as _op
from _vb import text as _text

_kind = _text("wlan_kind").split("\n")[0]
if not _kind:
    raise ImportError("no module named 'socket'")
AF_INET = 2
AF_INET6 = 10
SOCK_STREAM = 1
SOCK_DGRAM = 2
SOCK_RAW = 3
SO_REUSEADDR = 4
SO_BROADCAST = 0x20
if _kind == "nina":  # extmod/modsocket.c
    SOL_SOCKET = 0xFFF
    SO_KEEPALIVE = 8
    SO_SNDTIMEO = 0x1005
    SO_RCVTIMEO = 0x1006
else:  # extmod/modlwip.c, ports/esp32/modsocket.c
    SOL_SOCKET = 0xFFF if _kind == "esp32" else 1
    IPPROTO_IP = 0
    IPPROTO_TCP = 6
    TCP_NODELAY = 1 if _kind == "esp32" else 0x40
    IP_ADD_MEMBERSHIP = 3 if _kind == "esp32" else 0x400
    MSG_PEEK = 1
    MSG_DONTWAIT = 8 if _kind == "esp32" else 2
    if _kind == "esp32":
        IPPROTO_UDP = 17
        SO_BINDTODEVICE = 0x100B
    else:
        IP_DROP_MEMBERSHIP = 0x401
_READ = 1
_WRITE = 4
_FOREVER = 1 << 29


def getaddrinfo(host, port, af=0, type=0, proto=0, flags=0):
    return [(AF_INET, type or SOCK_STREAM, proto, "", (_text("sock_resolve", host), port))]


class socket(_io.IOBase):
    def __init__(self, af=AF_INET, type=SOCK_STREAM, proto=0, fileno=None):
        if af != AF_INET or type not in (SOCK_STREAM, SOCK_DGRAM):
            raise NotImplementedError("only TCP and UDP over IPv4 are simulated")
        self._datagrams = type == SOCK_DGRAM
        self._timeout_ms = None
        self._number = _op(OP.sock_open, type) if fileno is None else fileno

    def _wait(self, mask):
        # Until it is possible; EAGAIN or ETIMEDOUT when the socket's time is over.
        if self._timeout_ms == 0:
            if not _op(OP.sock_ready, self._number, mask, 0):
                raise OSError(_EAGAIN)
            return
        begun = _now()
        while True:
            left = _FOREVER if self._timeout_ms is None else self._timeout_ms - _diff(_now(), begun)
            if left <= 0:
                raise OSError(_ETIMEDOUT)
            if _op(OP.sock_ready, self._number, mask, left):
                return

    def connect(self, address):
        host, port = address
        _text("sock_connect", "%d %s %d" % (self._number, _text("sock_resolve", host), port))
        if self._datagrams:
            return
        if self._timeout_ms == 0:
            raise OSError(_EINPROGRESS)
        self._wait(_WRITE)
        _op(OP.sock_joined, self._number)

    def bind(self, address):
        host, port = address
        _text("sock_bind", "%d %s %d" % (self._number, host or "0.0.0.0", port))

    def listen(self, backlog=2):
        _op(OP.sock_listen, self._number, backlog)

    def accept(self):
        self._wait(_READ)
        other = socket(fileno=_op(OP.sock_accept, self._number))
        host, port = _text("sock_peer", str(other._number)).split(" ")
        return other, (host, int(port))

    def send(self, data):
        data = data.encode() if isinstance(data, str) else bytes(data)
        if not data and not self._datagrams:
            return 0
        self._wait(_WRITE)
        return _op(OP.sock_send, self._number, _address(data) if data else 0, len(data))

    def sendto(self, data, address):
        if not self._datagrams:
            return self.send(data)
        data = data.encode() if isinstance(data, str) else bytes(data)
        _text("sock_aim", "%d %s %d" % (self._number, _text("sock_resolve", address[0]), address[1]))
        self._wait(_WRITE)
        return _op(OP.sock_sendto, self._number, _address(data) if data else 0, len(data))

    def recvfrom(self, size):
        if not self._datagrams:
            return self.recv(size), None
        self._wait(_READ)
        data = bytearray(size)
        got = _op(OP.sock_recvfrom, self._number, _address(data) if size else 0, size)
        host, port = _text("sock_sender", str(self._number)).split(" ")
        return bytes(data[:got]), (host, int(port))

    def sendall(self, data):
        data = data.encode() if isinstance(data, str) else bytes(data)
        while data:
            data = data[self.send(data) :]

    def recv(self, size, flags=0):
        if flags:
            raise NotImplementedError("flags of recv are not simulated")
        self._wait(_READ)
        data = bytearray(size)
        got = _op(OP.sock_recv, self._number, _address(data), size) if size else 0
        return bytes(data[:got])

    def readinto(self, buffer, size=None):
        size = len(buffer) if size is None else size
        got = 0
        while got < size:
            try:
                self._wait(_READ)
            except OSError as error:
                if error.errno == _EAGAIN:
                    return got or None
                raise
            more = _op(OP.sock_recv, self._number, _address(buffer) + got, size - got)
            if not more:
                break
            got += more
            if self._timeout_ms == 0:
                break
        return got

    def read(self, size=-1):
        data = b""
        while size < 0 or len(data) < size:
            try:
                piece = self.recv(512 if size < 0 else min(512, size - len(data)))
            except OSError as error:
                if error.errno == _EAGAIN:
                    return data or None
                raise
            if not piece:
                break
            data += piece
            if self._timeout_ms == 0:
                break
        return data

    def readline(self):
        line = b""
        while not line.endswith(b"\n"):
            try:
                one = self.recv(1)
            except OSError as error:
                if error.errno == _EAGAIN:
                    return line or None
                raise
            if not one:
                break
            line += one
        return line

    def write(self, data, *args):
        if self._timeout_ms == 0:
            try:
                return self.send(data)
            except OSError as error:
                if error.errno == _EAGAIN:
                    return None
                raise
        self.sendall(data)
        return len(data)

    def settimeout(self, seconds):
        self._timeout_ms = None if seconds is None else int(seconds * 1000)

    def setblocking(self, blocking):
        self.settimeout(None if blocking else 0)

    def setsockopt(self, level, option, value):
        pass

    def fileno(self):
        return self._number

    def makefile(self, mode="rb", buffering=0):
        return self

    def ioctl(self, request, arg):
        if request == 3:
            return _op(OP.sock_ready, self._number, arg, 0)
        if request == 4:
            self.close()
        return 0

    def close(self):
        if self._number >= 0:
            _op(OP.sock_close, self._number)
            self._number = -1
