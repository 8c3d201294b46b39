# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# The way from a program on the board to the chip around it.
#
# `op(number, a, b, c)` is one call into the hardware: arguments and result travel in the shared
# registers M, nothing is allocated, and no interrupt can come between filling M and reading it
# (MicroPython looks for interrupts at jumps only). OP.* become numbers when this text is loaded.
# `text(name, payload)` is the slow way, for strings.
import host
import uctypes
from array import array
from machine import idle as _go
from machine import mem32 as memory  # the engine's own: addresses are its linear memory's  # noqa: F401

M = array("i", [0] * 16)


def op(number, a=0, b=0, c=0):
    M[0] = number
    M[1] = a
    M[2] = b
    M[3] = c
    _go()
    error = M[0]
    result = M[1]
    if error:
        fail()
    return result


def text(name, payload=""):
    reply = host.call(name, payload)
    if M[0]:
        fail()
    return reply


_KINDS = {"ValueError": ValueError, "TypeError": TypeError, "NotImplementedError": NotImplementedError,
          "RuntimeError": RuntimeError, "MemoryError": MemoryError}  # fmt: skip


def fail():
    kind, message = host.call("why", "").split("\n", 1)
    M[0] = 0
    if kind == "OSError":
        number, _, name = message.partition(" ")
        try:
            number = int(number)
        except ValueError:
            raise OSError(message)
        raise OSError(number, name) if name else OSError(number)
    raise _KINDS[kind](message)


def address(buffer):
    return uctypes.addressof(buffer)


def data(buffer):
    # What a transfer sends: any buffer, a str too, as a board's C code takes it.
    return bytes(memoryview(buffer))


def size(buffer):
    # In bytes: an array counts its items otherwise.
    return len(buffer) if isinstance(buffer, bytearray) else len(bytes(memoryview(buffer)))


class Missing:
    # Stands where a board has something that is not simulated, and says so at the first use.
    def __init__(self, name):
        self._name = name

    def __call__(self, *args, **options):
        raise NotImplementedError(self._name + " is not simulated")

    def __getattr__(self, name):
        self()


handlers = {}  # interrupt number -> function without arguments


def interrupt(_):
    # Scheduled by the chip whenever a pin or a timer wants attention.
    while True:
        number = op(OP.next_interrupt)
        if number < 0:
            return
        handler = handlers.get(number)
        if handler:
            handler()
