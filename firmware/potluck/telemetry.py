# SPDX-FileCopyrightText: 2026 the potluck authors
# SPDX-License-Identifier: MIT
"""Frames out of the board, in the form of docs/wire-protocol.md.

Everything waits in bounded queues (samples in their ring, the rest in a short list) and becomes text
only when the line takes it. `burst()` writes a bounded amount and never waits, apart from the one
stall that the hardware has in store: when the host stops reading, an RP2040 holds the write that fills its
USB buffer for up to 1 s, and an ESP32's UART takes 87 us a byte.
"""

import io
import json
import select
import sys
from asyncio import Event, sleep_ms
from binascii import crc32

from micropython import const

from potluck import channels, clock

DONE = -1  # burst(): nothing is left to send
_BLOCKED_MS = const(50)
_SAY = const(12)  # frames other than samples that may wait
_KEEP = const(4)  # logs kept for a resend
_TEXT = const(200)  # characters of a log
_TRACE = const(900)

if sys.platform == "rp2":
    _PIECE, _BURST = 512, 1024
else:
    _PIECE, _BURST = 120, 120
_HEAD = const(48)
_TAIL = const(17)
_SMALL = const(16)  # a piece on a line that refused one

ring = None
report = None
dropped = 0  # frames other than samples that gave way
lease_s = 0  # until then somebody listens

_n = 1  # 0 is the first hello
_hello = None  # its frame, with room for what changes before and after: never copied, it is the longest
_say = []  # bodies without number and time; _HELLO stands for the hello
_HELLO = None
_kept = []  # (n, frame) of the latest logs
_again = []  # what to repeat: index of a sample, or a frame
_rest = b""  # of the frame under way
_piece = _PIECE
_wake = Event()
_out = sys.stdout.buffer
_line = select.poll()
_line.register(sys.stdout, select.POLLOUT)


def begin(identity, channel_list):
    """`identity`: members of the hello as text; `channel_list`: (name, unit, decimals, states) each."""
    global ring, report, _hello, _rest
    shown = [list(channel[:3]) + ([channel[3]] if channel[3] else []) for channel in channel_list]
    body = '"hello":{%s,"channels":%s}' % (identity, json.dumps(shown, separators=(",", ":")))
    _hello = memoryview(bytearray(b" " * _HEAD + body.encode() + b" " * _TAIL))
    ring = channels.Ring([channel[2] for channel in channel_list])
    report = channels.reporter([channel[0] for channel in channel_list], ring, _number, _taken)
    clock.tick()
    # A hello is the first thing to leave, before any sample that its channels explain.
    _rest = _greet(0)
    _wake.set()


def _number():
    return _n


def _taken():
    global _n
    _n += 1
    ring.taken()
    _wake.set()


def hello():
    """Sent here and now, without a turn of the loop for the sending task: the cheap way."""
    if _HELLO not in _say:
        _say.append(_HELLO)
    if burst() != DONE:
        _wake.set()


def log(level, text, trace=""):
    """`level`: info, warning or error. Long texts lose their end, long traces their beginning."""
    body = '"log":"%s","text":%s' % (level, json.dumps(text[:_TEXT]))
    if trace:
        body += ',"trace":' + json.dumps(trace[-_TRACE:])
    put(body)


def failed(name, error):
    """An exception that ended the task `name`."""
    trace = io.StringIO()
    sys.print_exception(error, trace)
    log("error", "%s: %s: %s" % (name, type(error).__name__, error), trace.getvalue())


def answer(id, ok, more=""):
    """`more`: further members, each with its comma before it."""
    body = '"re":%d,"ok":%s%s' % (id, "true" if ok else "false", more)
    put(body)
    return body


def put(body):
    """Queue a frame's members; number and time come before them as it is sent."""
    global _n, dropped
    if len(_say) >= _SAY:
        _say.pop(0)
        _n += 1  # the gap tells
        dropped += 1
    _say.append(body)
    _wake.set()


def lost():
    """Frames that gave way before the line took them."""
    return dropped + ring.dropped


def resend(first, last):
    """Repeat the frames first…last as far as they are kept. Returns how many."""
    _again[:] = ring.find(first, last) + [frame for n, frame in _kept if first <= n <= last]
    _wake.set()
    return len(_again)


def ack(n):
    """Frames up to `n` have arrived."""
    while _kept and _kept[0][0] <= n:
        _kept.pop(0)


def _seal(body):
    return ('\x1e%s,"c":"%08x"}\n' % (body, crc32(body.encode()))).encode()


def _greet(n):
    head = b'\x1e{"n":%d,"t":%s,' % (n, channels.stamp(clock.s, clock.ms))
    frame = _hello[_HEAD - len(head) :]
    frame[: len(head)] = head
    frame[-_TAIL:] = b',"c":"%08x"}\n' % crc32(frame[1:-_TAIL])
    return frame


def _next():
    global _n
    if ring.next < ring.end:
        ring.next += 1
        return _seal(ring.text(ring.next - 1))
    if _say:
        body = _say.pop(0)
        clock.tick()
        n = _n
        _n += 1
        if body is _HELLO:
            return _greet(n)
        frame = _seal('{"n":%d,"t":%s,%s' % (n, channels.stamp(clock.s, clock.ms), body))
        if body.startswith('"log"'):
            _kept.append((n, frame))
            if len(_kept) > _KEEP:
                _kept.pop(0)
        return frame
    while _again:
        what = _again.pop(0)
        if type(what) is not int:
            return what
        if what >= ring.oldest():
            return _seal(ring.text(what))
    return b""


def burst():
    """Send what the line takes now. Returns DONE, or milliseconds until it is worth going on."""
    global _rest, _piece
    left = _BURST
    while True:
        if not _rest:
            _rest = memoryview(_next())
            if not _rest:
                return DONE
        if left <= 0:
            return 0
        size = min(_piece, left, len(_rest))
        # The truth is in what write() returns here, not in sys.stdout.write.
        written = (_line.poll(0) and _out.write(_rest[:size])) or 0
        _rest = _rest[written:]
        left -= written
        if written < size:
            _piece = _SMALL
            return _BLOCKED_MS
        if not _rest:
            _piece = _PIECE


async def send():
    """Runs for ever: sends when there is something to send."""
    while True:
        await _wake.wait()
        _wake.clear()
        wait_ms = burst()
        while wait_ms != DONE:
            await sleep_ms(wait_ms)
            wait_ms = burst()
