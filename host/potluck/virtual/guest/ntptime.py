# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
# The time from a server on the network (RFC 4330): on a virtual board one of this computer's, if it has one.
try:
    import socket
except ImportError:  # a board without a network has neither
    raise ImportError("no module named '%s'" % __name__)
import time as _time

host = "pool.ntp.org"
timeout = 1
_1900_S = 2208988800  # from 1900, where NTP begins, to 1970


def _time_of(packet):
    return int.from_bytes(packet[40:44], "big") - _1900_S - _time._EPOCH


def time():
    question = bytearray(48)
    question[0] = 0x1B  # version 3, client
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        s.settimeout(timeout)
        s.sendto(question, socket.getaddrinfo(host, 123)[0][-1])
        return _time_of(s.recv(48))
    finally:
        s.close()


def settime():
    import machine

    year, month, day, hour, minute, second, weekday, _ = _time.gmtime(time())
    machine.RTC().datetime((year, month, day, weekday, hour, minute, second, 0))
