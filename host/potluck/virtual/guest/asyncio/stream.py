# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
from errno import EINPROGRESS

from . import core


class Stream:
    def __init__(self, s, e=None):
        self.s = s
        self.e = e or {}
        self.out_buf = b""

    def get_extra_info(self, name):
        return self.e[name]

    async def __aenter__(self):
        return self

    async def __aexit__(self, kind, value, traceback):
        await self.wait_closed()

    def close(self):
        pass

    async def wait_closed(self):
        self.s.close()

    def read(self, n=-1):
        result = b""
        while True:
            yield from core._io_queue.queue_read(self.s)
            piece = self.s.read(n)
            if piece is not None:
                result = result + piece if result else piece
                if not piece or n >= 0:
                    return result

    def readinto(self, buf):
        yield from core._io_queue.queue_read(self.s)
        return self.s.readinto(buf)

    def readexactly(self, n):
        result = b""
        while n:
            yield from core._io_queue.queue_read(self.s)
            piece = self.s.read(n)
            if piece is not None:
                if not piece:
                    raise EOFError
                result = result + piece if result else piece
                n -= len(piece)
        return result

    def readline(self):
        line = b""
        while True:
            yield from core._io_queue.queue_read(self.s)
            piece = self.s.readline()
            if piece is None:
                continue
            line = line + piece if line else piece
            if not piece or line[-1] in (10, "\n"):
                return line

    def write(self, buf):
        if not self.out_buf:  # what goes out at once takes no memory
            sent = self.s.write(buf)
            if sent == len(buf):
                return
            if sent is not None:
                buf = buf[sent:]
        self.out_buf += buf

    def drain(self):
        if not self.out_buf:
            return (yield from core.sleep_ms(0))
        data = memoryview(self.out_buf if isinstance(self.out_buf, (bytes, bytearray)) else self.out_buf.encode())
        sent = 0
        while sent < len(data):
            yield from core._io_queue.queue_write(self.s)
            count = self.s.write(data[sent:])
            if count is not None:
                sent += count
        self.out_buf = b""


StreamReader = Stream
StreamWriter = Stream


def open_connection(host, port, ssl=None, server_hostname=None):
    import socket

    if ssl:
        raise NotImplementedError("ssl is not simulated")
    address = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0][-1]
    s = socket.socket()
    s.setblocking(False)
    try:
        s.connect(address)
    except OSError as error:
        if error.errno != EINPROGRESS:
            raise
    stream = Stream(s)
    yield from core._io_queue.queue_write(s)
    return stream, stream


class Server:
    async def __aenter__(self):
        return self

    async def __aexit__(self, kind, value, traceback):
        self.close()
        await self.wait_closed()

    def close(self):
        self.task.cancel()

    async def wait_closed(self):
        await self.task

    def _serve(self, s, callback):
        try:
            while True:
                yield from core._io_queue.queue_read(s)
                try:
                    other, address = s.accept()
                except OSError:  # whoever knocked has gone
                    continue
                other.setblocking(False)
                stream = Stream(other, {"peername": address})
                core.create_task(callback(stream, stream))
        except core.CancelledError:
            pass
        finally:
            s.close()


async def start_server(callback, host, port, backlog=5, ssl=None):
    import socket

    if ssl:
        raise NotImplementedError("ssl is not simulated")
    s = socket.socket()
    s.setblocking(False)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(socket.getaddrinfo(host, port)[0][-1])
    s.listen(backlog)
    server = Server()
    server.task = core.create_task(server._serve(s, callback))
    await core.sleep_ms(0)  # it listens when this returns
    return server
