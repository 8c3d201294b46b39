# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Sockets of a board: to this computer's loopback when allowed, else as without a network.

A program on a virtual board may come from a stranger. So `allowed` is off unless somebody asked for
it, and even then no address but 127.0.0.0/8 is ever connected to, bound to or sent to.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import select
import socket
import time
from collections.abc import Callable, Iterator

from potluck.virtual.chip.radio import Radio
from potluck.virtual.clock import Clock
from potluck.virtual.engine import Memory
from potluck.virtual.hypercalls import GuestError, operation, text
from potluck.virtual.resets import HardReset, SoftReset

INTERRUPT = 60  # above the UARTs', below the timers'
_READ, _WRITE = 1, 4
_AGAIN, _UNREACHABLE = 11, 113
_LOOK_US = 10_000
_STRETCH_S = 0.02  # of real time that one wait may take: Ctrl-C is heard in between
_MOST = 16  # sockets at once: lwIP's MEMP_NUM_TCP_PCB and what goes beside it
# extmod/modlwip.c; drivers/ninaw10; EAI_FAIL of lwip/netdb.h, by ports/esp32/modsocket.c.
_NO_SUCH_NAME = {"cyw43": "-2", "nina": "-1", "esp32": "-202"}
# The host's numbers (they differ between systems) → py/mperrno.h, which are Linux's (`error_numbers` has a board's).
_NUMBERS = {
    getattr(errno, name): number
    for name, number in {
        "EACCES": 13, "EINVAL": 22, "EPIPE": 32, "EAFNOSUPPORT": 97, "EADDRINUSE": 98, "ECONNABORTED": 103,
        "ECONNRESET": 104, "EISCONN": 106, "ENOTCONN": 107, "ETIMEDOUT": 110, "ECONNREFUSED": 111, "EHOSTUNREACH": 113,
        "EALREADY": 114, "EINPROGRESS": 115,
    }.items()
}  # fmt: skip


@contextlib.contextmanager
def _board_errors() -> Iterator[None]:
    try:
        yield
    except (BlockingIOError, InterruptedError):
        raise OSError(_AGAIN, "would block") from None
    except OSError as error:
        raise OSError(_NUMBERS.get(error.errno or 0, error.errno or 5), "socket") from None


class Net:
    def __init__(self, clock: Clock, radio: Radio, memory: Memory, allowed: bool) -> None:
        self._clock = clock
        self._radio = radio
        self._memory = memory
        self.allowed = allowed
        self._sockets: dict[int, socket.socket] = {}
        self._event: int | None = None
        self._aim: dict[int, tuple[str, int]] = {}  # where the next datagram of a socket goes
        self._sender: dict[int, tuple[str, int]] = {}  # who sent the last one that it got
        self.interrupt: Callable[[int], None] = lambda number: None

    def reset(self, _cause: SoftReset | HardReset) -> None:
        for number in list(self._sockets):
            self.sock_close(number)

    def close(self) -> None:
        """The board is switched off."""
        for one in self._sockets.values():
            one.close()
        self._sockets.clear()

    # -- addresses -------------------------------------------------------------------------------

    def _check(self, host: str) -> str:
        """The loopback address that is meant. Raises EHOSTUNREACH for every other."""
        if self.allowed and self._radio.connected:
            with contextlib.suppress(ValueError):
                if ipaddress.IPv4Address(host) in ipaddress.IPv4Network("127.0.0.0/8"):
                    return host
        raise OSError(_UNREACHABLE, "no way to this address")

    @text
    def sock_resolve(self, host: str) -> str:
        """A name or a number → a number."""
        with contextlib.suppress(ValueError):
            return str(ipaddress.IPv4Address(host))
        if host == "localhost" and self.allowed:
            return "127.0.0.1"
        raise GuestError("OSError", _NO_SUCH_NAME[self._radio.kind])

    # -- sockets ---------------------------------------------------------------------------------

    def _add(self, one: socket.socket) -> int:
        one.setblocking(False)
        number = next(i for i in range(_MOST + 1) if i not in self._sockets)
        self._sockets[number] = one
        self._watch()
        return number

    def _get(self, number: int) -> socket.socket:
        if number not in self._sockets:
            raise OSError(9, "closed")
        return self._sockets[number]

    def _watch(self) -> None:
        """While sockets are open, a program that waits for something else hears of their bytes too."""
        if self._event is not None or not self._sockets:
            return

        def look() -> None:
            self._event = None
            readable, _, _ = select.select(list(self._sockets.values()), [], [], 0)
            if readable:
                self.interrupt(INTERRUPT)
            self._watch()

        self._event = self._clock.at(self._clock.now_us() + _LOOK_US, look)

    @operation
    def sock_open(self, kind: int, *_: int) -> int:
        if len(self._sockets) >= _MOST:
            raise OSError(12, "no more sockets")
        return self._add(socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind == 2 else socket.SOCK_STREAM))

    @operation
    def sock_close(self, number: int, *_: int) -> None:
        self._aim.pop(number, None)
        self._sender.pop(number, None)
        one = self._sockets.pop(number, None)
        if one is not None:
            one.close()
        if not self._sockets:
            self._clock.cancel(self._event)
            self._event = None

    def _addressed(self, payload: str) -> tuple[socket.socket, tuple[str, int]]:
        number, host, port = payload.split(" ")
        one, at = self._get(int(number)), (self._check(host), int(port))
        if not 0 <= at[1] < 65536:
            raise OSError(22, "no such port")
        return one, at

    @text
    def sock_connect(self, payload: str) -> str:
        one, at = self._addressed(payload)
        with _board_errors():
            self._stay_inside(one)
            result = one.connect_ex(at)
            if result not in (0, errno.EINPROGRESS, errno.EWOULDBLOCK):
                raise OSError(result, "connect")
        return ""

    @text
    def sock_bind(self, payload: str) -> str:
        number, host, port = payload.split(" ")
        host = "127.0.0.1" if host in ("", "0.0.0.0") else host  # all interfaces of this board: just the one
        one, at = self._addressed(f"{number} {host} {port}")
        with _board_errors():
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind(at)
        return str(one.getsockname()[1])

    @operation
    def sock_listen(self, number: int, backlog: int, _: int) -> None:
        with _board_errors():
            self._get(number).listen(min(max(backlog, 0), 8))

    @operation
    def sock_accept(self, number: int, *_: int) -> int:
        if len(self._sockets) >= _MOST:
            raise OSError(12, "no more sockets")
        with _board_errors():
            other, _at = self._get(number).accept()
        return self._add(other)

    @text
    def sock_peer(self, number: str) -> str:
        with _board_errors():
            host, port = self._get(int(number)).getpeername()
        return f"{host} {port}"

    @operation
    def sock_joined(self, number: int, *_: int) -> None:
        """Raises what a connect that was waited for ended with."""
        with _board_errors():
            result = self._get(number).getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if result:
                raise OSError(result, "connect")

    @operation
    def sock_send(self, number: int, at: int, size: int) -> int:
        with _board_errors():
            return self._get(number).send(self._memory.read(at, size))

    @operation
    def sock_recv(self, number: int, at: int, size: int) -> int:
        with _board_errors():
            data = self._get(number).recv(size)
        self._memory.write(at, data)
        return len(data)

    # -- datagrams -------------------------------------------------------------------------------

    @staticmethod
    def _stay_inside(one: socket.socket) -> None:
        """An unbound datagram socket that sends is bound by the system, to every interface of this computer."""
        if one.type == socket.SOCK_DGRAM and not one.getsockname()[1]:
            one.bind(("127.0.0.1", 0))

    @text
    def sock_aim(self, payload: str) -> str:
        _, at = self._addressed(payload)
        self._aim[int(payload.split(" ")[0])] = at
        return ""

    @operation
    def sock_sendto(self, number: int, at: int, size: int) -> int:
        one = self._get(number)
        with _board_errors():
            self._stay_inside(one)
            return one.sendto(self._memory.read(at, size), self._aim[number])

    @operation
    def sock_recvfrom(self, number: int, at: int, size: int) -> int:
        """One datagram; what does not fit of it is lost. `sock_sender` tells whose it was."""
        with _board_errors():
            data, self._sender[number] = self._get(number).recvfrom(max(size, 1))
        self._memory.write(at, data[:size])
        return len(data[:size])

    @text
    def sock_sender(self, number: str) -> str:
        host, port = self._sender[int(number)]
        return f"{host} {port}"

    @operation
    def sock_ready(self, number: int, mask: int, ms: int) -> int:
        """Which of `mask` (1 read, 4 write) is possible, after waiting up to `ms`, or a shorter stretch."""
        one = self._get(number)
        before = time.monotonic()
        readable, writable, _ = select.select(
            [one] if mask & _READ else [], [one] if mask & _WRITE else [], [], min(ms / 1000, _STRETCH_S)
        )
        self._clock.spend(int((time.monotonic() - before) * 1e6))
        return (_READ if readable else 0) | (_WRITE if writable else 0)
